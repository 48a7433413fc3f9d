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
