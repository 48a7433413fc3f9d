# What is printed of a fit, and its summary.

fixed <- function(...) nmf_control(tol = 0, ...)

test_that("summary gives each component's share, the zeros and the dead components", {
  # Parts w_k h_k of size |w_1||h_1| = 2 * 3, |w_2||h_2| = 1 * 2, and none.
  fit <- small_fit()
  fit$w <- cbind(c(2, 0), c(0, 1), 0)
  fit$h <- rbind(c(3, 0, 0), c(0, 0, 2), 1)
  fit$dead <- dead_components(fit$w, fit$h)
  said <- summary(fit)
  expect_equal(unname(said$share), c(0.75, 0.25, 0))
  expect_equal(said$zeros, c(w = 4 / 6, h = 4 / 9))
  expect_identical(said$dead, 3L)
  expect_equal(said$relative, objective(fit) / fit$data$x_norm2)
  expect_identical(summary(small_fit("kl"))$relative, NA_real_)
})

test_that("shares and dead components do not depend on the units of the data", {
  set.seed(6)
  x <- drawn_data(6, 9, 2)
  start <- drawn_start(x, 2)
  share <- summary(nmf(x, 2, init = start, control = fixed(max_iter = 5)))$share
  for (power in c(2^900, 2^-900)) {
    said <- summary(nmf(power * x, 2, init = list(w = start$w, h = power * start$h),
                        control = fixed(max_iter = 5)))
    expect_length(said$dead, 0)
    expect_equal(said$share, share, tolerance = 1e-12)
  }
})

# The backend and the BLAS are those of the machine.
masked <- function(lines) sub("backend .*$", "backend <of the machine>", lines)

test_that("fits and summaries print what was asked and what came out", {
  fit <- small_fit()
  stopped <- nmf(matrix(0, 3, 4), 2)
  graph <- as_graph(example_graphs(9)$path)
  expect_snapshot(transform = masked, {
    print(fit)
    print(stopped)
    print(small_fit("kl", penalty = penalty_graph(graph, 2)))
    print(summary(small_fit(scale = "none")))
    print(summary(small_fit(scale = "l2")))
    print(nmf(matrix(0, 2, 2), 1, control = fixed(max_iter = 1)))
    print(small_fit(init = list(w = cbind(1, rep(0, 6))), solver = "mu"))
    summary(fit)
    summary(stopped)
    summary(small_fit("kl"))
  })
  expect_match(utils::capture.output(print(summary(fit))), fit$engine$instructions, fixed = TRUE,
               all = FALSE)
  utils::capture.output({
    expect_invisible(print(fit))
    expect_invisible(print(summary(fit)))
  })
})

test_that("of many components the summary prints the first thirty and counts the others", {
  # The identity: every component fits one column alone.
  fit <- nmf(diag(32), 32, init = list(w = diag(32), h = diag(32)), control = fixed(max_iter = 1))
  said <- utils::capture.output(print(summary(fit)))
  expect_match(said, "^  and 2 more$", all = FALSE)
})

test_that("a zero is an entry below 1e-8 of the largest of its component, whatever its units", {
  fit <- small_fit()
  fit$w <- cbind(c(1, 1e-7, 1e-9), 1e100 * c(1e-16, 1, 0.5)) * 1e5
  fit$h <- rbind(c(2, 1e-22), c(1e-300, 1e-301))
  rownames(fit$h) <- colnames(fit$w) <- c("c1", "c2")
  expect_equal(summary(fit)$zeros, c(w = 2 / 6, h = 1 / 4))
  # What Kullback-Leibler leaves where blocks share no word.
  blocks <- kronecker(diag(2), matrix(c(5, 3, 4, 6), 2)) + 0
  set.seed(1)
  found <- suppressWarnings(nmf(blocks, 2, loss = "kl", control = nmf_control(200)))
  expect_equal(summary(found)$zeros, c(w = 0.5, h = 0.5))
})

test_that("explained deviance is 1 minus the deviance over that of one mean", {
  set.seed(4)
  x <- drawn_data(6, 9, 2)
  fit <- nmf(x, 2, control = fixed(max_iter = 20))
  right <- 1 - sum((x - fitted(fit))^2) / sum((x - mean(x))^2)
  expect_equal(summary(fit)$explained, right, tolerance = 1e-10)
  expect_identical(summary(nmf(matrix(3, 2, 2), 1))$explained, NA_real_)
  expect_identical(summary(nmf(x * 1e200, 2))$explained, NA_real_)
  fit$data$null_deviance <- NULL
  expect_identical(summary(fit)$explained, NA_real_)
})

test_that("a percentage shows two digits of what is missing to all of it", {
  said <- c("100 %", "99.9954 %", "99.47 %", "94.7 %", "63.4 %", "0.0 %", "-3.2 %")
  shares <- c(1, 1 - 4.6e-5, 0.9947, 0.947, 0.634, 0, -0.032)
  expect_identical(vapply(shares, percent, ""), said)
})

test_that("a meta-learned fit and one without samples print", {
  set.seed(1)
  x <- drawn_data(6, 9, 2)
  learned <- meta_nmf(list(tasks = list(x[, 1:5]), target = x), 2,
                      control = meta_control(2, inner = fixed(max_iter = 5)))
  said <- utils::capture.output(print(learned))
  expect_identical(said[[1]], "<meta_nmf_fit> 6 features x 9 samples, rank 2")
  expect_match(said, "after 2 epochs", all = FALSE)
  right <- 1 - sum((x - fitted(learned))^2) / sum((x - mean(x))^2)
  expect_equal(summary(learned)$explained, right, tolerance = 1e-10)
  expect_output(print(as_nmf(x[, 1:2])), "a basis alone")
  expect_identical(format(learned), said[[1]])
})

test_that("an old or unknown field of a summary is an error that names the new one", {
  said <- summary(small_fit())
  expect_error(said$empty, "now `dead`", class = "metanmf_error")
  expect_error(said$shares, "Did you mean `share`", class = "metanmf_error")
})
