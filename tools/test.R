# Rscript tools/test.R [--blas=FILE] [--threads=N] [--core=TYPE] [--kernel=NAME] [--numeric]
#                      [FILTER]
# Runs tests/testthat, or those of its files whose names match FILTER, against the installed
# package. The last line, 'N passed, N failed, N skipped', counts expectations as testthat
# does. Fails when anything failed or nothing ran. --blas demands that R uses that BLAS file,
# --threads that the BLAS has started so many, --core that OpenBLAS uses its code for that type of
# processor; --kernel makes that one the default. --numeric leaves out the files whose subject no
# BLAS can change, and with a kernel that `make test` takes on this machine anyway those that call
# no BLAS beside it. Without options two processes share the files, which takes half the time; each
# is this script with --share=1:FILE or --share=2:FILE, and writes its counts to FILE.
# METANMF_ALL_CASES=true tries all cases of every long search: see tests/testthat/helper-cases.R.

arguments <- commandArgs(trailingOnly = TRUE)
option <- function(name) {
  sub("^[^=]*=", "", grep(paste0("^--", name, "="), arguments, value = TRUE))
}
blas <- option("blas")
filter <- grep("^--", arguments, value = TRUE, invert = TRUE)
other_subjects <- paste0("^test-(", paste(collapse = "|", c(
  "(api|boot|check|lambda|plot|runs|score|store|thesis|tidy|work)-.*",
  "block-(array|folder|hdf5|print|source|spread)",
  "rank-(describe|folder|masks|outliers|plot|search|select|visit)",
  "data-(containers|digits|prepare|seurat|triplets)", "meta-tasks|nmf-saved|random|check")),
  ")[.]R$")
beside_kernels <- "engine|graph-knn|init|meta-fit|native|nmf-(predict|solver)|rank-spectral|sparse"
named <- setdiff(filter, ".")
if ("--numeric" %in% arguments) {
  files <- grep(other_subjects, list.files("tests/testthat", "^test-.*[.]R$"), value = TRUE,
                invert = TRUE)
  subjects <- sub("^test-(.*)[.]R$", "\\1", files)
  if (length(filter)) subjects <- grep(filter, subjects, value = TRUE)
  filter <- paste0("^(", paste(subjects, collapse = "|"), ")$")
}
tell <- function(counts) {
  cat(counts[["passed"]], " passed, ", counts[["failed"]], " failed, ", counts[["skipped"]],
      " skipped\n", sep = "")
  quit(status = as.integer(counts[["failed"]] > 0 || counts[["passed"]] == 0))
}
# Not with options: they say what this process is, and others would not be it. testthat's own
# processes would cost a message for every expectation, which is a tenth of the time.
share <- strsplit(option("share"), ":", fixed = TRUE)
files <- sub("^test-(.*)[.]R$", "\\1", list.files("tests/testthat", "^test-.*[.]R$"))
if (length(filter)) files <- grep(filter, files, value = TRUE)
if (length(share)) {
  # Files that load the packages of others stand together, so that one process loads them.
  others <- "^(block-(array|hdf5)|data-(containers|seurat|triplets)|nmf-(layout-v|reduced)|tidy)"
  turn <- rep_len(1:2, length(files))
  turn[grepl(others, files)] <- 2L
  files <- files[turn == as.integer(share[[1L]][[1L]])]
  # The other process may have been dealt all of them.
  if (!length(files)) {
    saveRDS(c(passed = 0, failed = 0, skipped = 0), share[[1L]][[2L]])
    quit()
  }
  filter <- paste0("^(", paste(files, collapse = "|"), ")$")
} else if (length(files) > 1L && !any(startsWith(arguments, "--")) &&
           Sys.getenv("TESTTHAT_PARALLEL") != "FALSE") {
  told <- tempfile(c("first", "second"))
  halves <- sprintf("%s tools/test.R --share=%d:%s %s &",
                    shQuote(file.path(R.home("bin"), "Rscript")), 1:2, shQuote(told),
                    shQuote(c(filter, ".")[[1L]]))
  # A shell that waits for both, so that their time counts as that of this process.
  system(paste(c("{", halves, "wait; } 2>&1 | cat"), collapse = "\n"))
  if (!all(file.exists(told))) stop("Not all tests ran: the lines above say why.", call. = FALSE)
  tell(Reduce(`+`, lapply(told, readRDS)))
}

