test_that("planted ranks are found and called determined, by both methods", {
  for (rank in c(3L, 5L)) {
    choice <- select_rank(planted_rank(40, 60, rank, rank))
    expect_identical(choice[c("rank", "spectral", "verdict")],
                     list(rank = rank, spectral = rank, verdict = "determined"))
  }
})

test_that("noise alone has one component", {
  for (seed in 1:3) {
    set.seed(seed)
    choice <- select_rank(matrix(rgamma(1200, 1), 30))
    expect_identical(choice$rank, 1L)
    expect_identical(choice$verdict, "one")
  }
})

test_that("counts are judged by their divergence, dense or sparse", {
  set.seed(6)
  mean <- matrix(rgamma(180, 0.3), 60) %*% matrix(rgamma(240, 0.3), 3)
  x <- matrix(rpois(4800, 4 * mean / mean(mean)), 60)
  x <- x[rowSums(x) > 0, colSums(x) > 0]
  expect_identical(select_rank(x, loss = "kl")$rank, 3L)
  sparse <- select_rank(Matrix::Matrix(x, sparse = TRUE), loss = "kl")
  expect_identical(sparse$rank, 3L)
  expect_true(sparse$hidden[["zeros"]] > 0)
})

test_that("the same seed gives the same choice, and the generator moves by one draw", {
  x <- planted_rank(20, 30, 2, 7)
  run <- function() {
    set.seed(8)
    choice <- select_rank(x, ranks = 1:3, masks = 3)
    list(choice, runif(1))
  }
  expect_identical(run(), run())
  set.seed(8)
  sample.int(.Machine$integer.max, 1L)
  expect_identical(run()[[2L]], {
    set.seed(8)
    sample.int(.Machine$integer.max, 1L)
    runif(1)
  })
})

test_that("missing values and weights of 0 are the same thing", {
  x <- planted_rank(25, 30, 3, 9)
  gone <- sample(length(x), 100)
  holes <- replace(x, gone, NA)
  weights <- replace(matrix(1, 25, 30), gone, 0)
  set.seed(10)
  masked <- select_rank(holes, 2:4, missing = "mask", masks = 3)
  set.seed(10)
  weighed <- select_rank(x, 2:4, weights = weights, masks = 3)
  expect_equal(masked$ranks$error, weighed$ranks$error)
})

test_that("a table has a row for each rank that was asked for", {
  choice <- select_rank(planted_rank(20, 30, 2, 11), ranks = c(4, 2, 6), masks = 2)
  expect_identical(choice$ranks$rank, c(2L, 4L, 6L))
  expect_true(all(is.na(choice$ranks$gain)))
})

test_that("ranks that cannot be, one rank and too little data are refused", {
  x <- planted_rank(6, 8, 2, 12)
  expect_bad(select_rank(x, ranks = 5:7), "ranks")
  expect_bad(select_rank(x, ranks = 3), "ranks")
  expect_error(select_rank(x, ranks = "3"), "Given: \"3\"", class = "metanmf_error")
  expect_bad(select_rank(x, ranks = c(2, 2)), "ranks")
  expect_bad(select_rank(x, ranks = 1.5:3), "ranks")
  expect_bad(select_rank(x, fraction = 0.9), "fraction")
  expect_bad(select_rank(x, masks = 1), "masks")
  expect_bad(select_rank(x[1:2, 1:3]), "x")
  expect_bad(select_rank(x[1, , drop = FALSE]), "x")
})

test_that("labels, losses and masks that do not fit are refused by name", {
  x <- planted_rank(20, 30, 2, 16)
  expect_bad(select_rank(x, labels = 1:29), "labels")
  expect_bad(select_rank(x, labels = list(1)), "labels")
  expect_bad(select_rank(x, loss = "gamma"), "loss")
  expect_bad(select_rank(replace(x, 1, 0), loss = "is"), "x")
  expect_bad(select_rank(x, loss = nb_loss()), "x")
  expect_bad(select_rank(x, masks = 2.5), "masks")
  expect_bad(select_rank(x, patience = 0), "patience")
  expect_bad(select_rank(x, stability = NA), "stability")
})

