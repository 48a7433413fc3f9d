# Mixtures whose parts are known, cut into three tasks that each get an additive nuisance of their
# own: does a fit find the parts? Loaded by run.R; defines functions only.
#   carbs.RData      of the source of CRAN's package mdatools, folder data: 21 mixtures of the Raman
#                    spectra of three sugars
#   shen_orr_ex.rda  of CRAN's dtangle, folder data: gene expression of 42 mixtures of liver, brain
#                    and lung, nine of them pure

# list(x, spectra, amounts, foreign) or NULL where the file is not here. spectra %*% amounts is x
# but for noise, in units where the largest entry of x is 1. foreign(count) draws what a task adds.
oracle_sets <- list(
  carbs = function(folder) {
    mixed <- loaded(folder, "carbs.RData", "carbs")
    if (is.null(mixed)) return(NULL)
    size <- max(mixed$D)
    list(x = t(mixed$D) / size, spectra = mixed$S / size, amounts = t(mixed$C),
         foreign = function(count) {
           blank <- matrix(0, nrow(mixed$S), 1L)
           attr(add_nuisance(blank, "patterns", count = count), "nuisance")$basis
         })
  },
  shen_orr = function(folder) {
    mixed <- loaded(folder, "shen_orr_ex.rda", "shen_orr_ex")
    if (is.null(mixed)) return(NULL)
    x <- 2^t(as.matrix(mixed$data$log))
    x <- x / max(x)
    amounts <- t(mixed$annotation$mixture)
    pure <- t(mixed$annotation$pure)
    spectra <- apply(pure, 1L, function(at) rowMeans(x[, at]))
    list(x = x, spectra = spectra, amounts = amounts,
         foreign = function(count) {
           vapply(seq_len(count), function(k) sample(spectra[, sample.int(3L, 1L)]), x[, 1L])
         })
  })

# How many foreign patterns a task gets: bumps for spectra, a tissue with its genes permuted for
# tissues. Gains are uniform from 0 on, and each pattern has in sum the squares that the task has.
oracle_cases <- c(none = 0, one = 1, two = 2)

draw_oracle <- function(set, name, case, seed, tasks = 3L) {
  start_stream("oracle", name, case, seed)
  count <- oracle_cases[[case]]
  batch <- factor(sample(rep_len(seq_len(tasks), ncol(set$x))))
  x <- set$x
  for (task in levels(batch)) if (count > 0) {
    at <- which(batch == task)
    gains <- matrix(stats::runif(count * length(at)), count)
    patterns <- set$foreign(count)
    size <- sqrt(sum(set$x[, at]^2) / (colSums(patterns^2) * rowSums(gains^2)))
    x[, at] <- x[, at] + patterns %*% (size * gains)
  }
  list(x = unname(x), batch = batch, private = max(count, 1))
}

oracle_rank <- 3L
oracle_arms <- c(
  list(plain = function(drawn) plain_fit(drawn$x, oracle_rank),
       plain_more = function(drawn) plain_fit(drawn$x, oracle_rank + drawn$private),
       plain_all = function(drawn) plain_fit(drawn$x, oracle_rank + 3 * drawn$private),
       background = function(drawn) {
         x <- drawn$x
         for (task in levels(drawn$batch)) {
           at <- drawn$batch == task
           x[, at] <- without_background(x[, at])
         }
         plain_fit(x, oracle_rank)
       },
       inmf = function(drawn) batch_arms$inmf(drawn$x, drawn$batch, oracle_rank)),
  stats::setNames(lapply(1:3, function(q) {
    function(drawn) group_fit(drawn$x, oracle_rank, q, batch = drawn$batch)
  }), paste0("group_", 1:3)))
if (!is.null(batch_arms$planc)) {
  oracle_arms$planc <- function(drawn) planc_fit(drawn$x, drawn$batch, oracle_rank)
}

# Which components are the true parts: those whose correlations with them have the largest sum, none
# used twice.
matched_parts <- function(spectra, w) {
  agreement <- suppressWarnings(stats::cor(spectra, w))
  agreement[is.na(agreement)] <- 0
  as.integer(clue::solve_LSAP(agreement + 1, maximum = TRUE))
}

# Mean correlations of the matched components with the spectra and with the amounts, and the squared
# error of their product against the data before the nuisance.
oracle_scores <- function(fit, set) {
  at <- matched_parts(set$spectra, fit$w)
  w <- fit$w[, at]
  h <- fit$h[at, ]
  own <- function(a, b) {
    agreement <- suppressWarnings(diag(stats::cor(a, b)))
    mean(ifelse(is.na(agreement), 0, agreement))
  }
  data.frame(spectra = own(set$spectra, w), amounts = own(t(set$amounts), t(h)),
             clean = relative_square(set$x, w %*% h))
}

run_oracles <- function(seeds, rows, folder) {
  for (name in names(oracle_sets)) {
    set <- oracle_sets[[name]](folder)
    if (is.null(set)) {
      message(name, " is left out: its file is not in --data")
      next
    }
    for (seed in seeds) for (case in names(oracle_cases)) {
      drawn <- draw_oracle(set, name, case, seed)
      for (arm in names(oracle_arms)) {
        key <- data.frame(set = name, case, seed, arm)
        if (rows$has(key)) next
        start_stream("oracle arm", name, case, seed, arm)
        fit <- oracle_arms[[arm]](drawn)
        rows$add(cbind(key, oracle_scores(list(w = fit$w, h = fit$h), set)))
      }
    }
  }
}

# What choose_private() answers there, for users do not know how many patterns a task has.
run_chosen <- function(seeds, rows, folder) {
  for (name in names(oracle_sets)) {
    set <- oracle_sets[[name]](folder)
    if (is.null(set)) next
    for (seed in seeds) for (case in names(oracle_cases)) {
      key <- data.frame(set = name, case, seed)
      if (rows$has(key)) next
      drawn <- draw_oracle(set, name, case, seed)
      start_stream("oracle choice", name, case, seed)
      chosen <- choose_private(drawn$x, oracle_rank, private = 0:3, batch = drawn$batch)
      rows$add(cbind(key, private = chosen$private))
    }
  }
}
