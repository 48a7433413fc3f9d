new_folder <- function(..., frame = parent.frame()) {
  folder <- tempfile("experiment")
  do.call(on.exit, list(substitute(unlink(folder, recursive = TRUE), list(folder = folder)),
                        add = TRUE), envir = frame)
  folder
}
rows_files <- function(folder) list.files(folder, "[.]rows$", full.names = TRUE)

test_that("what is in a folder is not run again, and more can be asked for", {
  folder <- new_folder()
  few <- small_experiment(folder = folder, variants = "baseline")
  before <- readLines(rows_files(folder))
  more <- small_experiment(folder = folder, variants = c("baseline", "plain_long"), seeds = 1:2)
  expect_identical(readLines(rows_files(folder)[[1]])[[1]], before)
  expect_identical(nrow(more), 4L)
  # seconds too: the row was read, not made again
  expect_identical(as.data.frame(more)[1, ], as.data.frame(few))
})

test_that("a run stopped at any byte goes on to the same end", {
  skip_on_cran()
  folder <- new_folder()
  ask <- function() {
    timeless(small_experiment(folder = folder, ranks = c(3, 4), variants = c("baseline", "hals")))
  }
  whole <- ask()
  files <- rows_files(folder)
  content <- lapply(files, function(file) readBin(file, "raw", file.size(file)))
  set.seed(1)
  for (i in seq_len(50 * share_of_cases())) {
    for (j in seq_along(files)) {
      kept <- sample.int(length(content[[j]]) + 1L, 1L) - 1L
      writeBin(content[[j]][seq_len(kept)], files[[j]])
    }
    expect_identical(ask(), whole)
  }
})

test_that("a changed bit in a finished line is an error that names the file, not a result", {
  folder <- new_folder()
  ask <- function() {
    small_experiment(folder = folder, ranks = c(3, 4), variants = c("baseline", "hals"))
  }
  ask()
  file <- rows_files(folder)[[1]]
  content <- readBin(file, "raw", file.size(file))
  last <- max(which(content[-length(content)] == charToRaw("\n")))
  set.seed(2)
  for (at in sample.int(last - 1L, 20)) {
    changed <- content
    changed[[at]] <- xor(changed[[at]], as.raw(bitwShiftL(1L, sample(0:7, 1))))
    writeBin(changed, file)
    expect_error(ask(), basename(file), fixed = TRUE, class = "metanmf_error")
    expect_identical(readBin(file, "raw", file.size(file)), changed)
  }
})

test_that("a folder of another version, protocol or data is refused and not touched", {
  folder <- new_folder()
  small_experiment(folder = folder, variants = "baseline")
  state <- function() {
    files <- list.files(folder, full.names = TRUE)
    stats::setNames(lapply(files, readLines), files)
  }
  before <- state()
  expect_bad(small_experiment(folder = folder, protocol = small_protocol(overlap = TRUE)), "folder")
  other <- list(first = small_data()$second)
  expect_error(small_experiment(folder = folder, data = other), "of the same dataset first",
               class = "metanmf_other_folder")
  expect_identical(state(), before)
  manifest <- file.path(folder, "experiment.txt")
  writeLines(sub("^version: .*", "version: 0.0.1", readLines(manifest)), manifest)
  expect_error(small_experiment(folder = folder), "same version",
               class = "metanmf_other_folder")
  unlink(manifest)
  expect_error(small_experiment(folder = folder), "without experiment.txt", class = "metanmf_error")
})

test_that("a folder with older names of options and variants is gone on with", {
  folder <- new_folder()
  ask <- function() small_experiment(folder = folder, variants = c("plain_matched", "plain_long"))
  first <- ask()
  manifest <- file.path(folder, "experiment.txt")
  lines <- readLines(manifest)
  old <- lines
  for (change in list(c("; step = ", "; update = "), c("step_tol = ", "change = "),
                      c("inner.backend", "inner.kernel"), c("revive_dead", "revive"))) {
    expect_match(old[[3]], change[[1]], fixed = TRUE)
    old <- sub(change[[1]], change[[2]], old, fixed = TRUE)
  }
  writeLines(old, manifest)
  file <- rows_files(folder)
  rows <- sub("\t[^\t]*$", "", readLines(file))
  rows <- sub("plain_matched", "c2", sub("plain_long", "long", rows))
  rows <- paste0(rows, "\t", row_checksum(rows))
  writeLines(rows, file)
  # seconds too: the rows were read, not made again
  expect_identical(ask(), first)
  expect_identical(readLines(file), rows)
  expect_identical(readLines(manifest), old)
})

test_that("what a folder's files say is never evaluated", {
  folder <- new_folder()
  small_experiment(folder = folder, variants = "baseline")
  options(metanmf.canary = "alive")
  on.exit(options(metanmf.canary = NULL), add = TRUE)
  file <- rows_files(folder)
  fields <- strsplit(readLines(file), "\t")[[1]]
  fields[[3]] <- "options(metanmf.canary = NULL)"
  line <- paste(fields[-length(fields)], collapse = "\t")
  writeLines(paste0(line, "\t", row_checksum(line)), file)
  expect_error(small_experiment(folder = folder, variants = "baseline"), "not numbers",
               class = "metanmf_corrupt_file")
  expect_identical(getOption("metanmf.canary"), "alive")
})

