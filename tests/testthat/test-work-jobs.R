# Functions that a worker can be sent: nothing of this file comes with them.
sendable <- function(fun) {
  environment(fun) <- baseenv()
  fun
}

squared <- sendable(function(x, after) {
  after()
  if (x == 3) stop("three is refused")
  if (x == 2) warning("two is odd")
  if (x == 4) warning("four is odd")
  x^2
})

# Dies the first `times` times that it is run for `x`, told by files in `folder`.
mortal <- sendable(function(x, folder, times, after) {
  tries <- length(list.files(folder, paste0("^", x, "-")))
  file.create(file.path(folder, paste0(x, "-", tries)))
  if (tries < times) {
    tools::pskill(Sys.getpid(), 9)
    Sys.sleep(10)
  }
  x^2
})

calls <- lapply(1:5, function(x) list(x = x))

# Values, with the message in the place of an error, and warnings in their order.
heard <- function(...) {
  warnings <- capture_warnings(values <- map_jobs(calls, squared, ...))
  list(values = lapply(values, function(value) {
    if (inherits(value, "error")) conditionMessage(value) else value
  }), warnings = warnings)
}
wanted <- list(values = list(1, 4, "three is refused", 16, 25),
               warnings = c("two is odd", "four is odd"))

outlived <- function(times, ...) {
  folder <- tempfile("tries")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  map_jobs(lapply(1:4, function(x) list(x = x, folder = folder, times = times[[x]])), mortal, ...)
}

expect_lost_once <- function() {
  # Job 2 outlives one death, job 3 is given up after two.
  found <- outlived(c(0, 1, 2, 0))
  expect_identical(found[-3], list(1, 4, 16))
  expect_s3_class(found[[3]], "metanmf_job_lost")
  expect_match(conditionMessage(found[[3]]), "its worker died, twice")
}

test_that("a pool is found only where somebody asked for workers", {
  if (requireNamespace("future", quietly = TRUE)) {
    old <- future::plan(future::sequential)
    on.exit(future::plan(old))
  }
  expect_null(worker_pool())
})

test_that("values, errors and warnings come in the order of the jobs", {
  expect_identical(heard(), wanted)
})

test_that("failed = stop ends everything with the job's own error", {
  expect_error(suppressWarnings(map_jobs(calls, squared, failed = stop)), "three is refused")
})

test_that("every job is told of when a part of it and when all of it is done", {
  told <- integer()
  suppressWarnings(map_jobs(calls, squared, tick = function(i) told <<- c(told, i)))
  expect_identical(told, rep(1:5, each = 2L))
})

test_that("over future's workers all is the same, and a job outlives the death of one worker", {
  skip_on_cran()
  skip_if_not_installed("future")
  old <- future::plan(future::multisession, workers = 2)
  on.exit(future::plan(old))
  expect_identical(heard(), wanted)
  expect_lost_once()
})

# The daemons of all tests below; the last line of this file ends them.
use_daemons <- identical(Sys.getenv("NOT_CRAN"), "true") &&
  requireNamespace("mirai", quietly = TRUE)
if (use_daemons) mirai::daemons(2)
skip_without_daemons <- function() {
  skip_on_cran()
  skip_if_not_installed("mirai")
}

test_that("over mirai's daemons all is the same, and a job outlives the death of one daemon", {
  skip_without_daemons()
  expect_identical(heard(), wanted)
  expect_error(suppressWarnings(map_jobs(calls, squared, failed = stop)), "three is refused")
  told <- integer()
  suppressWarnings(map_jobs(calls, squared, tick = function(i) told <<- c(told, i)))
  expect_setequal(told, 1:5)
  expect_lost_once()
})

test_that("`revise` decides what is sent after a death", {
  skip_without_daemons()
  asked <- list()
  values <- outlived(c(0, 1, 0, 0), revise = function(i, call, deaths) {
    asked[[length(asked) + 1L]] <<- c(i, deaths)
    utils::modifyList(call, list(x = 10, times = 0))
  })
  expect_identical(asked, list(c(2L, 1L)))
  expect_identical(values, list(1, 100, 9, 16))
})

test_that("a job over its time limit counts as one whose worker died", {
  skip_without_daemons()
  old <- options(metanmf.job_seconds = 2)
  on.exit(options(old))
  slow <- sendable(function(x, after) Sys.sleep(if (x == 1) 60 else 0))
  values <- map_jobs(calls[1:2], slow)
  expect_s3_class(values[[1]], "metanmf_job_lost")
  expect_null(values[[2]])
})

test_that("an interruption leaves no job running on the daemons", {
  skip_without_daemons()
  # Two that are there: the tests above have killed some.
  mirai::daemons(0)
  mirai::daemons(2)
  folder <- tempfile("begun")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  slow <- sendable(function(x, folder, after) {
    file.create(file.path(folder, x))
    Sys.sleep(60)
  })
  stopped <- structure(class = c("stopped", "condition"), list(message = "", call = NULL))
  # Jobs that have begun: a daemon that is still loading the package does not hear a call to stop.
  interrupt <- function(i) if (length(list.files(folder)) == 2L) signalCondition(stopped)
  withRestarts(
    withCallingHandlers(map_jobs(lapply(1:4, function(x) list(x = x, folder = folder)), slow,
                                 tick = interrupt),
                        stopped = function(condition) invokeRestart("leave")),
    leave = function() NULL)
  expect_length(list.files(folder), 2)
  for (i in 1:100) {
    running <- mirai::status()$mirai[["executing"]]
    if (running == 0L) break
    Sys.sleep(0.1)
  }
  expect_identical(running, 0L)
})

test_that("searches, runs and intervals are the same over daemons as without", {
  skip_without_daemons()
  skip_if_not(file.exists(file.path(find.package("metanmf"), "Meta", "package.rds")),
              "metanmf is not installed")
  x <- drawn_data(12, 40, 3)
  short <- nmf_control(30, tol = 0)
  fit <- nmf(x, 3, init = drawn_start(x, 3), control = short)
  verbs <- list(
    function() select_rank(x, 1:2, masks = 3, labels = rep(1:2, 20), stability = TRUE)$ranks,
    function() select_lambda(x, 2, penalty_ridge(), c(0, 1), masks = 3, stability = TRUE)$lambdas,
    function() nmf(x, 3, n_start = 3, keep = "all", control = short)$w,
    function() consensus_nmf(x, 2, n_start = 4, density = 2, control = short)$w,
    function() unclass(bootstrap_nmf(fit, x, draws = 20))$lower)
  expect_false(is.null(worker_pool()))
  here <- function(verb) {
    local_mocked_bindings(worker_pool = function() NULL)
    set.seed(7)
    verb()
  }
  for (verb in verbs) {
    set.seed(7)
    expect_identical(verb(), here(verb))
  }
})

if (use_daemons) mirai::daemons(0)

test_that("jobs that had ended when an interrupt came have values, errors among them", {
  run <- function(i, after) {
    if (i == 2) stop("this one fails")
    if (i == 4) stop(structure(list(message = "", call = NULL),
                               class = c("interrupt", "condition")))
    10 * i
  }
  found <- collect_jobs(lapply(1:5, list), run)
  expect_true(found$stopped)
  expect_identical(found$values[c(1, 3)], list(10, 30))
  expect_identical(conditionMessage(found$values[[2]]), "this one fails")
  expect_identical(found$values[4:5], list(NULL, NULL))
  expect_false(collect_jobs(lapply(1, list), run)$stopped)
})
