# Samples along a line, whose neighbours are alike, with noise.
smooth_data <- function(seed, n = 40, noise = 0.5) {
  set.seed(seed)
  bump <- function(centre) exp(-((seq_len(n) - centre) / 6)^2 / 2)
  signal <- matrix(rgamma(60, 0.5), 20) %*% t(vapply(c(8, 20, 33), bump, numeric(n)))
  pmax(signal + rnorm(20 * n, sd = noise * sd(signal)), 0)
}

test_that("a weight that helps is found, and none is kept where the penalty is wrong", {
  x <- smooth_data(1)
  set.seed(2)
  choice <- select_lambda(x, 3, penalty_smooth(), masks = 4)
  expect_true(choice$lambda >= 1)
  expect_lt(min(choice$lambdas$error), 0.98 * choice$lambdas$error[[1L]])
  # The same samples in random order: neighbours in the data say nothing.
  set.seed(2)
  mixed <- select_lambda(x[, sample(40)], 3, penalty_smooth(), masks = 4)
  expect_true(mixed$lambda < 0.1)
})

test_that("each row is what fits with that weight and the same masks and starts give", {
  x <- smooth_data(3)
  choose <- function(lambda) {
    set.seed(4)
    select_lambda(x, 3, penalty_ridge(), lambda, masks = 3)$lambdas
  }
  both <- choose(c(0.1, 0, 0.1, 0.3))
  expect_identical(both$lambda, c(0, 0.1, 0.3))
  expect_identical(choose(c(0.1, 0.3))$error, both$error[2:3])
  expect_identical(both$share[[1L]], 0)
  expect_true(all(diff(both$explained) < 0))
  best <- which.min(both$error)
  expect_identical(both$near[[best]], TRUE)
  expect_equal(both$above, both$error - min(both$error))
})

test_that("a function of lambda is the penalty that it makes, with others beside it", {
  x <- smooth_data(5)
  choose <- function(penalty) {
    set.seed(6)
    select_lambda(x, 2, penalty, c(0, 1), masks = 2)$lambdas
  }
  expect_identical(choose(function(lambda) penalty_smooth(lambda)), choose(penalty_smooth(7)))
  expect_identical(choose(penalty_smooth), choose(function(weight) penalty_smooth(weight)))
  more <- choose(function(lambda) list(penalty_smooth(lambda), penalty_ridge(0.1)))
  expect_true(more$share[[1L]] > 0)
})

test_that("the chosen penalty can be given to nmf()", {
  x <- smooth_data(7)
  set.seed(8)
  choice <- select_lambda(x, 2, penalty_sparse(on = "w"), c(0.01, 0.1), masks = 2)
  expect_identical(choice$penalty, list(penalty_sparse(choice$lambda, on = "w")))
  fit <- suppressWarnings(nmf(x, 2, penalty = choice$penalty, max_iter = 5))
  expect_identical(fit$model$penalty[[1L]]$lambda, choice$lambda)
})

test_that("a graph that is a function is made of what each fit sees", {
  x <- smooth_data(9)
  seen <- list()
  spy <- function(x) {
    seen <<- c(seen, list(x))
    knn_graph(x, 3)
  }
  select_lambda(x, 2, penalty_graph(spy), c(0, 1), masks = 2)
  expect_length(seen, 2L)
  for (one in seen) {
    hidden <- one != x
    expect_equal(mean(hidden), 0.1, tolerance = 0.2)
    means <- rowSums(x * !hidden) / rowSums(!hidden)
    expect_equal(one[hidden], means[row(x)[hidden]])
  }
})

test_that("sparse and dense data, missing values, weights and samples in rows are taken", {
  set.seed(10)
  x <- Matrix::rsparsematrix(20, 30, 0.4, rand.x = function(k) runif(k) + 1)
  choose <- function(...) {
    set.seed(11)
    select_lambda(..., lambda = c(0, 0.1), masks = 2)
  }
  expect_true(choose(x, 2, penalty_sparse())$hidden[["zeros"]] > 0)
  expect_identical(choose(x, 2, penalty_sparse(), missing = "unstored")$hidden[["zeros"]], 0)
  dense <- as.matrix(x)
  holes <- replace(dense, c(3, 50), NA)
  weights <- replace(matrix(1, 20, 30), c(3, 50), 0)
  expect_equal(choose(holes, 2, penalty_ridge(), missing = "mask")$lambdas$error,
               choose(dense, 2, penalty_ridge(), weights = weights)$lambdas$error)
  expect_equal(choose(t(dense), 2, penalty_smooth(), samples = "rows")$lambdas,
               choose(dense, 2, penalty_smooth())$lambdas)
})

