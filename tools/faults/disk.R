# Rscript tools/faults/disk.R COUNT SEED FOLDER
# FOLDER is a small disk of its own (see tools/check-faults). It is filled to a random rest while
# results are written, COUNT times; a full disk must be said, nothing of before be lost, and with
# room again the run go on to the same end.

home <- dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(home, "common.R"))
save_always()
count <- as.integer(arguments[[1L]])
seed <- as.integer(arguments[[2L]])
disk <- arguments[[3L]]
ballast <- file.path(disk, "ballast")

free_pages <- function() {
  as.numeric(system(paste("stat -f -c '%a'", shQuote(disk)), intern = TRUE))
}
# Leaves that many pages of 4 kB.
fill <- function(pages) {
  unlink(ballast)
  size <- max(0, free_pages() - pages) * 4096
  system(sprintf("head -c %.0f /dev/zero >%s", size, shQuote(ballast)))
}
is_full <- function(condition) inherits(condition, "metanmf_disk")

# The run on a disk with few pages left; what is wrong with how it ended. `full` counts.
full <- 0L
on_full_disk <- function(pages, run) {
  fill(pages)
  wrong_end(tryCatch(run(), error = identity))
}
wrong_end <- function(found) {
  if (!inherits(found, "error")) return(NULL)
  full <<- full + 1L # nolint: undesirable_operator_linter.
  if (!is_full(found)) paste("not said to be the disk:", conditionMessage(found))
}

check <- function(what, times) {
  full <<- 0L # nolint: undesirable_operator_linter.
  faults <- unlist(lapply(seq_len(count), function(i) {
    set.seed(seed + i)
    found <- times(i)
    unlink(list.files(disk, full.names = TRUE), recursive = TRUE)
    found
  }))
  if (!full) faults <- c(faults, "the disk was never full: the check has no grip")
  report(paste("disk", what), sprintf("%d of %d runs met a full disk", full, count), faults,
         seed)
}

whole <- run_experiment(tempfile())
folder <- file.path(disk, "experiment")
check("rows of experiment():", function(i) {
  run_experiment(folder, seeds = 1)
  before <- rows_of(folder)
  faults <- on_full_disk(sample(0:5, 1L), function() run_experiment(folder))
  lines <- unlist(rows_of(folder))
  if (length(whole_rows(lines)) < length(lines)) faults <- c(faults, "a torn row")
  # Still full: what is there can be read.
  again <- tryCatch(timeless(run_experiment(folder, seeds = 1)), error = conditionMessage)
  if (!identical(again, timeless(whole[whole$seed == 1, ]))) {
    faults <- c(faults, "what was finished cannot be read while the disk is full")
  }
  unlink(ballast)
  found <- run_experiment(folder)
  kept <- mapply(function(old, new) identical(old, new[seq_along(old)]), before,
                 rows_of(folder)[names(before)])
  c(faults, if (!identical(timeless(found), timeless(whole))) "other results",
    if (!all(kept)) "a finished fit is lost")
})

csv <- file.path(disk, "results.csv")
check("write_experiment():", function(i) {
  write_experiment(whole[1:9, ], csv)
  before <- tools::md5sum(csv)
  met <- full
  # The first time nothing at all is left.
  pages <- if (i == 1L) 0 else sample(0:2, 1L)
  faults <- on_full_disk(pages, function() write_experiment(whole, csv))
  unchanged <- full == met || identical(tools::md5sum(csv), before)
  unlink(ballast)
  write_experiment(whole, csv)
  c(faults, if (!unchanged) "the results of before are lost",
    if (nrow(read_experiment(csv)) != nrow(whole)) "results cannot be read",
    if (length(list.files(disk)) != 1L) "something was left")
})

fit <- learn(tempfile(), 6)
checkpoint <- file.path(disk, "checkpoint")
check("checkpoint of meta_nmf():", function(i) {
  # Filled while it runs, so that there is a checkpoint of before.
  write <- inside$write_checkpoint
  at <- sample(1:5, 1L)
  utils::assignInNamespace("write_checkpoint", function(file, owner, state) {
    if (state$epoch == at) fill(sample(0:8, 1L))
    write(file, owner, state)
  }, "metanmf")
  found <- tryCatch(learn(checkpoint, 6), error = identity)
  utils::assignInNamespace("write_checkpoint", write, "metanmf")
  unlink(ballast)
  if (!inherits(found, "error")) return(if (!identical(found, fit)) "another fit")
  c(wrong_end(found), if (at > 1L && !file.exists(checkpoint)) "the checkpoint of before is lost",
    if (!identical(learn(checkpoint, 6), fit)) "another fit when there is room again")
})

for (name in names(searches)) {
  found <- search_in(name, tempfile())
  check(paste0("folder of ", name, ":"), function(i) {
    faults <- on_full_disk(sample(2:9, 1L), function() search_in(name, folder))
    unlink(ballast)
    c(faults, if (!identical(search_in(name, folder), found)) "another result with room again")
  })
}

# A set of the faces' form, in a MATLAB file of 2 x 2 pixels, from an address on this machine.
fixtures <- normalizePath(file.path(home, "..", "..", "tests", "testthat", "fixtures"))
registry <- inside$data_sets
registry$faces <- utils::modifyList(registry$faces, list(
  package = NULL, samples = 6L, classes = 1:2, image_size = c(2L, 2L), pixels_md5 = NULL,
  makers_files = "faces_bytes.mat", address = paste0("file://", fixtures, "/")
))
utils::assignInNamespace("data_sets", registry, "metanmf")
options(metanmf.download = TRUE)
Sys.setenv(R_USER_CACHE_DIR = disk, METANMF_DATA = "")
check("download of load_dataset():", function(i) {
  faults <- on_full_disk(0, function() load_dataset("faces", 64))
  kept <- list.files(disk, "[.]mat$", recursive = TRUE)
  unlink(ballast)
  c(faults, if (length(kept)) "something torn was kept",
    if (!identical(dim(load_dataset("faces", 64)$x), c(4L, 6L))) "no data with room again")
})
finish()
