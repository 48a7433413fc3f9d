# Which masked error finds the planted rank where data are made for Itakura-Saito, a
# beta-divergence or the negative binomial: fits by least squares or by the loss, each scored by the
# absolute error, by Kullback-Leibler and by the loss itself.
#   Rscript bench/rank-losses.R [SETS [FILE [FAMILY ...]]]
# SETS of each family (default 5), 60 x 90, rank 3 to 12; all families below without a FAMILY. The
# search is that of select_rank(), with each error by itself. "floored" is the loss with
# predictions that are at least the smallest positive entry seen of the row and of the column, else
# a thousandth of the mean; "logs" the absolute error of logarithms; "trimmed" the absolute error
# without the largest hundredth, "huber" Huber's. The last two, and the last family, are for
# outliers, which this search does not set aside as select_rank() does. FILE keeps the choices, and
# sets that are there are not run again. The seed of set i of the f-th family is 900000 + 1000 f +
# i. 30 sets of all families take half an hour on one free processor.
source(file.path("bench", "common.R"))
one_thread()
library(metanmf)
source(file.path("bench", "rank-families.R"))
inner <- asNamespace("metanmf")

arguments <- commandArgs(trailingOnly = TRUE)
sets <- if (length(arguments) > 0L) as.numeric(arguments[[1L]]) else 5
file <- if (length(arguments) > 1L) arguments[[2L]] else tempfile(fileext = ".tsv")

# Compound Poisson amounts of mean mu and variance phi mu^1.5, as beta_loss(0.5) assumes.
tweedie <- function(mu, phi) {
  count <- rpois(length(mu), 2 * sqrt(mu) / phi)
  amounts <- ifelse(count > 0, rgamma(length(mu), pmax(count, 1), 2 / (phi * sqrt(mu))), 0)
  matrix(amounts, nrow(mu))
}
signal <- function(k, shape) {
  z <- product(60, 90, k, shape)
  z / mean(z)
}

# Each returns list(x, loss) for a rank.
made <- list(
  `is, dense factors` = function(k) {
    z <- signal(k, 1)
    shape <- between(2, 50)
    list(x = z * gammas(60, 90, shape) / shape, loss = "is")
  },
  `is, sparse factors` = function(k) {
    z <- signal(k, 0.3)
    shape <- between(2, 50)
    list(x = z * gammas(60, 90, shape) / shape, loss = "is")
  },
  `beta 0.5, compound Poisson` = function(k) {
    z <- signal(k, 0.3)
    list(x = tweedie(z, between(0.05, 1)), loss = beta_loss(0.5))
  },
  `beta 1.5` = function(k) {
    z <- signal(k, 0.3)
    list(x = pmax(z + between(0.1, 0.6) * z^0.25 * rnorm(length(z)), 0), loss = beta_loss(1.5))
  },
  `nb, mean .3 to 8` = function(k) {
    mu <- signal(k, 0.3) * between(0.3, 8)
    list(x = matrix(rnbinom(5400, size = runif(1, 2, 6), mu = mu), 60), loss = nb_loss())
  },
  `nb, mean 8 to 80` = function(k) {
    mu <- signal(k, 0.3) * between(8, 80)
    list(x = matrix(rnbinom(5400, size = runif(1, 2, 6), mu = mu), 60), loss = nb_loss())
  },
  `.2 % outliers` = function(k) list(x = families$outlier(60, 90, k)[[1L]], loss = "frobenius"))
asked <- if (length(arguments) > 2L) arguments[-(1:2)] else names(made)

plant_for <- function(family, number) {
  set.seed(900000 + 1000 * match(family, names(made)) + number)
  rank <- sample(3:12, 1)
  drawn <- made[[family]](rank)
  x <- drawn$x[rowSums(drawn$x) > 0, colSums(drawn$x) > 0]
  list(x = x, rank = rank, loss = drawn$loss)
}

scores <- c("absolute", "kl", "loss", "floored", "logs", "trimmed", "huber")

# The mean of Huber's function, which goes on as a line 1.345 standard deviations from 0.
huber <- function(distance) {
  bend <- 1.345 * 1.4826 * stats::median(distance)
  mean(ifelse(distance <= bend, distance^2 / 2, bend * (distance - bend / 2)))
}

# The errors of one fit at what a mask hides, by their names.
errors_of <- function(fit, mask, data, loss) {
  p <- inner$predict_entries(fit, mask)
  x <- mask$value
  raised <- pmax(p, 1e-3 * mean(data$x))
  above <- pmax(p, mask$least)
  own <- function(p) mean(inner$divergence_terms(x, p, loss)[x > 0 | loss != "is"])
  c(absolute = mean(abs(x - p)), kl = mean(ifelse(x > 0, x * log(x / raised), 0) - x + raised),
    loss = own(raised), floored = own(above),
    logs = if (all(data$x > 0)) mean(abs(log(x / above))) else NA,
    trimmed = mean(sort(abs(x - p))[seq_len(floor(0.99 * length(p)))]), huber = huber(abs(x - p)))
}

