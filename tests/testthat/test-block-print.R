# What a source says of itself and of the memory of a fit.

test_that("a source prints its shape, its blocks, and what a fit takes", {
  x <- block_counts(6, 20)
  expect_output(print(block_source(x, 7)), "6 x 20, dense, a matrix in memory")
  expect_output(print(blocks_of(sparse_copy(x), 7)), "sparse, a folder, .*3 blocks of 6 to 7 col")
  expect_output(print(reading(x, 20)), "1 block of 20 columns.*up to about .*MB")
  expect_output(print(block_source(x, 7), rank = 3, threads = 2), "nmf.x, 3. .*2 threads")
  expect_bad(print(block_source(x), rank = 0), "rank")
  expect_identical(format_bytes(3 * 2^30), "3 GB")
  # One of 64 MB in use and one that R has not given back yet, for each thread another one.
  source <- new_source("s", c(2^13, 2^13), NULL, rep(2^10, 8))
  big <- function(threads) fit_memory(source, 1, threads)
  expect_identical(round((big(2) - big(1)) / 2^20), 64)
  expect_identical(big(8), big(20))
})

# A function of an address-space limit in kB that fits `source` of `folder` in a session of its own
# within it, and says after how many iterations, or of NULL that says what a session takes.
limited_fits <- function(folder, rank) {
  code <- tempfile(fileext = ".R")
  writeLines(c(
    paste0(".libPaths(", deparse1(.libPaths()), ")"), "library(metanmf)",
    paste0("source <- block_source(", deparse1(folder), ")"),
    "invisible(nmf(matrix(runif(600), 20), 5, max_iter = 2, tol = 0))",
    "invisible(crossprod(matrix(runif(1e4), 100))) # R's BLAS takes its buffers",
    "size <- function() {",
    "  line <- grep('VmSize', readLines('/proc/self/status'), value = TRUE)",
    "  as.numeric(gsub('[^0-9]', '', line))",
    "}",
    "if (Sys.getenv('ASK') != '') cat(size()) else {",
    paste0("  fit <- nmf(source, ", rank, ", solver = Sys.getenv('SOLVER', 'auto'),"),
    "             max_iter = 2, tol = 0)",
    "  cat(fit$iterations)",
    "}"), code)
  r <- shQuote(file.path(R.home("bin"), "Rscript"))
  run <- function(before) {
    suppressWarnings(system(paste(before, r, "--vanilla", shQuote(code), "2>/dev/null"),
                            intern = TRUE))
  }
  session <- as.numeric(run("ASK=1"))
  function(share, bytes, solver = "auto") {
    room <- ceiling(session + share * bytes / 1024)
    identical(as.character(run(paste0("ulimit -v ", room, "; SOLVER=", solver))), "2")
  }
}

skip_without_limits <- function() {
  skip_on_cran()
  skip_if(.Platform$OS.type != "unix" || !file.exists("/proc/self/status"), "no ulimit to be had")
}

test_that("a fit of blocks takes no more memory than print() says", {
  skip_without_limits()
  folder <- empty_folder()
  write_blocks(reading(matrix(0, 1000, 12 * 1250), 1250, function(part, i) {
    set.seed(i)
    matrix(stats::runif(length(part)), 1000)
  }), folder)
  source <- block_source(folder)
  expect_gt(1000 * 15000 * 8, 3 * fit_memory(source, 5))
  within <- limited_fits(folder, 5)
  expect_true(within(1.2, fit_memory(source, 5)))
  expect_true(within(1.2, online_memory(source, 5), "online"))
  # The limit holds: in less than a block there is no fit. (In less than the promise there is one,
  # since R gives blocks back when memory runs out.)
  expect_lt(0.2 * fit_memory(source, 5), 8 * 1000 * 1250)
  expect_false(within(0.2, fit_memory(source, 5)))
})

test_that("where H is the most of it, a fit takes no more than print() says, online too", {
  skip_without_limits()
  folder <- empty_folder()
  write_blocks(reading(matrix(1, 8, 10 * 50000), 50000, function(part, i) part + i), folder)
  source <- block_source(folder)
  expect_gt(8 * 10 * 5e5, 10 * source$largest)
  within <- limited_fits(folder, 10)
  expect_true(within(1.2, fit_memory(source, 10)))
  expect_true(within(1.2, online_memory(source, 10), "online"))
  expect_false(within(0.3, online_memory(source, 10), "online"))
})
