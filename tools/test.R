# Rscript tools/test.R [--blas=FILE] [--numeric] [FILTER]
# Runs tests/testthat, or those of its files whose names match FILTER, against the installed
# package. The last line, 'N passed, N failed, N skipped', counts expectations as testthat
# does. Fails when anything failed or nothing ran. --blas demands that R uses that BLAS file.
# --numeric leaves out the files whose subject no BLAS can change.

arguments <- commandArgs(trailingOnly = TRUE)
blas <- sub("--blas=", "", grep("^--blas=", arguments, value = TRUE), fixed = TRUE)
filter <- grep("^--", arguments, value = TRUE, invert = TRUE)
other_subjects <- paste0("^test-(plot.*|data_.*|load_dataset|blobs|numpy_random|stream|protocol|",
                         "experiment.*|results_file|stored_results|corrupt_files|disk|checkpoint|",
                         "seed_tests|compare_variants|thesis_table|parts|components|tasks|",
                         "evaluate|check)[.]R$")
if ("--numeric" %in% arguments) {
  files <- grep(other_subjects, list.files("tests/testthat", "^test-.*[.]R$"), value = TRUE,
                invert = TRUE)
  filter <- paste0("^(", paste(sub("^test-(.*)[.]R$", "\\1", files), collapse = "|"), ")$")
}

in_use <- unname(extSoftVersion()["BLAS"])
message("BLAS: ", if (nzchar(in_use)) in_use else "not known by name")
if (length(blas) && !identical(normalizePath(in_use), normalizePath(blas, mustWork = FALSE))) {
  stop("These tests were to run under ", blas, ", but R uses ", in_use, call. = FALSE)
}
for (needed in c("testthat", "metanmf")) {
  if (!requireNamespace(needed, quietly = TRUE)) {
    stop(needed, " is not installed: run this through `make test`.", call. = FALSE)
  }
}
message("metanmf: ", dirname(system.file(package = "metanmf")),
        ", testthat ", format(utils::packageVersion("testthat")))

# Without this testthat skips every snapshot, as it does on CRAN.
Sys.setenv(NOT_CRAN = "true")
library(testthat)
run <- function() {
  reporter <- ProgressReporter$new(show_praise = FALSE, max_failures = Inf)
  test_dir("tests/testthat", filter = if (length(filter)) filter, package = "metanmf",
           load_package = "installed", reporter = reporter, stop_on_failure = FALSE)
}
# An error here is one outside every test: a file that cannot be parsed, a broken helper.
results <- tryCatch(as.data.frame(run()), error = identity)
stopped <- inherits(results, "error")
if (stopped) {
  cat("\n", conditionMessage(results), "\n", sep = "")
  results <- data.frame(passed = 0, failed = 0, error = TRUE, skipped = FALSE)
}
passed <- sum(results$passed)
# A test that stops half way counts as one failure beside what it got through.
failed <- sum(results$failed) + sum(results$error)
cat(passed, " passed, ", failed, " failed, ", sum(results$skipped), " skipped\n", sep = "")
quit(status = as.integer(failed > 0 || passed == 0))
