# cli's "logger" writes one line for everything that happens to a bar, terminal or not.
bar_lines <- function(code, show = TRUE) {
  old <- options(cli.progress_handlers_only = "logger", cli.progress_show_after = 0,
                 metanmf.progress = show)
  on.exit(options(old))
  messages <- utils::capture.output(output <- utils::capture.output(force(code)),
                                    type = "message")
  grep(" cli-", c(output, messages), value = TRUE)
}

slow_split <- function() {
  x <- matrix(stats::runif(40 * 60), 40)
  list(tasks = list(x[, 1:10], x[, 11:20]), target = x)
}

test_that("bars count iterations and epochs to the end, then close", {
  set.seed(1)
  x <- matrix(stats::runif(200 * 400), 200)
  lines <- bar_lines(nmf(x, 10, control = nmf_control(2000, 0))) # two slices
  expect_match(lines[[1]], "0/2000 created")
  expect_match(lines[[length(lines)]], "2000/2000 terminated")
  lines <- bar_lines(meta_nmf(slow_split(), 3, control = meta_control(epochs = 4)))
  expect_match(lines, "4/4 terminated", all = FALSE)
})

test_that("a bar closes when the work fails", {
  fails <- function() {
    report <- progress_bar("Working", 10)
    report(3)
    stop("on purpose")
  }
  lines <- bar_lines(try(fails(), silent = TRUE))
  expect_match(lines[[length(lines)]], "terminated")
})

test_that("a bar that is full takes no more, and says nothing of it", {
  lines <- bar_lines({
    report <- progress_bar("Working", 10)
    for (done in c(3, 10, 10, 11)) report(done)
  })
  expect_length(grep("created", lines), 1)
  expect_match(lines[[length(lines)]], "10/10 terminated")
})
test_that("options(metanmf.progress = FALSE) silences every verb", {
  set.seed(2)
  split <- slow_split()
  lines <- bar_lines(show = FALSE, {
    fit <- nmf(split$target, 3, control = nmf_control(5, 0))
    gnmf(split$target, 3, graph = alike, control = nmf_control(5, 0))
    meta <- meta_nmf(split, 3, control = meta_control(epochs = 2))
    meta_gnmf(split, 3, graph = alike, control = meta_control(epochs = 2))
    adapt(fit, split$target)
    predict(fit, split$target)
  })
  expect_identical(lines, character())
})

test_that("a script has no bars unless it asks for them", {
  skip_if(interactive())
  work <- function() progress_bar("Working", 10)(3)
  expect_identical(bar_lines(work(), show = NULL), character())
  expect_match(bar_lines(work(), show = TRUE), "created", all = FALSE)
})

# The objective after each iteration, when it falls by these shares of its value.
falling <- function(falls) cumprod(c(1000, 1 / (1 + falls)))

test_that("the iterations left are counted from the fall of the objective to tol", {
  # Falls of 1, 1/4, ..., 1/144 of the value so far: the 20th is the one of tol.
  expect_equal(iterations_left(falling((1:12)^-2), 20^-2, 1000), 8)
  expect_equal(iterations_left(falling((1:12)^-2), 20^-2, 18), 5) # max_iter comes first: 18 - 13
  # The recent half alone counts: twenty falls of a tenth each, then twenty that shrink.
  level <- falling(c(rep(0.1, 20), (21:40)^-3))
  expect_equal(iterations_left(level, 50^-3, 1000), 10)
  expect_equal(iterations_left(falling((1:12)^-2), 5^-2, 1000), 1) # passed, but still running
})

test_that("max_iter counts where the fall tells nothing: none yet, no tol, level, rising", {
  expect_equal(iterations_left(numeric(), 1e-5, 100), 100)
  expect_equal(iterations_left(NULL, 1e-5, 100), 100)
  expect_equal(iterations_left(falling(2^-(1:3)), 1e-5, 100), 96)
  expect_equal(iterations_left(falling(2^-(1:12)), 0, 100), 87)
  expect_equal(iterations_left(falling(rep(0.1, 12)), 1e-5, 100), 87)
  expect_equal(iterations_left(rep(3, 13), 1e-5, 100), 87)
  expect_equal(iterations_left(seq(3, 4, length.out = 13), 1e-5, 100), 87)
  expect_equal(iterations_left(c(falling(2^-(1:12)), Inf), 1e-5, 100), 86)
})

test_that("a fit that tol ends long before max_iter has a bar that says so", {
  set.seed(6)
  x <- matrix(stats::runif(300 * 400), 300)
  real <- native_fit
  short <- function(x, w, h, model, control, progress) {
    progress$budget <- 8
    real(x, w, h, model, control, progress)
  }
  local_mocked_bindings(native_fit = short)
  lines <- bar_lines(fit <- nmf(x, 8, control = nmf_control(1e6, 1e-4)))
  total <- as.numeric(sub(".* [0-9]+/([0-9]+) .*", "\\1", lines[-1]))
  expect_gt(length(total), 0)
  expect_lt(max(total), 10 * fit$iterations)
  expect_match(lines[[length(lines)]], paste0(fit$iterations, "/", fit$iterations, " terminated"))
})

