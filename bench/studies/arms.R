# The models that are compared on new samples. Loaded by run.R; defines functions only.

iterations <- 200L

# Best of three starts after 20 iterations, as group_nmf() takes it, so that all fits of a setting
# have had the same.
plain_fit <- function(x, rank) {
  first <- lapply(1:3, function(i) nmf(x, rank, max_iter = 20, tol = 0))
  best <- first[[which.min(vapply(first, objective, 0))]]
  nmf(x, rank, init = best, max_iter = iterations - 20L, tol = 0)
}

group_fit <- function(tasks, rank, private, ...) {
  group_nmf(tasks, rank, private, max_iter = iterations, tol = 0, ...)
}

# Algorithm 1 with all tasks together as its target: 10 epochs of 100 inner iterations.
learn_by_tasks <- function(tasks, rank, alpha = "equal") {
  meta_nmf(list(tasks = tasks, target = bind(tasks)), rank, task_weights = alpha,
           control = meta_control(epochs = 10))
}

bind <- function(tasks) do.call(cbind, unname(tasks))

# What seldom is darker than this in a task is taken for its background.
without_background <- function(x) pmax(x - apply(x, 1L, stats::quantile, 0.05, names = FALSE), 0)

# What an arm hands on: the part that is clustered and should be the clean signal, w h, and the
# basis that predicts hidden entries.
answer <- function(w, h, basis = w) list(w = w, h = h, basis = basis)
fixed_basis <- function(fit, x) answer(basis(fit), predict(fit, x))
moved_basis <- function(fit, x) {
  adapted <- adapt(fit, x, max_iter = 100)
  answer(basis(adapted), coef(adapted))
}
# The same for any basis, with q columns fitted to the new samples beside it.
free_columns <- function(fit, x, q) {
  with_free <- utils::getS3method("predict", "group_nmf_fit", envir = asNamespace("metanmf"))
  plain <- if (inherits(fit, "group_nmf_fit")) fit else as_nmf(basis(fit))
  new <- with_free(plain, x, private = q)
  own <- new$private$new
  answer(basis(new), coef(new), cbind(basis(new), own$w))
}
# All columns fitted on from there; the first are those of the basis.
free_refit <- function(fit, x, q) {
  begun <- free_columns(fit, x, q)
  shared <- seq_len(ncol(begun$w))
  start <- list(w = begun$basis, h = predict(as_nmf(begun$basis), x))
  moved <- nmf(x, ncol(begun$basis), init = start, max_iter = 100, tol = 0,
               control = nmf_control(scale = "none"))
  answer(basis(moved)[, shared], coef(moved)[shared, ], basis(moved))
}

# What is learned from the tasks, each kind once: get(name).
learned_from <- function(setting) {
  kept <- new.env()
  q <- setting$private
  r <- setting$rank
  all <- bind(setting$tasks)
  make <- list(
    plain = function() plain_fit(all, r),
    more_1 = function() plain_fit(all, r + q),
    more_2 = function() plain_fit(all, r + 2 * q),
    more_all = function() plain_fit(all, r + length(setting$tasks) * q),
    background = function() plain_fit(bind(lapply(setting$tasks, without_background)), r),
    algorithm_1 = function() learn_by_tasks(setting$tasks, r),
    inmf = function() inmf(setting$tasks, r, lambda = 5, max_iter = iterations, tol = 0),
    oracle = function() plain_fit(bind(setting$clean), r))
  for (private in c(q, setting$others)) {
    make[[paste0("group_", private)]] <- local({
      count <- private
      function() group_fit(setting$tasks, r, count)
    })
  }
  list(get = function(name) {
    if (is.null(kept[[name]])) {
      start_stream("learn", name, setting$name, setting$case, setting$seed)
      kept[[name]] <- make[[name]]()
    }
    kept[[name]]
  })
}

