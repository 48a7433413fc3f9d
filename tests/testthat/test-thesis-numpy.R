integers_md5 <- function(values) md5_of(writeBin(as.integer(values), raw(), endian = "little"))

test_that("the author's halves are those of scikit-learn's train_test_split, to the last index", {
  known <- read_fixture("splits")
  for (i in seq_len(nrow(known))) {
    split <- author_split(known$n[[i]], known$test_size[[i]])
    expect_length(split$learning, known$learning[[i]])
    expect_identical(integers_md5(split$learning), known$learning_md5[[i]])
    expect_identical(integers_md5(split$evaluation), known$evaluation_md5[[i]])
  }
})

test_that("the words are those of the Mersenne Twister's authors for seed 5489", {
  # mt19937ar's default seed; the 10000th word is fixed by the C++ standard, [rand.predef].
  words <- with_numpy_random(5489, draw_words(10000L))
  expect_identical(words[[1L]], 3499211612)
  expect_identical(words[[10000L]], 4123659995)
})

test_that("a state word of -2^31, which is NA in R, is a word like others", {
  # Word 0 of the state is the seed itself.
  expect_identical(mersenne_state(2^31)[[3L]], NA_integer_)
  expect_false(anyNA(with_numpy_random(2^31, draw_words(700L))))
})

test_that("the user's generator goes on as if nothing had been drawn, whatever its kind", {
  kinds <- RNGkind()
  on.exit(RNGkind(kinds[[1L]], kinds[[2L]], kinds[[3L]]))
  for (kind in list(kinds, c("L'Ecuyer-CMRG", "Ahrens-Dieter", "Rejection"),
                    c("Wichmann-Hill", "Box-Muller", "Rejection"))) {
    RNGkind(kind[[1L]], kind[[2L]], kind[[3L]])
    set.seed(3)
    expected <- c(runif(3), rnorm(3))
    set.seed(3)
    first <- runif(1)
    author_split(20)
    expect_identical(c(first, runif(2), rnorm(3)), expected)
    expect_identical(RNGkind(), kind)
  }
})

test_that("a generator without a state has none afterwards, and keeps its kind", {
  kinds <- RNGkind()
  on.exit(RNGkind(kinds[[1L]], kinds[[2L]], kinds[[3L]]))
  RNGkind("L'Ecuyer-CMRG")
  rm(".Random.seed", envir = globalenv())
  author_split(20)
  expect_false(exists(".Random.seed", globalenv(), inherits = FALSE))
  expect_identical(RNGkind()[[1L]], "L'Ecuyer-CMRG")
})

test_that("the user's generator is put back when the code stops", {
  set.seed(4)
  before <- .Random.seed
  expect_error(with_numpy_random(0, stop("half way")), "half way")
  expect_identical(.Random.seed, before)
})

test_that("a small set with an odd number of values is make_blobs's own, bit for bit", {
  known <- read_fixture("blobs_small")
  made <- make_blobs(n = 23L, m = 3L, clouds = 4L, deviation = 2.5, seed = 7)
  expect_equal(made$x, known$x, tolerance = 1e-14)
  expect_identical(made$labels, as.integer(known$labels))
  skip_elsewhere()
  expect_identical(made$x, known$x)
})

test_that("all five million values of the thesis' blobs are scikit-learn's, bit for bit", {
  skip_on_cran()
  set.seed(1)
  before <- .Random.seed
  blobs <- load_dataset("blobs")
  expect_identical(.Random.seed, before)
  expect_identical(dim(blobs$x), c(500L, 10000L))
  expect_identical(tabulate(blobs$labels + 1L), rep(2000L, 5L))
  expect_null(blobs$image_size)
  expect_identical(lengths(blobs$author_split), c(learning = 5000L, evaluation = 5000L))

  entries <- read_fixture("blobs_entries")
  expect_equal(blobs$x[cbind(entries$row, entries$column)], entries$scaled, tolerance = 1e-14)
  expect_identical(blobs$labels[entries$column], entries$label)

  sums <- read_fixture("blobs_sums")
  known <- stats::setNames(sums$md5, sums$what)
  expect_identical(md5_of(writeBin(blobs$labels, raw(), endian = "little")), known[["labels"]])
  skip_elsewhere()
  expect_identical(md5_of(writeBin(as.vector(blobs$x), raw(), endian = "little")),
                   known[["scaled"]])
})
