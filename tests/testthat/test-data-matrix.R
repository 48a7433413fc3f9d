# The same numbers in every class of package Matrix that holds this x: 4 x 4, symmetric,
# zeros in it.
sparse_classes <- function(x) {
  plain <- sparse_copy(x)
  list(dgCMatrix = plain, dsCMatrix = Matrix::forceSymmetric(plain),
       dgTMatrix = methods::as(plain, "TsparseMatrix"),
       dgRMatrix = methods::as(plain, "RsparseMatrix"))
}

symmetric <- function() {
  matrix(c(2, 0, 1, 0, 0, 0, 3, 0, 1, 3, 0, 0, 0, 0, 0, 5), 4,
         dimnames = rep(list(letters[1:4]), 2))
}

test_that("a matrix that can be used comes back as plain doubles with its names", {
  x <- matrix(1:6, 2, dimnames = list(c("a", "b"), NULL))
  expect_identical(check_matrix(x), x + 0)
  expect_identical(check_matrix(x > 3), (x > 3) + 0)
  expect_identical(check_matrix(matrix(0, 1, 1)), matrix(0, 1, 1))
  counts <- table(c("p", "p", "q"), c("u", "v", "v"))
  expect_identical(unname(check_matrix(counts)), matrix(c(1, 0, 1, 1), 2))
  expect_false(is.object(check_matrix(counts)))
  expect_identical(check_matrix(structure(x + 0, note = "kept by scale()")), x + 0)
})

test_that("a data frame of numbers, whole numbers and logicals becomes a matrix of doubles", {
  x <- data.frame(s1 = c(1L, 2L), s2 = c(TRUE, FALSE), s3 = c(0.5, 3))
  wanted <- matrix(c(1, 2, 1, 0, 0.5, 3), 2, dimnames = list(NULL, c("s1", "s2", "s3")))
  expect_identical(check_matrix(x, samples = "columns"), wanted)
  expect_identical(check_matrix(x, samples = "rows"), t(wanted))
  rownames(x) <- c("f", "g")
  expect_identical(rownames(check_matrix(x, samples = "columns")), c("f", "g"))
})

test_that("every sparse class becomes the dgCMatrix of the same entries and names", {
  x <- symmetric()
  for (given in sparse_classes(x)) {
    used <- check_matrix(given)
    expect_s4_class(used, "dgCMatrix")
    expect_identical(as.matrix(used), x)
  }
  pattern <- methods::as(sparse_copy(x), "nMatrix")
  expect_identical(as.matrix(check_matrix(pattern)), (x > 0) + 0)
  expect_identical(as.matrix(check_matrix(methods::as(pattern, "lMatrix"))), (x > 0) + 0)
  expect_identical(as.matrix(check_matrix(Matrix::Diagonal(3))), diag(3))
  expect_identical(as.matrix(check_matrix(methods::as(3:1, "pMatrix"))), diag(3)[, 3:1])
  unit <- Matrix::triu(sparse_copy(diag(3) + upper.tri(diag(3))))
  expect_identical(as.matrix(check_matrix(unit)), diag(3) + upper.tri(diag(3)))
})

test_that("triplets of package Matrix come in any order and are added up as Matrix does", {
  i <- c(3L, 0L, 3L, 1L, 0L)
  j <- c(2L, 0L, 2L, 1L, 1L)
  names <- list(letters[1:4], NULL)
  given <- list(methods::new("dgTMatrix", i = i, j = j, x = c(4, 1, 5, 0, 2), Dim = c(4L, 3L),
                             Dimnames = names),
                methods::new("lgTMatrix", i = i, j = j, x = c(TRUE, TRUE, TRUE, FALSE, TRUE),
                             Dim = c(4L, 3L), Dimnames = names),
                methods::new("ngTMatrix", i = i, j = j, Dim = c(4L, 3L), Dimnames = names))
  for (x in given) {
    used <- check_matrix(x)
    expect_s4_class(used, "dgCMatrix")
    expect_identical(as.matrix(used), as.matrix(x) + 0)
    expect_identical(as.matrix(check_matrix(methods::as(x, "RsparseMatrix"))), as.matrix(x) + 0)
  }
  expect_identical(as.matrix(check_matrix(given[[1]]))[["d", 3]], 9)
})

test_that("a dgCMatrix is used as it is, zeros that it stores included", {
  x <- Matrix::sparseMatrix(i = c(1, 2, 2), j = c(1, 1, 3), x = c(1, 0, 2), dims = c(2, 3))
  expect_identical(check_matrix(x), x)
})

