# The validators every verb uses, and what nmf() says to input it cannot use.

test_that("an input error names the argument, says what came and carries its class", {
  error <- tryCatch(stop_input("rank", "at least 1", "0", "Try 1.", class = "narrow"),
                    error = identity)
  expect_s3_class(error, c("narrow", "metanmf_error", "error", "condition"), exact = TRUE)
  expect_identical(error$argument, "rank")
  expect_null(conditionCall(error))
  expect_identical(conditionMessage(error), "`rank` must be at least 1.\nGiven: 0.\nTry 1.")
})

test_that("any value is described in a few words", {
  said <- function(value) describe(value)
  expect_identical(said(NULL), "NULL")
  expect_identical(said(mean), "a function")
  expect_identical(said("a"), "\"a\"")
  expect_identical(said(2.5), "2.5")
  expect_identical(said(NA), "NA")
  expect_identical(said(matrix(1, 2, 3)), "a 2 x 3 matrix")
  expect_identical(said(data.frame(a = 1:2)), "a 2 x 1 data.frame")
  expect_identical(said(1:3), "an integer of length 3")
  expect_identical(said(list(1)), "a list of length 1")
})

test_that("a matrix of text is told from one of numbers", {
  # "must be a numeric matrix. Given: a 2 x 2 matrix" would leave the user guessing.
  expect_match(describe(matrix("1", 2, 2)), "character")
  expect_error(nmf(matrix("1", 2, 2), 1), "Given:.*character", class = "metanmf_error")
})

test_that("the nearest name is the one with fewest changes, or none when all are far", {
  known <- c("max_iter", "tol", "scale")
  expect_identical(nearest_name("max_itr", known), "max_iter")
  expect_identical(nearest_name("MAX_ITER", known), "max_iter")
  expect_identical(nearest_name("tols", known), "tol")
  expect_null(nearest_name("kernel_of_truth", known))
  expect_null(nearest_name("x", character()))
})

test_that("a whole number is one number without a fraction, in its range", {
  expect_identical(check_count(3, "k"), 3L)
  expect_identical(check_count(3L, "k", 3, 3), 3L)
  for (bad in list(0, 2.5, NA, NaN, Inf, -1, "3", TRUE, NULL, c(1, 2), numeric(), 4e9, list(3))) {
    expect_error(check_count(bad, "k"), "`k` must be a whole number of at least 1",
                 class = "metanmf_error")
  }
  expect_error(check_count(11, "k", 1, 10), "1..10", class = "metanmf_error")
})

test_that("a number is one finite number, in its range", {
  expect_identical(check_number(2L, "tol", 0), 2)
  for (bad in list(-1, NA, NaN, Inf, "1", TRUE, NULL, c(1, 2), numeric(), list(1))) {
    expect_error(check_number(bad, "tol", 0), "`tol`.*at least 0", class = "metanmf_error")
  }
  expect_error(check_number(2, "tol", 0, 1), "at least 0 and of at most 1",
               class = "metanmf_error")
})

test_that("a flag is TRUE or FALSE", {
  expect_true(check_flag(TRUE, "overlap"))
  for (bad in list(NA, 1, "TRUE", NULL, c(TRUE, FALSE))) {
    expect_error(check_flag(bad, "overlap"), "TRUE or FALSE", class = "metanmf_error")
  }
})

test_that("a choice is one of the names, and the whole vector of a signature means the first", {
  choices <- c("max", "l2", "none")
  expect_identical(check_choice("l2", "scale", choices), "l2")
  expect_identical(check_choice(choices, "scale", choices), "max")
  for (bad in list("maxx", "m", NA_character_, NULL, 1, choices[1:2], character(), "")) {
    expect_error(check_choice(bad, "scale", choices), "\"max\", \"l2\", \"none\"",
                 class = "metanmf_error")
  }
})

test_that("bad entries are counted by kind, and the first places given by row and column", {
  x <- matrix(1, 4, 5)
  x[cbind(c(2, 4, 1, 3), c(1, 1, 3, 5))] <- -1
  expect_error(check_matrix(x), "negative entries: 4 (first at [2, 1], [4, 1], [1, 3])",
               fixed = TRUE, class = "metanmf_error")
  x[1, 1] <- NA
  x[2, 2] <- NaN
  x[3, 3] <- Inf
  for (said in c("NA entries: 1 (first at [1, 1])", "NaN entries: 1 (first at [2, 2])",
                 "Inf entries: 1 (first at [3, 3])", "negative entries: 4")) {
    expect_error(check_matrix(x), said, fixed = TRUE, class = "metanmf_error")
  }
  whole <- matrix(c(1L, NA, 3L, 4L), 2)
  expect_error(check_matrix(whole), "NA entries: 1 (first at [2, 1])", fixed = TRUE)
})

