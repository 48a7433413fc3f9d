# The folder of bootstrap_nmf(): blocks of samples are kept, and what is missing is drawn.

set.seed(1)
boot_basis <- matrix(rgamma(60, 0.5) + 0.1, 20)
# Three blocks, of 64, 64 and 22 samples.
boot_data <- boot_basis %*% matrix(rgamma(450, 1), 3) + runif(3000) / 10

draw_in <- function(folder, ..., x = boot_data, w = boot_basis) {
  bootstrap_nmf(as_nmf(w), x, ..., draws = 20, folder = folder)
}
without_call <- function(found) found[setdiff(names(found), "call")]
interrupt_at <- function(number) {
  real <- block_intervals
  function(fit, data, coef, stream, ...) {
    if (stream[[3L]] == number) {
      stop(structure(list(message = "", call = NULL), class = c("interrupt", "condition")))
    }
    real(fit, data, coef, stream, ...)
  }
}

test_that("a folder changes no interval, and gives them again without another seed or draw", {
  folder <- tempfile("folder")
  set.seed(2)
  plain <- draw_in(NULL)
  set.seed(2)
  expect_identical(without_call(draw_in(folder)), without_call(plain))
  expect_length(list.files(folder, "intervals$"), 3L)
  set.seed(3)
  local_mocked_bindings(block_intervals = function(...) stop("nothing is left to draw"))
  expect_identical(without_call(draw_in(folder)), without_call(plain))
})

test_that("draws that were interrupted are returned, and resumed to those of one call", {
  folder <- tempfile("folder")
  set.seed(4)
  whole <- draw_in(NULL)
  set.seed(4)
  local({
    local_mocked_bindings(block_intervals = interrupt_at(2))
    stopped <- draw_in(folder)
    expect_true(stopped$stopped)
    expect_identical(stopped$lower[, 1:64], whole$lower[, 1:64])
    expect_true(all(is.na(stopped$lower[, 65:150])))
    expect_output(print(stopped), "interrupted")
    # Without a folder of one's own too.
    expect_true(draw_in(NULL)$stopped)
    local_mocked_bindings(block_intervals = interrupt_at(1))
    expect_error(draw_in(NULL), class = "metanmf_interrupted")
  })
  expect_identical(without_call(draw_in(folder)), without_call(whole))
})

test_that("a process that was killed half way is resumed to the draws of one call", {
  skip_on_cran()
  folder <- tempfile("folder")
  saveRDS(list(boot_basis, boot_data), data <- tempfile())
  script <- tempfile(fileext = ".R")
  # The process kills itself when it begins its second block.
  writeLines(c(
    paste0(".libPaths(", paste(deparse(.libPaths()), collapse = ""), ")"),
    sprintf("library(metanmf, lib.loc = %s)", deparse(dirname(find.package("metanmf")))),
    "begun <- 0",
    "count <- quote({begun <<- begun + 1; if (begun == 2) tools::pskill(Sys.getpid(), 9)})",
    "invisible(trace('block_intervals', count, print = FALSE, where = asNamespace('metanmf')))",
    sprintf("given <- readRDS(%s); set.seed(4)", deparse(data)),
    sprintf("bootstrap_nmf(as_nmf(given[[1]]), given[[2]], draws = 20, folder = %s)",
            deparse(folder))), script)
  expect_gt(system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = FALSE,
                    stderr = FALSE), 0)
  expect_identical(list.files(folder, "intervals$"), "block-1.intervals")
  set.seed(4)
  whole <- draw_in(NULL)
  expect_identical(without_call(draw_in(folder)), without_call(whole))
})

test_that("a file that was cut is made again, and another fit, samples or options are refused", {
  folder <- tempfile("folder")
  set.seed(5)
  first <- draw_in(folder)
  file <- file.path(folder, "block-2.intervals")
  writeBin(readBin(file, "raw", file.size(file) - 9), file)
  expect_identical(without_call(draw_in(folder)), without_call(first))
  before <- tools::md5sum(list.files(folder, full.names = TRUE))
  refused <- "metanmf_other_folder"
  expect_error(draw_in(folder, x = boot_data + 1), "the same data x", class = refused)
  expect_error(draw_in(folder, w = boot_basis + 1), "the same fit", class = refused)
  expect_error(draw_in(folder, level = 0.9), "the same level", class = refused)
  expect_error(bootstrap_nmf(as_nmf(boot_basis, loss = "kl"), boot_data, draws = 20,
                             folder = folder), "the same fit", class = refused)
  expect_identical(tools::md5sum(list.files(folder, full.names = TRUE)), before)
  expect_bad(draw_in(3), "folder")
})

test_that("samples whose draws fail have a row with the message, and the others go on", {
  real <- block_intervals
  local_mocked_bindings(block_intervals = function(fit, data, coef, stream, ...) {
    if (stream[[3L]] == 3) stop("no room for these")
    real(fit, data, coef, stream, ...)
  })
  expect_warning(found <- draw_in(NULL), "22 of 150 samples", class = "metanmf_failed_start")
  expect_identical(found$failed, data.frame(sample = 129:150, message = "no room for these"))
  expect_false(anyNA(found$upper[, 1:128]))
  expect_true(all(is.na(found$upper[, 129:150])))
  expect_output(print(found), "the draws of 22 samples")
  local_mocked_bindings(block_intervals = function(...) stop("no room at all"))
  expect_error(draw_in(NULL), "no room at all")
})
