set.seed(1)
rank_data <- matrix(rgamma(60, 0.5), 20) %*% matrix(rgamma(90, 0.5), 3)
rank_data <- pmax(rank_data + rnorm(600, sd = 0.2), 0)

choose_in <- function(folder, ..., x = rank_data) {
  select_rank(x, ..., masks = 3, folder = folder)
}

# What a choice says, without the call that asked for it.
said <- function(choice) choice[setdiff(names(choice), "call")]

test_that("a folder changes no choice, and gives it again without another seed", {
  folder <- tempfile("folder")
  set.seed(2)
  plain <- choose_in(NULL)
  set.seed(2)
  expect_equal(said(choose_in(folder)), said(plain), tolerance = 0)
  set.seed(3)
  local_mocked_bindings(masked_fit = function(...) stop("nothing is left to fit"))
  expect_equal(said(choose_in(folder)), said(plain), tolerance = 0)
})

test_that("a search that was killed half way is resumed to the same choice", {
  skip_on_cran()
  folder <- tempfile("folder")
  script <- tempfile(fileext = ".R")
  saveRDS(rank_data, data <- tempfile())
  # The process kills itself when it has begun its 12th fit; 3 masks make the first ranks' files.
  writeLines(c(
    paste0(".libPaths(", paste(deparse(.libPaths()), collapse = ""), ")"),
    sprintf("library(metanmf, lib.loc = %s)", deparse(dirname(find.package("metanmf")))),
    "begun <- 0",
    "count <- quote({begun <<- begun + 1; if (begun == 12) tools::pskill(Sys.getpid(), 9)})",
    "invisible(trace('masked_fit', count, print = FALSE, where = asNamespace('metanmf')))",
    sprintf("set.seed(4); select_rank(readRDS(%s), masks = 3, folder = %s)", deparse(data),
            deparse(folder))), script)
  expect_gt(system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = FALSE,
                    stderr = FALSE), 0)
  kept <- length(list.files(folder, "fit$"))
  expect_gt(kept, 2)
  set.seed(4)
  plain <- choose_in(NULL)
  fits <- 0
  real <- masked_fit
  local_mocked_bindings(masked_fit = function(...) {
    fits <<- fits + 1
    real(...)
  })
  expect_equal(said(choose_in(folder)), said(plain), tolerance = 0)
  resumed <- fits
  fits <- 0
  unlink(list.files(folder, "fit$", full.names = TRUE))
  choose_in(folder)
  expect_lt(resumed, fits)
})

test_that("ranks added later are those of one search over all", {
  folder <- tempfile("folder")
  set.seed(5)
  choose_in(folder, ranks = 1:3)
  set.seed(5)
  whole <- choose_in(NULL, ranks = 1:5)
  expect_equal(said(choose_in(folder, ranks = 1:5)), said(whole), tolerance = 0)
})

test_that("ranks that grew from others are not taken for those that did not", {
  folder <- tempfile("folder")
  set.seed(5)
  choose_in(folder, ranks = 2:4)
  set.seed(5)
  other <- choose_in(NULL, ranks = c(1L, 3L, 4L))
  expect_equal(said(choose_in(folder, ranks = c(1L, 3L, 4L))), said(other), tolerance = 0)
})

test_that("a file that was cut is made again, and other data or options are refused", {
  folder <- tempfile("folder")
  set.seed(6)
  first <- choose_in(folder, ranks = 1:2)
  file <- list.files(folder, "fit$", full.names = TRUE)[[2L]]
  writeBin(readBin(file, "raw", file.size(file) - 9), file)
  expect_equal(said(choose_in(folder, ranks = 1:2)), said(first), tolerance = 0)
  refused <- "metanmf_other_folder"
  expect_error(choose_in(folder, x = 2 * rank_data), "the same data x", class = refused)
  expect_error(choose_in(folder, penalty = penalty_ridge(0.1)), "the same options",
               class = refused)
  expect_error(choose_in(folder, fraction = 0.2), "the same fraction", class = refused)
  writeLines("none", file.path(folder, "stream.txt"))
  expect_bad(choose_in(folder), "folder")
  expect_bad(choose_in(3), "folder")
})

test_that("values are told apart by what they hold, functions by their text", {
  one <- function(x) x + 1
  expect_identical(value_digest(list(one)), value_digest(list(compiler::cmpfun(one))))
  expect_false(value_digest(list(one)) == value_digest(list(function(x) x + 2)))
  expect_false(value_digest(list(Matrix::Diagonal(2))) == value_digest(list(Matrix::Diagonal(3))))
})