test_that("every loss has its fits and its error, and the choice names it", {
  used <- NULL
  real <- masked_fit
  local_mocked_bindings(masked_fit = function(seen, rank, init, data, options) {
    used <<- c(loss_text(options$model_loss), options$error)
    real(seen, rank, init, data, options)
  })
  x <- planted_rank(20, 30, 2, 21) + 0.1
  named <- function(loss, x) select_rank(x, 1:2, loss = loss, masks = 2)$loss
  expect_identical(named("is", x), "is")
  expect_identical(used, c("frobenius", "absolute"))
  expect_identical(named(beta_loss(0.5), x), "beta_loss(0.5)")
  expect_identical(used, c("frobenius", "absolute"))
  expect_identical(named("kl", x), "kl")
  expect_identical(used, c("frobenius", "kl"))
  expect_identical(named(nb_loss(0.3), round(5 * x)), "nb_loss(0.3)")
  expect_identical(used, c("nb_loss(0.3)", "absolute"))
  # Estimated dispersions are those of one fit, for all ranks and masks.
  set.seed(22)
  counts <- matrix(rnbinom(600, size = 2, mu = 10 * x), 20)
  seen <- list()
  local_mocked_bindings(masked_fit = function(seen_x, rank, init, data, options) {
    seen <<- c(seen, list(options$model_loss))
    real(seen_x, rank, init, data, options)
  })
  select_rank(counts, 1:2, loss = nb_loss(), masks = 2)
  expect_identical(attr(seen[[1L]], "estimate"), "estimate")
  expect_length(unique(seen[-1L]), 1L)
  expect_gt(attr(seen[[2L]], "dispersion"), 0.1)
})

test_that("data of zeros alone have one component", {
  choice <- select_rank(matrix(0, 10, 12), masks = 2)
  expect_identical(choice[c("rank", "verdict")], list(rank = 1L, verdict = "one"))
  expect_output(print(choice), "1 component: no further component helps")
})

test_that("rows and columns of zeros, and with one entry alone, do not stop a search", {
  x <- planted_rank(20, 30, 2, 17)
  x[3, ] <- 0
  x[, 5] <- 0
  x[7, ] <- 0
  x[7, 9] <- 1
  choice <- select_rank(x, 1:3, masks = 4)
  expect_true(all(is.finite(choice$ranks$error)))
  expect_true(all(is.na(choice$ranks$failed)))
  x[4, ] <- NA
  expect_true(all(is.finite(select_rank(x, 1:3, missing = "mask", masks = 4)$ranks$error)))
})

test_that("five masks are drawn of more than 50,000 entries, else ten", {
  data <- function(m) check_data(matrix(1, m, 200), "x", "error")
  expect_identical(check_masks(NULL, data(250)), 10L)
  expect_identical(check_masks(NULL, data(251)), 5L)
  expect_identical(check_masks(7, data(251)), 7L)
})

test_that("workers give the same choice as this session alone", {
  skip_on_cran()
  skip_if_not_installed("future")
  x <- planted_rank(20, 30, 2, 18)
  choose <- function() {
    set.seed(19)
    select_rank(x, 1:2, masks = 2)
  }
  here <- choose()
  expect_equal(with_two_workers(choose()), here, tolerance = 0)
})

test_that("a rank whose fits fail is a row with the message, and the others go on", {
  real <- masked_fit
  local_mocked_bindings(masked_fit = function(seen, rank, ...) {
    if (rank == 2L) stop("no room for two")
    real(seen, rank, ...)
  })
  choice <- select_rank(planted_rank(20, 30, 2, 20), 1:4, masks = 3)
  expect_identical(choice$ranks$failed, c(NA, "no room for two", NA, NA))
  expect_identical(is.na(choice$ranks$error), c(FALSE, TRUE, FALSE, FALSE))
  expect_output(print(choice), "failed: ranks 2")
})

test_that("the print gives the verdict, its reason and what it rests on", {
  choice <- structure(list(
    rank = 3L, near = 3:4, verdict = "not determined", reason = "the two differ", spectral = 9L,
    ranks = data.frame(rank = c(1L, 3L), error = c(2, 1), gain = c(0, 0.5), failed = NA_character_),
    masks = 10L, hidden = c(stored = 40, zeros = 0), worst = 0.7, loss = "frobenius",
    stopped = TRUE), class = "rank_choice")
  expect_snapshot(print(choice))
})

test_that("samples in rows are the same data", {
  x <- planted_rank(20, 30, 2, 13)
  choose <- function(...) {
    set.seed(14)
    select_rank(..., ranks = 1:3, masks = 3)$ranks
  }
  weights <- matrix(runif(600), 20)
  expect_equal(choose(t(x), samples = "rows"), choose(x))
  expect_equal(choose(t(x), samples = "rows", weights = t(weights)), choose(x, weights = weights))
})

test_that("ratings are searched without a count of the spectrum", {
  set.seed(15)
  x <- Matrix::rsparsematrix(30, 40, 0.4, rand.x = function(k) runif(k) + 1)
  choice <- select_rank(x, 1:2, missing = "unstored", masks = 2)
  expect_identical(choice$spectral, NA_integer_)
  expect_identical(choice$hidden[["zeros"]], 0)
})

test_that("zeros, and a positive entry alone, leave no NaN in the choice, which can be drawn", {
  x <- matrix(0, 12, 15)
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  for (entry in c(0, 5)) {
    set.seed(1)
    choice <- select_rank(replace(x, 1, entry), 1:3, masks = 2)
    expect_false(any(vapply(choice$ranks, function(column) any(is.nan(column)), NA)))
    expect_identical(plot(choice), choice)
  }
})