test_that("a matrix that can be used comes back as plain doubles with its names", {
  x <- matrix(1:6, 2, dimnames = list(c("a", "b"), NULL))
  expect_identical(check_matrix(x), x + 0)
  expect_identical(check_matrix(x > 3), (x > 3) + 0)
  expect_identical(check_matrix(matrix(0, 1, 1)), matrix(0, 1, 1))
})

test_that("nmf() refuses data it cannot use and says where they are wrong", {
  x <- matrix(1:12 + 0, 3)
  with <- function(value, at = 5) replace(x, at, value)
  bad <- list(with(NA), with(NaN), with(Inf), with(-1), with(-Inf), as.data.frame(x), 1:5, NULL,
              "x", list(1), array(1, c(2, 2, 2)), matrix("a", 2, 2), matrix(1i, 2, 2),
              matrix(0, 0, 3), matrix(0, 3, 0), Matrix::Matrix(x), mean, matrix(list(1), 1))
  for (data in bad) expect_error(nmf(data, 1), "`x` must be", class = "metanmf_error")
  expect_snapshot(error = TRUE, {
    nmf(with(NA), 2)
    nmf(with(NaN, c(2, 7)), 2)
    nmf(with(Inf), 2)
    nmf(with(-1, c(2, 5, 7, 11)), 2)
    nmf(with(c(NA, -3), c(1, 12)), 2)
    nmf(as.data.frame(x), 2)
    nmf(1:5, 1)
    nmf(Matrix::Matrix(x, sparse = TRUE), 2)
    nmf(matrix(0, 0, 3), 1)
    nmf(matrix(0, 3, 0), 1)
  })
})

test_that("nmf() refuses a rank outside 1..min(m, n)", {
  x <- matrix(1:12 + 0, 3)
  for (rank in list(0, -1, 2.5, 4, NA, NaN, Inf, "2", NULL, c(1, 2), TRUE, list(2))) {
    expect_error(nmf(x, rank), "`rank` must be a whole number in 1..3", class = "metanmf_error")
  }
  expect_snapshot(error = TRUE, {
    nmf(x, 0)
    nmf(x, 2.5)
    nmf(x, 4)
    nmf(x, NA)
    nmf(x, "2")
    nmf(x, c(1, 2))
  })
})

test_that("nmf() refuses names it does not know and offers the nearest", {
  x <- matrix(1:12 + 0, 3)
  expect_error(nmf(x, 2, max_itr = 5), "max_iter", class = "metanmf_error")
  expect_error(nmf(x, 2, los = "kl", 5), class = "metanmf_error")
  expect_error(nmf(x, 2, loss = "klh"), "\"kl\"", class = "metanmf_error")
  expect_error(nmf(x, 2, init = "nndsvdd"), "\"nndsvd\"", class = "metanmf_error")
  expect_error(nmf(x, 2, solver = "hals"), class = "metanmf_error")
  expect_snapshot(error = TRUE, {
    nmf(x, 2, max_itr = 5)
    nmf(x, 2, tol = 0)
    nmf(x, 2, penalti = NULL)
    nmf(x, 2, seed = 5)
    nmf(x, 2, loss = "klh")
    nmf(x, 2, loss = 1)
    nmf(x, 2, init = "nndsvdd")
    nmf(x, 2, init = matrix(1, 3, 2))
    nmf(x, 2, init = list(w = matrix(1, 2, 2)))
    nmf(x, 2, solver = "hals")
    nmf(x, 2, "random", NULL, "kl", "mu", nmf_control(), 5)
  })
})

test_that("whole numbers and logicals are numbers, and nothing passed in is modified", {
  set.seed(14)
  whole <- matrix(1:12, 3)
  start <- drawn_start(whole, 2)
  s <- as_graph(example_graphs(4)$path)
  given <- list(x = whole + 0, start = start, s = s, whole = whole)
  # A copy that shares no memory with what nmf() gets.
  copy <- unserialize(serialize(given, NULL))
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(given$x, 2, given$start, penalty_graph(given$s), loss,
               control = nmf_control(max_iter = 5, tol = 0))
    nmf(given$x * 2^-950, 2, given$start, loss = loss, control = nmf_control(max_iter = 5, tol = 0))
    same <- nmf(given$whole, 2, given$start, penalty_graph(given$s), loss,
                control = nmf_control(max_iter = 5, tol = 0))
    expect_identical(same[c("w", "h", "trace")], fit[c("w", "h", "trace")])
    expect_identical(given, copy)
  }
  yes <- whole > 4
  expect_identical(nmf(yes, 2, start, control = nmf_control(max_iter = 2, tol = 0))$w,
                   nmf(yes + 0, 2, start, control = nmf_control(max_iter = 2, tol = 0))$w)
})