test_that("failed fits are kept, and run again on request", {
  folder <- new_folder()
  data <- small_data()["first"]
  data$first$labels <- seq_len(200)
  ask <- function(...) small_experiment(data = data, folder = folder, variants = "baseline", ...)
  ask()
  ask()
  expect_length(readLines(rows_files(folder)), 1L)
  again <- ask(retry = TRUE)
  expect_length(readLines(rows_files(folder)), 2L)
  expect_identical(nrow(again), 1L)
})

test_that("rows of data that experiment.txt does not know are refused", {
  folder <- new_folder()
  small_experiment(folder = folder, variants = "baseline")
  manifest <- file.path(folder, "experiment.txt")
  writeLines(grep("^first", readLines(manifest), invert = TRUE, value = TRUE), manifest)
  expect_error(small_experiment(folder = folder, variants = "baseline"), "nothing of first",
               class = "metanmf_corrupt_file")
})

test_that("a row that the disk does not take ends the run, and the next run goes on", {
  folder <- new_folder()
  whole <- small_experiment(variants = c("baseline", "plain_long"))
  rows <- 0
  put <- put_bytes
  local({
    local_mocked_bindings(put_bytes = function(bytes, file, mode, argument, before = 0) {
      rows <<- rows + grepl("rows$", file)
      if (rows < 2) return(put(bytes, file, mode, argument, before))
      put(bytes[1:50], file, mode, argument, before)
      stop_disk(argument, file, "50 bytes could be written")
    })
    expect_error(small_experiment(folder = folder, variants = c("baseline", "plain_long")),
                 "on a disk",
                 class = "metanmf_disk")
  })
  expect_identical(nrow(read_rows(experiment_store, rows_files(folder))), 1L)
  expect_identical(timeless(small_experiment(folder = folder,
                                             variants = c("baseline", "plain_long"))),
                   timeless(whole))
})

test_that("a folder that cannot be made is refused", {
  file <- tempfile("file")
  on.exit(unlink(file))
  writeLines("no folder", file)
  expect_error(small_experiment(folder = file.path(file, "results")), "can be made",
               class = "metanmf_error")
})

test_that("data sets can be added to a folder, which then holds to them too", {
  folder <- new_folder()
  ask <- function(data) {
    small_experiment(folder = folder, data = data, variants = c("baseline", "kmeans"))
  }
  first <- ask(small_data()["first"])
  both <- ask(small_data())
  # seconds too: the first set's rows were read, not made again
  expect_identical(as.data.frame(both)[both$dataset == "first", ], as.data.frame(first))
  expect_error(ask(list(second = small_data()$first)), "of the same dataset second",
               class = "metanmf_other_folder")
})

test_that("a line of other fields is refused, whatever its checksum", {
  folder <- new_folder()
  small_experiment(folder = folder, variants = "baseline")
  file <- rows_files(folder)
  fields <- strsplit(readLines(file), "\t")[[1]]
  line <- paste(fields[-c(1, length(fields))], collapse = "\t")
  writeLines(paste0(line, "\t", row_checksum(line)), file)
  expect_error(small_experiment(folder = folder, variants = "baseline"), "other fields",
               class = "metanmf_corrupt_file")
})

test_that("the results do not depend on the number of workers", {
  skip_on_cran()
  skip_if_not_installed("future")
  ask <- function() small_experiment(data = small_data(), models = c("NMF", "GNMF"), seeds = 1:2)
  one <- ask()
  told <- list()
  local_mocked_bindings(progress_bar = function(label, total, ...) {
    told <<- list(total = total)
    function(done) told$done <<- c(told$done, done)
  })
  expect_identical(timeless(with_two_workers(ask())), timeless(one))
  # The bar is full at the end, in whatever order the jobs come back.
  expect_false(is.unsorted(told$done))
  expect_equal(told$done[[length(told$done)]], told$total)
})

test_that("the time left is told by what fits cost, not by their number", {
  protocol <- experiment_protocol()
  fits <- data.frame(model = "NMF", variant = c("baseline", "meta", "plain_long"), rank = 10L)
  costs <- experiment_work$costs(fits, digits, protocol)
  expect_equal(costs[["meta"]] / costs[["baseline"]], 50)
  larger <- experiment_work$costs(transform(fits, rank = 24L), digits, protocol)
  expect_equal(larger / costs, costs / costs * 2)
})

test_that("the bar moves with every fit and is full at the end", {
  told <- list()
  local_mocked_bindings(progress_bar = function(label, total, ...) {
    if (label != "Experiment") return(function(done) NULL)
    told <<- list(total = total)
    function(done) told$done <<- c(told$done, done)
  })
  small_experiment(seeds = 1:2)
  expect_length(told$done, 2L * 6L)
  expect_true(all(diff(told$done) > 0))
  expect_equal(told$done[[12]], told$total)
})

test_that("data sets whose names make the same file name do not take each other's fits", {
  folder <- tempfile("experiment")
  on.exit(unlink(folder, recursive = TRUE))
  data <- stats::setNames(small_data(), c("a b", "a_b"))
  run <- function(...) timeless(small_experiment(data = data, variants = "baseline", ...))
  found <- run(folder = folder)
  expect_identical(found$dataset, c("a b", "a_b"))
  expect_length(list.files(folder, "[.]rows$"), 1)
  expect_identical(found$error[[2]], timeless(small_experiment(
    data = data["a_b"], variants = "baseline"))$error)
  expect_identical(run(folder = folder), found)
})