# What was seen of a hidden entry's row and column at least, where that is not 0.
with_least <- function(mask, x) {
  seen <- replace(x, mask$at, NA)
  seen[seen == 0] <- NA
  smallest <- function(side) apply(seen, side, min, na.rm = TRUE)
  places <- arrayInd(mask$at, dim(x))
  mask$least <- pmax(smallest(1)[places[, 1]], smallest(2)[places[, 2]])
  mask$least[!is.finite(mask$least)] <- 1e-3 * mean(x)
  mask
}

# The dispersions by which all ranks are compared: those of a fit of all entries at the guess.
with_dispersion <- function(loss, x, guess) {
  if (loss != "nb") return(loss)
  nb_loss(suppressMessages(suppressWarnings(nmf(x, guess, loss = loss)))$model$dispersion)
}

# The errors of one kind of fit at one rank and another, each found when it is first asked for: a
# function of the rank whose value is a matrix, masks x scores.
new_visits <- function(data, masks, model_loss, loss) {
  options <- list(model_loss = model_loss,
                  control = nmf_control(max_iter = 100, tol = 3e-4, scale = "none"))
  fits <- errors <- list()
  fit_mask <- function(i, rank) {
    seen <- inner$hide_entries(data$x, masks[[i]])
    set.seed(1000 * i + rank)
    fit <- inner$masked_fit(seen, rank, "random", data, options)
    before <- fits[[as.character(rank - 1)]][[i]]
    if (is.null(before)) return(fit)
    grown <- inner$masked_fit(seen, rank, before, data, options)
    if (objective(grown) < objective(fit)) grown else fit
  }
  function(rank) {
    name <- as.character(rank)
    if (is.null(errors[[name]])) {
      fits[[name]] <<- lapply(seq_along(masks), fit_mask, rank)
      errors[[name]] <<- t(mapply(errors_of, fits[[name]], masks,
                                  MoreArgs = list(data = data, loss = loss)))
    }
    errors[[name]]
  }
}

# The rank of the least error on a search outward from the guess, and that of the last step of
# select_rank(); how many ranks it visits.
search_by <- function(visit, score, guess, largest) {
  search <- list(largest = largest, patience = 2)
  seen <- list()
  repeat {
    plan <- inner$plan_ranks(vapply(seen, mean, 0), guess, search)
    if (!length(plan)) break
    seen[[as.character(plan[[1]])]] <- visit(plan[[1]])[, score]
    if (anyNA(unlist(seen))) return(c(NA, NA))
  }
  seen <- seen[order(as.integer(names(seen)))]
  best <- which.min(vapply(seen, mean, 0))
  counted <- match(guess, names(seen))
  apart <- seen[[counted]] - seen[[best]]
  near <- mean(apart) <= sd(apart) / sqrt(length(apart))
  as.integer(names(seen)[c(best, if (near) counted else best)])
}

run_set <- function(family, number) {
  drawn <- plant_for(family, number)
  data <- inner$check_data(drawn$x, "x", "error")
  largest <- inner$most_ranks(data)
  guess <- min(inner$guess_rank(data), largest)
  loss <- with_dispersion(drawn$loss, drawn$x, guess)
  masks <- lapply(inner$draw_masks(data, 10, 0.1), with_least, drawn$x)
  fits <- list(`least squares` = "frobenius", kl = if (loss == "nb") "kl",
               loss = if (loss != "frobenius") loss)
  fits <- Filter(Negate(is.null), fits)
  do.call(rbind, lapply(names(fits), function(fit) {
    visit <- new_visits(data, masks, fits[[fit]], loss)
    rows <- NULL
    seconds <- system.time(rows <- lapply(scores, function(score) {
      chosen <- search_by(visit, score, guess, largest)
      data.frame(family, number, planted = drawn$rank, spectral = guess, fit, score,
                 best = chosen[[1]], rank = chosen[[2]])
    }))[[1]]
    cbind(do.call(rbind, rows), seconds)
  }))
}

done <- if (file.exists(file)) utils::read.delim(file) else NULL
for (number in seq_len(sets)) for (family in asked) {
  if (any(done$family == family & done$number == number)) next
  rows <- run_set(family, number)
  utils::write.table(rows, file, append = file.exists(file), col.names = !file.exists(file),
                     sep = "\t", row.names = FALSE)
}

results <- utils::read.delim(file)
results <- results[results$family %in% asked & results$number <= sets, ]
results <- results[!is.na(results$rank), ]
for (family in asked) {
  rows <- results[results$family == family, ]
  cat("\n", family, ": spectrum exact ", format(mean(rows$spectral == rows$planted), digits = 2),
      " of ", length(unique(rows$number)), "\n", sep = "")
  by <- split(rows, list(rows$score, rows$fit), drop = TRUE)
  print(round(t(vapply(by, function(rows) {
    apart <- rows$rank - rows$planted
    c(exact = mean(apart == 0), within_1 = mean(abs(apart) <= 1), bias = mean(apart),
      least_exact = mean(rows$best == rows$planted),
      within_1 = mean(abs(rows$best - rows$planted) <= 1), seconds = mean(rows$seconds))
  }, double(6))), 2))
}