test_that("results do not depend on the bar", {
  set.seed(3)
  split <- slow_split()
  run <- function(show) {
    set.seed(4)
    fits <- NULL
    bar_lines(fits <- list(nmf(split$target, 3, control = nmf_control(50, 0)),
                           meta_nmf(split, 3, control = meta_control(epochs = 2))), show)
    fits
  }
  expect_identical(run(TRUE), run(FALSE))
})

# Probes of another R that gets a Ctrl-C some .3 seconds into each `code`, after its `set_up`. Each
# of them would otherwise run for some seconds, most for hours.
probes <- list(
  nmf = c("x <- matrix(runif(500 * 4000), 500)", "nmf(x, 30, control = nmf_control(1e6, 0))"),
  kl = c("x <- matrix(runif(300 * 2000), 300)",
         "nmf(x, 20, loss = 'kl', control = nmf_control(1e6, 0))"),
  meta = c("x <- matrix(runif(60 * 600), 60)
            split <- list(tasks = list(x[, 1:50], x[, 51:100]), target = x)",
           "meta_nmf(split, 10, control = meta_control(epochs = 1e6))"),
  tasks = c("x <- matrix(runif(20 * 20), 20)
             split <- list(tasks = rep(list(x), 400), target = x)
             inner <- nmf_control(max_iter = 8000, tol = 0)",
            "meta_nmf(split, 5, control = meta_control(epochs = 50, inner = inner))"),
  alike = c("w <- runif(64) + 0.01 * matrix(runif(64 * 50), 64)
             x <- w %*% matrix(runif(50 * 1500), 50) + 0.01 * matrix(runif(64 * 1500), 64)
             fit <- nmf(x[, 1:60], 50, control = nmf_control(1, 0))
             fit$w[] <- w", "predict(fit, x)"),
  # the basis and data of the probe before; w is none that nmf() would find
  alike_kl = c("fit <- nmf(x[, 1:60], 50, loss = 'kl', control = nmf_control(1, 0))
                fit$w[] <- w", "predict(fit, x)"),
  rbf = c("x <- matrix(runif(1000 * 8000), 1000)", "rbf_graph(x, sigma = 1)")
)

# For one probe: the seconds from the Ctrl-C to the prompt, whether it arrived inside the call,
# and whether the same session gives the same fit as before.
probe_lines <- function(name) {
  c(probes[[name]][[1]],
    "system(paste0('(sleep .3; kill -INT ', Sys.getpid(), ')'), wait = FALSE)",
    "started <- proc.time()[['elapsed']]",
    "done <- NA",
    "ended <- tryCatch({", probes[[name]][[2]],
    "done <- proc.time()[['elapsed']]", "Sys.sleep(3)}, interrupt = function(e) NULL)",
    "back <- if (is.na(done)) proc.time()[['elapsed']] else done",
    "works <- identical(again(), before)",
    sprintf("cat('%s', back - started - 0.3, is.na(done), works, '\\n')", name))
}

# All of them in one child, run when first asked for: a data frame with a row per probe.
kept <- new.env()
probe_results <- function() {
  if (!is.null(kept$results)) return(kept$results)
  script <- tempfile(fileext = ".R")
  on.exit(unlink(script))
  writeLines(c(
    paste0(".libPaths(", paste(deparse(.libPaths()), collapse = ""), ")"),
    sprintf("library(metanmf, lib.loc = %s)", deparse(dirname(find.package("metanmf")))),
    "options(metanmf.progress = FALSE)", "set.seed(1)",
    "small <- matrix(runif(60), 6)",
    "again <- function() nmf(small, 2, init = 'nndsvd', control = nmf_control(20, 0))$w",
    "before <- again()", unlist(lapply(names(probes), probe_lines))), script)
  out <- system2(file.path(R.home("bin"), "Rscript"), c("--vanilla", script), stdout = TRUE)
  kept$results <- utils::read.table(text = out, row.names = 1, fill = TRUE,
                                    col.names = c("probe", "late", "caught", "works"))
  kept$results
}

expect_stops <- function(name, must_catch = TRUE) {
  skip_on_cran()
  skip_on_os("windows")
  skip_if_not(file.exists(file.path(find.package("metanmf"), "Meta", "package.rds")),
              "metanmf is not installed")
  result <- probe_results()[name, ]
  # Half a second is what is promised; 2 leaves room for a busy machine.
  expect_lt(result$late, 2)
  if (must_catch) expect_true(result$caught)
  expect_true(result$works)
}

test_that("Ctrl-C ends a long nmf() at once, and the session goes on", {
  skip_on_cran()
  expect_stops("nmf")
  expect_stops("kl")
})

test_that("Ctrl-C ends a long meta_nmf() at once, and the session goes on", {
  expect_stops("meta")
})

test_that("Ctrl-C does not wait for the end of an epoch of many small tasks", {
  expect_stops("tasks")
})

test_that("Ctrl-C ends predict() at once for a basis whose columns are nearly equal", {
  expect_stops("alike", must_catch = FALSE)
  expect_stops("alike_kl", must_catch = FALSE)
})

test_that("Ctrl-C does not wait for the distances of all samples", {
  expect_stops("rbf")
})