# The arms, in the order of the tables: function(x, learned, setting) of the new samples.
arms_of <- function(setting) {
  q <- setting$private
  of <- function(name, use, ...) {
    force(name)
    list(...) # looked at now: a loop's variable has moved on when the arm is run
    function(x, learned) use(learned$get(name), x, ...)
  }
  own <- function(rank) {
    force(rank)
    function(x, learned) {
      fit <- plain_fit(x, rank)
      answer(basis(fit), coef(fit))
    }
  }
  arms <- list(
    kmeans = function(x, learned) answer(NULL, x, NULL),
    own = own(setting$rank), own_more = own(setting$rank + q),
    plain_fixed = of("plain", fixed_basis), plain_refit = of("plain", moved_basis),
    plain_free = of("plain", free_columns, q), plain_free_refit = of("plain", free_refit, q),
    more_1_free = of("more_1", free_columns, q), more_2_free = of("more_2", free_columns, q),
    more_all_free = of("more_all", free_columns, q),
    background = function(x, learned) fixed_basis(learned$get("background"), without_background(x)),
    algorithm_1_fixed = of("algorithm_1", fixed_basis),
    algorithm_1_refit = of("algorithm_1", moved_basis),
    algorithm_1_free = of("algorithm_1", free_columns, q),
    oracle = of("oracle", free_columns, q))
  for (private in c(q, setting$others)) {
    arms[[paste0("group_", private)]] <- of(paste0("group_", private), free_columns, private)
  }
  shared <- function(fit) as_nmf(basis(fit))
  arms$inmf_fixed <- of("inmf", function(fit, x) fixed_basis(shared(fit), x))
  arms$inmf_free <- of("inmf", function(fit, x) free_columns(shared(fit), x, q))
  arms
}

# Rows of H as they are when the columns of W have length 1.
unit_coef <- function(made) {
  if (is.null(made$w)) made$h else made$h * sqrt(colSums(made$w^2))
}

cluster_score <- function(h, labels, classes, normalise = "none") {
  classes <- min(classes, nrow(unique(t(h))))
  found <- suppressWarnings(cluster_samples(h, classes, n_start = 10, normalise = normalise))
  nmi(found, labels)
}

relative_square <- function(x, z) sum((x - z)^2) / sum(x^2)

# Hidden entries of more samples under the same nuisance, their coefficients from the others with a
# slight ridge, since few entries and many columns fit anything.
hidden_error <- function(basis, x, hidden, ridge = 0.01) {
  size <- sqrt(colSums(basis^2))
  basis <- basis[, size > 0, drop = FALSE] / rep(size[size > 0], each = nrow(basis))
  seen <- x
  seen[hidden] <- NA
  fit <- as_nmf(rbind(basis, diag(sqrt(ridge), ncol(basis))))
  h <- predict(fit, rbind(seen, matrix(0, ncol(basis), ncol(x))), missing = "mask")
  z <- basis(fit)[seq_len(nrow(x)), , drop = FALSE] %*% h
  sum((x - z)[hidden]^2) / sum(x[hidden]^2)
}

# The scores of an arm on new samples. k-means on the samples has no signal to be held to.
scores_of <- function(made, new, classes) {
  h <- unit_coef(made)
  plain <- is.null(made$w)
  data.frame(nmi = cluster_score(h, new$labels, classes),
             nmi_cosine = cluster_score(h, new$labels, classes, "l2"),
             clean = if (plain) NA else relative_square(new$clean, made$w %*% made$h),
             hidden = if (plain) NA else hidden_error(made$basis, new$held, new$hidden))
}

# Where there is little to gain, the simpler arms will do.
simple_arms <- c("kmeans", "own", "plain_fixed", "plain_refit", "plain_free", "more_all_free",
                 "background", "algorithm_1_fixed", "group_1")

# All arms of a setting that have no row yet, each written as soon as it is known.
run_arms <- function(setting, rows, sizes, chosen = names(arms)) {
  learned <- learned_from(setting)
  arms <- arms_of(setting)
  for (size in sizes) for (arm in intersect(names(arms), chosen)) {
    row <- data.frame(set = setting$name, case = setting$case, seed = setting$seed,
                      new = as.integer(size), arm = arm)
    if (rows$has(row)) next
    start_stream("arm", setting$name, setting$case, setting$seed, size, arm)
    made <- arms[[arm]](setting$new[[size]]$x, learned)
    rows$add(cbind(row, scores_of(made, setting$new[[size]], setting$classes)))
  }
}