in_use <- unname(extSoftVersion()["BLAS"])
message("BLAS: ", if (nzchar(in_use)) in_use else "not known by name")
if (length(blas) && !identical(normalizePath(in_use), normalizePath(blas, mustWork = FALSE))) {
  stop("These tests were to run under ", blas, ", but R uses ", in_use, call. = FALSE)
}
# Linux lists the threads of a process; a BLAS starts its own when it is loaded.
threads <- option("threads")
running <- length(list.files("/proc/self/task"))
message("Threads: ", if (running) running else "not known")
if (length(threads) && running != as.integer(threads)) {
  stop("These tests were to run with ", threads, " threads, but R has ", running, call. = FALSE)
}
# OpenBLAS says its type when asked on loading. Not asked of this process, whose children would
# say it too.
core <- option("core")
if (length(core)) {
  said <- system2(file.path(R.home("bin"), "R"), "--version", stdout = TRUE, stderr = TRUE,
                  env = "OPENBLAS_VERBOSE=2")
  if (!paste("Core:", core) %in% said) {
    stop("These tests were to run on core type ", core, "; OpenBLAS says: ",
         toString(grep("^Core:", said, value = TRUE)), call. = FALSE)
  }
  message("Core type: ", core)
}
message("metanmf: ", dirname(find.package("metanmf")),
        ", testthat ", format(utils::packageVersion("testthat")))

# The default kernel is BLAS where that is fast and vectors are not of eight doubles.
kernel <- option("kernel")
if (length(kernel)) {
  sets <- metanmf:::native_instructions()
  options(metanmf.instructions = if (kernel == "blas") setdiff(rev(sets), "avx512")[[1L]])
  if (metanmf:::default_backend() != kernel) {
    stop("These tests were to run with kernel ", kernel, ", which is not the default here",
         call. = FALSE)
  }
  message("Kernel: ", kernel)
  # Under OpenBLAS `make test` runs all of it with this kernel, or with the other one. Another BLAS
  # with the same kernel changes what calls it beside the kernels.
  if (kernel == metanmf:::default_backend("openblas", utils::tail(sets, 1L)) && !length(named)) {
    subjects <- grep(beside_kernels, subjects, value = TRUE)
    filter <- paste0("^(", paste(subjects, collapse = "|"), ")$")
    message("Subjects: those that call BLAS or LAPACK beside the kernels")
  }
}

# Without this testthat skips every snapshot, as it does on CRAN.
Sys.setenv(NOT_CRAN = "true")
library(testthat)
# testthat sets width, colours and language for what a comparison may print, before it compares;
# that takes longer than most comparisons.
Reporter$set("public", "local_user_output", function(.env = NULL) invisible(), overwrite = TRUE)
run <- function() {
  reporter <- ProgressReporter$new(show_praise = FALSE, max_failures = Inf, update_interval = Inf)
  test_dir("tests/testthat", filter = if (length(filter)) filter, package = "metanmf",
           load_package = "installed", reporter = reporter, stop_on_failure = FALSE)
}
# An error here is one outside every test: a file that cannot be parsed, a broken helper.
results <- tryCatch(run(), error = identity)
if (inherits(results, "error")) {
  cat("\n", conditionMessage(results), "\n", sep = "")
  kinds <- "expectation_error"
} else {
  kinds <- unlist(lapply(results, function(test) {
    vapply(test$results, function(one) grep("^expectation_", class(one), value = TRUE)[[1L]], "")
  }))
}
# A test that stops half way counts as one failure beside what it got through.
counts <- c(passed = sum(kinds == "expectation_success"),
            failed = sum(kinds %in% c("expectation_failure", "expectation_error")),
            skipped = sum(kinds == "expectation_skip"))
if (length(share)) saveRDS(counts, share[[1L]][[2L]]) else tell(counts)