test_that("with loss = \"kl\" the fits are those of the divergence", {
  set.seed(12)
  x <- matrix(rpois(300, 4), 15)
  choice <- select_lambda(x, 2, penalty_sparse(), c(0, 1), loss = "kl", masks = 2)
  set.seed(13)
  fit <- suppressWarnings(nmf(x, 2, loss = "kl"))
  # Twice the divergence per entry is near 1 for Poisson counts, the share of squares is not.
  expect_equal(choice$lambdas$explained[[1L]], 1 - deviance(fit) / fit$data$null_deviance,
               tolerance = 0.3)
  expect_true(choice$lambdas$share[[2L]] > 0)
})

test_that("the fits are those of any loss, with one dispersion for all weights", {
  set.seed(20)
  z <- matrix(rgamma(30, 1), 15) %*% matrix(rgamma(40, 1), 2) + 0.1
  gamma_noise <- z * rgamma(300, 5) / 5
  raw <- penalty_sparse(on = "both", form = "raw")
  choice <- select_lambda(gamma_noise, 2, raw, c(0, 0.1), loss = "is", masks = 2)
  expect_identical(choice$loss, "is")
  expect_bad(select_lambda(gamma_noise, 2, raw, loss = "is"), "lambda")
  expect_bad(select_lambda(gamma_noise, 2, penalty_smooth(), c(0, 1), loss = "is"), "loss")
  counts <- matrix(rnbinom(300, size = 2, mu = 10 * z), 15)
  seen <- list()
  real <- masked_fit
  local_mocked_bindings(masked_fit = function(x, rank, init, data, options) {
    seen <<- c(seen, list(options$model_loss))
    real(x, rank, init, data, options)
  })
  choice <- select_lambda(counts, 2, penalty_sparse(), c(0, 0.1), loss = nb_loss(), masks = 2)
  expect_identical(choice$loss, format(nb_loss()))
  expect_length(unique(seen[-1L]), 1L)
  expect_null(attr(seen[[2L]], "estimate"))
})

test_that("labels and stability add columns and do not move the choice", {
  block <- kronecker(diag(3), matrix(1, 8, 10))
  set.seed(14)
  x <- block * matrix(rgamma(length(block), 5), nrow(block)) + 0.01
  labels <- rep(1:3, each = 10)
  choose <- function(...) {
    set.seed(15)
    select_lambda(x, 3, penalty_graph(knn_graph), c(0, 1), masks = 3, ...)
  }
  plain <- choose()
  full <- choose(labels = labels, stability = TRUE)
  expect_identical(full$lambda, plain$lambda)
  expect_identical(full$lambdas[names(plain$lambdas)], plain$lambdas)
  expect_null(plain$stable)
  expect_equal(full$lambdas$nmi[[2L]], 1)
  expect_equal(full$lambdas$stability[[2L]], 1)
  expect_true(full$stable %in% c(0, 1))
  expect_bad(choose(labels = labels[-1]), "labels")
})

