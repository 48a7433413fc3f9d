# Rscript tools/faults/kill.R COUNT SEED KIND
# Kills a process that learns with a checkpoint ("meta"), runs an experiment ("experiment",
# "workers") or searches in a folder (a name of `searches`) at random moments, COUNT times, by
# kill -9, and goes on here: what had been finished is there, and the end is that of a run that was
# not killed.
# Rscript tools/faults/kill.R work KIND PLACE is the process that is killed.

home <- dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(home, "common.R"))
save_always()

# Says in a file what has been brought to the disk, after it has.
say_saved <- function(verb, place, what) {
  written <- get(verb, inside)
  utils::assignInNamespace(verb, function(...) {
    written(...)
    cat(what(...), "\n", file = file.path(place, "said"), append = TRUE)
  }, "metanmf")
}

work <- function(kind, place) {
  say_saved("write_checkpoint", place, function(file, owner, state, ...) {
    if (kind == "meta") state$epoch else basename(file)
  })
  say_saved("write_row", place, function(store, row, file) basename(file))
  if (kind == "workers") future::plan(future::multisession, workers = 2)
  file.create(file.path(place, "begun"))
  run_kind(kind, file.path(place, "kept"))
}

# What a whole run gives, of all kinds but "meta" without what may differ from run to run.
run_kind <- function(kind, place) {
  if (kind == "meta") learn(place)
  else if (kind %in% names(searches)) search_in(kind, place)
  else timeless(run_experiment(place))
}

# Starts the process, and kills it some time after it has begun.
kill_one <- function(kind, place, delay) {
  script <- file.path(home, "kill.R")
  command <- paste("echo $$ >", shQuote(file.path(place, "process")), "; exec Rscript",
                   shQuote(script), "work", kind, shQuote(place))
  system(paste("bash -c", shQuote(command)), wait = FALSE, ignore.stdout = TRUE,
         ignore.stderr = TRUE)
  # A minute is a process that did not start.
  for (i in 1:12000) if (file.exists(file.path(place, "begun"))) break else Sys.sleep(0.005)
  Sys.sleep(delay)
  tools::pskill(scan(file.path(place, "process"), quiet = TRUE), tools::SIGKILL)
}

said <- function(place) {
  file <- file.path(place, "said")
  if (!file.exists(file)) return(character())
  lines <- readLines(file, warn = FALSE)
  # The last line may be torn.
  trimws(lines[endsWith(lines, " ")])
}

check_meta <- function(place, whole, kind) {
  file <- file.path(place, "kept")
  saved <- max(0, as.numeric(said(place)))
  ended <- saved == length(whole$fit$trace)
  kept <- if (ended) saved else 0
  if (file.exists(file)) {
    kept <- tryCatch(inside$read_checkpoint(file)$numbers[[1L]], error = conditionMessage)
  }
  if (is.character(kept)) return(kept)
  c(if (kept < saved) "a saved epoch is lost",
    if (!identical(learn(file), whole$fit)) "another fit",
    if (!identical(.Random.seed, whole$random)) "another state of the generator",
    if (file.exists(file)) "the checkpoint was left behind")
}

# Of a folder: files are kept as they were, and rows at the beginning of theirs.
check_folder <- function(place, whole, kind) {
  folder <- file.path(place, "kept")
  rows <- endsWith(said(place), ".rows")
  files <- tools::md5sum(file.path(folder, said(place)[!rows]))
  before <- rows_of(folder)
  found <- run_kind(kind, folder)
  after <- rows_of(folder)
  kept <- vapply(names(before), function(name) {
    old <- whole_rows(before[[name]])
    identical(old, after[[name]][seq_along(old)])
  }, NA)
  c(if (!identical(found, whole)) "other results", if (!all(kept)) "a finished fit is lost",
    if (length(whole_rows(unlist(before))) < sum(rows)) "a written row is lost",
    if (!identical(tools::md5sum(names(files)), files) || anyNA(files)) "a written file is lost")
}

if (arguments[[1L]] == "work") {
  invisible(work(arguments[[2L]], arguments[[3L]]))
} else {
  count <- as.integer(arguments[[1L]])
  seed <- as.integer(arguments[[2L]])
  kind <- arguments[[3L]]
  began <- proc.time()[["elapsed"]]
  whole <- run_kind(kind, tempfile())
  if (kind == "meta") whole <- list(fit = whole, random = .Random.seed)
  check <- if (kind == "meta") check_meta else check_folder
  lasts <- proc.time()[["elapsed"]] - began
  set.seed(seed)
  delays <- stats::runif(count, 0, lasts)
  faults <- character()
  some <- 0L
  for (delay in delays) {
    place <- tempfile("kill")
    dir.create(place)
    kill_one(kind, place, delay)
    some <- some + (length(list.files(place, "^kept")) > 0L)
    faults <- c(faults, check(place, whole, kind))
    unlink(place, recursive = TRUE)
  }
  if (!some) faults <- c(faults, "nothing was ever kept: the check has no grip")
  report(paste0("kill -9 ", kind, ":"),
         sprintf("%d kills, %d with work to go on from, all ended as if not killed", count, some),
         faults, seed)
  finish()
}
