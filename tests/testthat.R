# All tests where NOT_CRAN is "true", as `make test` and devtools have it. R CMD check without it,
# as CRAN and `make check` run it, takes files of every room that need less than a minute together:
# `make test` has run all of them on the installed package.
library(testthat)
library(metanmf)

short <- c(
  "api-arguments", "api-old", "block-folder", "boot-show", "check", "data-digits", "data-observed",
  "engine-backend", "engine-stored", "graph-check", "graph-gnmf", "group-run", "init",
  "init-nndsvd", "lambda-plot", "meta-adapt", "meta-control", "metanmf-package", "native",
  "native-arguments", "nmf", "nmf-fields", "nmf-generics", "nmf-verbs", "online-solver",
  "penalty", "plot-fit", "random", "rank-visit", "runs-table", "score-labels", "store-folder",
  "thesis-table", "tidy-fit", "work-jobs"
)
all <- identical(Sys.getenv("NOT_CRAN"), "true")
test_check("metanmf", filter = if (!all) paste0("^(", paste(short, collapse = "|"), ")$"))
