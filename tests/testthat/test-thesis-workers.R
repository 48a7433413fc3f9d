several <- function(...) {
  small_experiment(data = small_data(), variants = c("baseline", "plain_matched"), seeds = 1:2, ...)
}

with_new_workers <- function(code) {
  old <- future::plan(future::multisession, workers = 2)
  on.exit(future::plan(old))
  force(code)
}

test_that("a worker that died before its first fit costs no fit, and a warning at most", {
  skip_on_cran()
  skip_if_not_installed("future")
  alone <- several()
  with_new_workers({
    first <- future::value(future::future(Sys.getpid()))
    tools::pskill(first, 9)
    Sys.sleep(0.2)
    # Newer versions of future put another worker in its place and say nothing.
    warnings <- capture_warnings(spread <- several())
    expect_true(all(grepl("A worker died at", warnings)))
    expect_identical(timeless(spread), timeless(alone))
  })
})

test_that("a fit at which every worker dies is a row with its error, and the others are there", {
  skip_on_cran()
  skip_if_not_installed("future")
  alone <- several()
  deadly <- function(store, job, run, token, after) {
    fits <- job$units
    at <- match("plain_matched", fits$variant)
    if (any(fits$dataset == "second" & fits$seed == 2) && !is.na(at)) {
      job$units <- fits[seq_len(at - 1L), ]
      if (at > 1) write_rows(store, job, run, token, after)
      tools::pskill(Sys.getpid(), 9)
      Sys.sleep(10)
    }
    job$units <- fits
    write_rows(store, job, run, token, after)
  }
  environment(deadly) <- asNamespace("metanmf")
  with_new_workers({
    local_mocked_bindings(write_rows = deadly)
    warnings <- capture_warnings(spread <- several())
    expect_length(grep("died at second, 0, NMF, plain_matched, 4, 2", warnings), 2)
    failed <- which(spread$dataset == "second" & spread$seed == 2 &
                      spread$variant == "plain_matched")
    expect_match(spread$message[[failed]], "its worker died, twice")
    expect_identical(timeless(spread[-failed, ]), timeless(alone[-failed, ]))
  })
})