test_that("what cannot be chosen from is refused by name", {
  x <- smooth_data(16, n = 12)
  choose <- function(penalty = penalty_smooth(), ...) select_lambda(x, 2, penalty, ...)
  expect_bad(choose(lambda = c(1, 1, 1)), "lambda")
  expect_bad(choose(lambda = 1), "lambda")
  expect_bad(choose(lambda = c(1, -1)), "lambda")
  expect_bad(choose(lambda = c(1, NA)), "lambda")
  expect_bad(choose(lambda = "1"), "lambda")
  expect_bad(choose(penalty_smooth(form = "raw")), "lambda")
  expect_bad(choose(loss = "kl"), "lambda")
  expect_bad(choose("graph"), "penalty")
  expect_bad(choose(NULL), "penalty")
  expect_bad(choose(list(penalty_smooth(), penalty_sparse())), "penalty")
  expect_bad(choose(penalty_orthogonal(exact = TRUE)), "penalty")
  expect_bad(choose(function(lambda) penalty_smooth(1)), "penalty")
  expect_bad(choose(function(lambda) lambda), "penalty")
  expect_bad(choose(function(lambda) stop("no")), "penalty")
  expect_bad(choose(penalty_graph(diag(3))), "graph")
  expect_bad(choose(solver = "bpp"), "solver")
  expect_bad(choose(labels = 1:5), "labels")
  expect_bad(choose(stability = NA), "stability")
  expect_bad(choose(masks = 1), "masks")
  expect_bad(select_lambda(x, 2), "penalty")
  expect_bad(select_lambda(x, 40, penalty_smooth()), "rank")
  expect_bad(select_lambda(x[1:2, 1:3], 2, penalty_smooth()), "x")
  expect_bad(select_lambda(x[1, , drop = FALSE], 1, penalty_smooth()), "x")
})

test_that("a penalty that no fit can take is an error, though fits without it can be made", {
  x <- smooth_data(19, n = 12)
  broken <- penalty_graph(function(x) stop("no neighbours"))
  expect_error(select_lambda(x, 2, broken, c(0, 1), masks = 2), "no neighbours",
               class = "metanmf_error")
})

test_that("a print says what the errors say of the choice", {
  shown <- function(...) {
    table <- data.frame(lambda = c(0, 0.1, 1), error = c(2, 1.8, 1.9), above = c(0.2, 0, 0.1),
                        spread = c(0.1, 0, 0.2), near = c(FALSE, TRUE, TRUE),
                        share = c(0, 0.1, 0.25), explained = c(0.9, 0.8, 0.7),
                        failed = NA_character_)
    table[...names()] <- list(...)
    found <- list(table = table, stopped = FALSE)
    search <- list(options = list(loss = "frobenius"),
                   masks = list(list(at = 1:4, stored = 4L), list(at = 1:4, stored = 4L)))
    new_lambda_choice(found, search, 3L, identity, quote(select_lambda()))
  }
  expect_snapshot(print(shown()))
  expect_match(shown(near = c(TRUE, TRUE, TRUE))$reason, "clearly")
  expect_match(shown(error = c(1, 2, 3))$reason, "none of the weights tried")
  expect_match(shown(error = c(3, 2, 1))$reason, "largest weight")
  expect_identical(as.data.frame(shown())$lambda, c(0, 0.1, 1))
})

test_that("clusters that grow less stable before they grow more are told of", {
  choice <- function(stability) {
    table <- data.frame(lambda = c(0, 1, 100), stability = stability)
    stability_lines(list(stable = 100, lambdas = table))
  }
  expect_length(choice(c(0.7, 0.5, 0.98)), 2L)
  expect_match(choice(c(0.7, 0.5, 0.98))[[2L]], "at 1 they are less stable than at 0:")
  expect_length(choice(c(0.7, 0.65, 0.98)), 1L)
  expect_null(stability_lines(list()))
})

test_that("the smallest weight nearly as stable as the most stable one is within an error of it", {
  scores <- rbind(c(0.5, 0.6, 0.7), c(0.9, 0.8, 0.88), c(0.92, 0.79, 0.89))
  # The last row's mean is .0067 above the middle one's; the differences are .02, -.01 and .01.
  expect_identical(nearly_most(scores), c(FALSE, TRUE, TRUE))
  expect_lt(mean(c(0.02, -0.01, 0.01)), sd(c(0.02, -0.01, 0.01)) / sqrt(3))
})

test_that("the answer does not depend on the number of workers", {
  skip_on_cran()
  skip_if_not_installed("future")
  x <- smooth_data(17)
  choose <- function() {
    set.seed(18)
    select_lambda(x, 2, penalty_graph(knn_graph), c(0, 1), masks = 2)
  }
  here <- choose()
  expect_identical(with_two_workers(choose()), here)
})

test_that("zeros alone choose no weight", {
  expect_bad(select_lambda(matrix(0, 12, 15), 2, penalty_sparse(), c(0, 0.1), masks = 2), "x")
})
