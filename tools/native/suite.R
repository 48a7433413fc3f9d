# Tests for a run under a sanitizer: those that reach native code, or the files that the
# variable TESTS, a pattern, names. Without NOT_CRAN the random search of test-awkward.R is a
# short one, and stored texts are not compared. TORTURE: collect garbage at every such
# allocation.
reach <- paste0("^(native|native-arguments|data-sparse|nmf-(weights|kkt|predict)|penalty-graph|",
                "graph-knn|graph-knn-sparse|init-nndsvd|meta-fit|awkward)$")
pattern <- Sys.getenv("TESTS", reach)
# Workers are not under valgrind, which knows fewer instructions: they are to take those it knows.
options(metanmf.instructions = rev(metanmf:::native_instructions())[[1L]])
torture <- as.integer(Sys.getenv("TORTURE", "0"))
if (torture > 0L) gctorture2(torture)
results <- as.data.frame(testthat::test_dir(
  "tests/testthat", filter = pattern, package = "metanmf", load_package = "installed",
  reporter = "check", stop_on_failure = FALSE))
gctorture2(0L)
cat(sum(results$passed), "passed,", sum(results$failed) + sum(results$error), "failed\n")
quit(status = as.integer(sum(results$failed) + sum(results$error) > 0 || !sum(results$passed)))
