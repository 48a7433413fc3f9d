# Rscript tools/coverage.R [FILTER]
# Which lines of R/ and src/ the tests run, counted by covr and gcov in a copy of the tree.
# Prints the lines that were not run, the files below 95 %, and the share of lines for R and
# for C; fails when either is below 95 %, or a test fails. FILTER names test files, as for
# tools/test.R, whose share is then told but not judged.

filter <- commandArgs(trailingOnly = TRUE)
least <- 95
if (!nzchar(Sys.which("gcov"))) stop("gcov is not installed: it comes with gcc.", call. = FALSE)

# The tests look for data beside the tree, but run in a copy of it.
beside <- file.path("..", "shared", "data")
if (!nzchar(Sys.getenv("METANMF_DATA")) && dir.exists(beside)) {
  Sys.setenv(METANMF_DATA = normalizePath(beside))
}

# gcov's counters lie beside the objects, so neither is made in the tree.
copy <- file.path(tempdir(), "metanmf")
log <- file.path(tempdir(), "test.log")
parts <- c("DESCRIPTION", "LICENSE", "NAMESPACE", "README.md", "R", "src", "inst", "man", "data",
           "tests", "tools")
dir.create(copy)
invisible(file.copy(Filter(file.exists, parts), copy, recursive = TRUE))
unlink(file.path(copy, "src", c("*.o", "*.so")))
copy <- normalizePath(copy)

# What covr runs: the tests in an R of their own, which finds the instrumented package first. It,
# and every R that a test starts, leaves its counts as it ends, those of C under a lock. A forked
# child ends without: what runs in such a child alone counts as not run.
quoted <- function(text) deparse(text, width.cutoff = 500L)
code <- c(sprintf("setwd(%s)", quoted(copy)),
          "Sys.unsetenv('R_TESTS')",
          # One process, which ends by itself: counts are written at the end.
          "Sys.setenv(TESTTHAT_PARALLEL = 'FALSE')",
          sprintf("quit(status = system2(%s, %s, stdout = %s, stderr = %s))",
                  quoted(file.path(R.home("bin"), "Rscript")),
                  quoted(c("tools/test.R", shQuote(filter))), quoted(log), quoted(log)))

# gcov marks the count of a line that was run in part, and covr passes over counts with a mark.
gcov <- file.path(tempdir(), "gcov")
unmark <- "sed -i 's/^\\( *[0-9]*\\)[*]:/\\1:/' *.gcov"
writeLines(c("#!/bin/sh", "gcov \"$@\" || exit", unmark), gcov)
Sys.chmod(gcov, "755")
# Unoptimised, so that no line is merged with another or gone.
options(covr.gcov = gcov, covr.flags = c(CFLAGS = "-O0 --coverage", LDFLAGS = "--coverage"))
message("Counting lines while the tests run (five minutes or more) ...")
coverage <- tryCatch(
  covr::package_coverage(copy, type = "none", code = code, relative_path = TRUE),
  error = function(e) {
    # Without a log the tests have not begun; with one, covr may have failed after them.
    writeLines(c(if (file.exists(log)) utils::tail(readLines(log, warn = FALSE), 60L),
                 conditionMessage(e)))
    stop("Lines are counted only where the package installs and its tests pass.", call. = FALSE)
  })

# How often each line ran. A line of C that is compiled for several instruction sets counts as
# run where any of them ran it, a line of R where all of its expressions did.
lines <- covr::tally_coverage(coverage, by = "line")
lines$language <- ifelse(startsWith(lines$filename, "src/"), "C", "R")
lines <- stats::aggregate(value ~ language + filename + line, lines, min)
lines <- lines[order(lines$language, lines$filename, lines$line), ]
lines$run <- lines$value > 0

# 3, 4, 5, 9 as "3-5, 9"; a gap of lines that hold nothing to run does not part a range.
ranges <- function(line, run) {
  runs <- rle(run)
  last <- cumsum(runs$lengths)
  first <- last - runs$lengths + 1L
  first <- line[first[!runs$values]]
  last <- line[last[!runs$values]]
  ifelse(first == last, first, paste(first, last, sep = "-"))
}

files <- split(lines, lines$filename)
for (name in names(files)) {
  missed <- ranges(files[[name]]$line, files[[name]]$run)
  if (length(missed)) cat(paste0(name, ":", missed, "\n"), sep = "")
}
share <- vapply(files, function(file) 100 * mean(file$run), 0)
low <- sort(share[share < least])
if (length(low)) cat("\nBelow ", least, " %:\n", sep = "")
cat(sprintf("  %5.1f %%  %s\n", low, names(low)), sep = "")
cat("\n", utils::tail(readLines(log, warn = FALSE), 1L), "\n", sep = "")
total <- vapply(split(lines$run, lines$language), function(run) 100 * mean(run), 0)
for (language in names(total)) {
  # Rounded down: 100 is said of all lines alone.
  cat(sprintf("%s: %.1f %% of %d lines\n", language, floor(10 * total[[language]]) / 10,
              sum(lines$language == language)))
}
judged <- !length(filter)
quit(status = as.integer(judged && (any(total < least) || length(total) < 2L)))