test_that("dense classes of Matrix become plain matrices", {
  x <- symmetric()
  for (given in list(Matrix::Matrix(x, sparse = FALSE),
                     methods::as(Matrix::Matrix(x, sparse = FALSE), "generalMatrix"),
                     Matrix::pack(Matrix::forceSymmetric(Matrix::Matrix(x, sparse = FALSE))))) {
    expect_identical(check_matrix(given), x)
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
  x[4, 4] <- -Inf
  expected <- c("NA entries: 1 (first at [1, 1])", "NaN entries: 1 (first at [2, 2])",
                "Inf entries: 1 (first at [3, 3])", "-Inf entries: 1 (first at [4, 4])",
                "negative entries: 4 (first at [2, 1]")
  # The same entries and an empty column: places are found without the zeros between.
  sparse <- cbind(sparse_copy(x) * 1, 0)
  for (data in list(x, sparse)) for (said in expected) {
    expect_error(check_matrix(data), said, fixed = TRUE, class = "metanmf_error")
  }
  whole <- matrix(c(1L, NA, 3L, 4L), 2)
  expect_error(check_matrix(whole), "NA entries: 1 (first at [2, 1])", fixed = TRUE)
})

test_that("the places of entries of a sparse matrix are those of the dense one", {
  set.seed(31)
  x <- Matrix::rsparsematrix(7, 9, 0.2)
  x[, c(1, 4, 9)] <- 0
  x <- Matrix::drop0(x)
  expect_equal(entry_places(x), unname(which(as.matrix(x) != 0, arr.ind = TRUE)))
})

test_that("missing = TRUE lets NA and NaN pass, but nothing that is infinite or negative", {
  x <- matrix(c(1, NA, NaN, 2), 2)
  for (data in list(x, sparse_copy(x))) {
    expect_identical(check_matrix(data, missing = TRUE), data)
    expect_error(check_matrix(data), class = "metanmf_error")
    for (bad in c(Inf, -Inf, -1)) {
      data[2, 2] <- bad
      expect_error(check_matrix(data, missing = TRUE), "entries: 1 (first at [2, 2])",
                   fixed = TRUE, class = "metanmf_error")
    }
  }
  gaps <- Matrix::sparseMatrix(i = c(1, 2), j = c(1, 1), x = NA_real_, dims = c(2, 1))
  # What is not stored is 0, and that is an observed entry.
  data <- checked_data(gaps, "x", TRUE)
  expect_bad(observed_data(data, data_layout(data), "x"), "x")
  zeros <- checked_data(cbind(gaps, 0), "x", TRUE)
  expect_identical(dim(observed_data(zeros, data_layout(zeros), "x")$x), c(2L, 1L))
  expect_bad(check_matrix(matrix(c(NA, -1), 2), missing = TRUE), "x")
})

test_that("data that cannot be used are refused with what to do about them", {
  x <- matrix(1:12 + 0, 3)
  with <- function(value, at = 5) replace(x, at, value)
  broken <- sparse_copy(x)
  broken@i[[2L]] <- 99L
  bad <- list(with(NA), with(NaN), with(Inf), with(-1), with(-Inf), data.frame(a = "b"), 1:5,
              NULL, "x", list(1), array("a", c(2, 2, 2)), matrix("a", 2, 2), matrix(1i, 2, 2),
              matrix(0, 0, 3), matrix(0, 3, 0), data.frame(), mean, matrix(list(1), 1), broken,
              sparse_copy(x)[, 0], structure(x, class = "integer64"))
  for (data in bad) {
    expect_error(check_matrix(data), "`x` must be", class = "metanmf_error")
    expect_error(nmf(data, 1), "`x` must be", class = "metanmf_error")
  }
  expect_bad(check_matrix(with(NA)), "x")
  expect_bad(check_matrix(with(NaN, c(2, 7))), "x")
  expect_bad(check_matrix(with(Inf)), "x")
  expect_bad(check_matrix(with(-1, c(2, 5, 7, 11))), "x")
  expect_bad(check_matrix(with(c(NA, -3), c(1, 12))), "x")
  expect_bad(check_matrix(data.frame(age = 1:2, sex = c("f", "m"), site = factor(1:2))), "x")
  expect_bad(check_matrix(1:5), "x")
  expect_bad(check_matrix("x"), "x")
  expect_bad(check_matrix(matrix("1", 2, 2)), "x")
  expect_bad(check_matrix(structure(list(i = 1), class = "simple_triplet_matrix")), "x")
  expect_bad(check_matrix(broken), "x")
  expect_bad(check_matrix(matrix(0, 0, 3)), "x")
  expect_bad(check_matrix(matrix(0, 3, 0)), "x")
})

test_that("nmf() refuses a rank that is no whole number of at least 1", {
  x <- matrix(1:12 + 0, 3)
  for (rank in list(0, -1, 2.5, NA, NaN, Inf, "2", NULL, c(1, 2), TRUE, list(2))) {
    expect_error(nmf(x, rank), "`rank` must be a whole number of at least 1",
                 class = "metanmf_error")
  }
  expect_bad(nmf(x, 0), "rank")
  expect_bad(nmf(x, 2.5), "rank")
  expect_bad(nmf(x, NA), "rank")
  expect_bad(nmf(x, "2"), "rank")
  expect_bad(nmf(x, c(1, 2)), "rank")
})

test_that("gaps are filled by the mean of the observed entries of their row", {
  x <- rbind(a = c(1, NA, 3), b = c(NA, NaN, NA), c = c(4, 0, 5))
  # rows: (1 + 3) / 2 = 2; nothing, so all of x: 13 / 5 = 2.6
  filled <- rbind(a = c(1, 2, 3), b = 2.6, c = c(4, 0, 5))
  expect_equal(fill_missing(x), filled)
  sparse <- fill_missing(sparse_copy(x))
  expect_s4_class(sparse, "dgCMatrix")
  expect_equal(as.matrix(sparse), filled)
  complete <- matrix(1:4 + 0, 2)
  expect_identical(fill_missing(complete, complete), complete)
  expect_equal(fill_missing(matrix(c(1e308, 1e308, NA), 1))[[3]], 1e308)
})

test_that("nothing that is masked leaves a trace in what is filled", {
  x <- matrix(c(1, 2, 3, 4, 5, 6), 2)
  weights <- matrix(c(1, 0, 0.5, 1, 0, 1), 2)
  truth <- fill_missing(replace(x, weights == 0, NA))
  for (value in c(0, 7, NA, NaN, Inf, -1, 1e300)) {
    expect_identical(fill_missing(replace(x, weights == 0, value), weights), truth)
  }
  # Sparse data have a weight for each entry they store: here, all.
  expect_equal(as.matrix(fill_missing(sparse_copy(x), as.vector(weights))), truth)
})

test_that("the mean of a sparse matrix counts the entries it does not store", {
  x <- symmetric()
  expect_equal(entry_mean(sparse_copy(x)), mean(x), tolerance = 1e-15)
  expect_identical(entry_mean(sparse_copy(0 * x)), 0)
})

test_that("sparse data whose dense copy no memory could hold pass through every check", {
  # 1e5 x 1e5 doubles are 80 GB.
  set.seed(32)
  at <- 300
  x <- Matrix::sparseMatrix(i = sample(1e5, at), j = sample(1e5, at), x = runif(at),
                            dims = c(1e5, 1e5))
  expect_identical(check_matrix(x), x)
  expect_error(check_matrix(-x), "negative entries: 300", class = "metanmf_error")
  x@x[[7L]] <- NA
  expect_identical(check_matrix(x, missing = TRUE), x)
  filled <- fill_missing(x)
  expect_identical(filled@x[-7], x@x[-7])
  expect_identical(dim(scale_minmax(filled)), dim(x))
  expect_identical(dim(init_random(filled, 2)$h), c(2L, 100000L))
  expect_identical(dim(init_kmeans(filled, 2)$w), c(100000L, 2L))
  split <- split_tasks(filled, n_tasks = 2, task_size = 10)
  expect_s4_class(split$target, "dgCMatrix")
  expect_identical(dim(split$target), c(100000L, 49980L))
})

test_that("an object of another class is told what would make it a matrix", {
  other <- methods::getClass("numeric")
  expect_true(isS4(other))
  expect_error(nmf(other, 1), "as.matrix", class = "metanmf_error")
})

test_that("text is told to be counted, a file's name where files are read", {
  expect_error(nmf(c("a ship", "a law"), 1), "vignette(\"text\"", fixed = TRUE)
  expect_error(nmf("counts.h5", 1), "?block_source", fixed = TRUE)
  expect_error(nmf(diag(2), "auto"), "select_rank(x)", fixed = TRUE)
})
