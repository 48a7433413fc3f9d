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

test_that("every fit is on disk as soon as it is finished", {
  folder <- new_folder()
  dir.create(folder)
  token <- lock_folder(folder)
  file <- file.path(folder, "job.rows")
  job <- list(dataset = "first", noise = 0, seed = 1L, rank = 4L,
              fits = data.frame(model = "NMF", variant = c("baseline", "plain_long", "hals")))
  lines <- integer()
  write_job(job, small_data()$first, small_protocol(), file, token, function() {
    lines <<- c(lines, length(readLines(file)))
  })
  expect_identical(lines, 1:3)
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
  expect_error(small_experiment(folder = folder, data = other), "of the same data first",
               class = "metanmf_other_experiment")
  expect_identical(state(), before)
  manifest <- file.path(folder, "experiment.txt")
  writeLines(sub("^version: .*", "version: 0.0.1", readLines(manifest)), manifest)
  expect_error(small_experiment(folder = folder), "same version",
               class = "metanmf_other_experiment")
  unlink(manifest)
  expect_error(small_experiment(folder = folder), "without experiment.txt", class = "metanmf_error")
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
  writeLines(paste0(line, "\t", checksum(line)), file)
  expect_error(small_experiment(folder = folder, variants = "baseline"), "no number",
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

test_that("a session that lost its folder to another one stops and writes no more", {
  folder <- new_folder()
  dir.create(folder)
  first <- lock_folder(folder)
  file <- file.path(folder, "job.rows")
  job <- list(dataset = "first", noise = 0, seed = 1L, rank = 4L,
              fits = data.frame(model = "NMF", variant = c("baseline", "plain_long")))
  expect_error(write_job(job, small_data()$first, small_protocol(), file, first,
                         function() lock_folder(folder)), "took over", class = "metanmf_error")
  expect_length(readLines(file), 1L)
})

test_that("a message of several lines, tabs or letters beyond ASCII stays one row", {
  folder <- new_folder()
  dir.create(folder)
  file <- file.path(folder, "job.rows")
  row <- cbind(data.frame(protocol = "thesis", dataset = "n\u00e4me", noise = 0.1, model = "NMF",
                          variant = "meta", rank = 3L, seed = 1L),
               failed_fit(simpleError("two\nlines\tand \u20ac"), small_protocol()))
  write_row(row, file)
  write_row(row, file)
  back <- read_rows(file)
  expect_identical(nrow(back), 2L)
  expect_identical(back$message[[2]], "two lines and \u20ac")
  expect_identical(back$noise[[1]], 0.1)
  expect_identical(names(back), names(row))
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
  expect_identical(nrow(read_rows(rows_files(folder))), 1L)
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
  expect_error(ask(list(second = small_data()$first)), "of the same data second",
               class = "metanmf_other_experiment")
})

test_that("a line of other fields is refused, whatever its checksum", {
  folder <- new_folder()
  small_experiment(folder = folder, variants = "baseline")
  file <- rows_files(folder)
  fields <- strsplit(readLines(file), "\t")[[1]]
  line <- paste(fields[-c(1, length(fields))], collapse = "\t")
  writeLines(paste0(line, "\t", checksum(line)), file)
  expect_error(small_experiment(folder = folder, variants = "baseline"), "other fields",
               class = "metanmf_corrupt_file")
})
