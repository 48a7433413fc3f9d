# Blocks that workers read and work on: the same fit as here, whatever happens to the workers.
# Their daemons are those of package mirai on this machine.

expect_same_everywhere <- function(there, here) {
  expect_same_fit(there, here)
  expect_identical(there$data, here$data)
  expect_identical(there$model$cost, here$model$cost)
}

# A source of counts, in blocks of 30 samples, and fits of it.
spread_case <- function(add = 0) blocks_of(block_counts() + add, 30)

spread_fit <- function(source, ...) {
  force(source)
  set.seed(1)
  suppressMessages(suppressWarnings(nmf(source, 3, ...)))
}

# Slow to read, so that a worker can be met at work: `delay` seconds a block.
slow_case <- function(delay, folder = blocks_of(block_counts(), 30)$path, log = tempfile()) {
  read <- function(i) {
    cat(Sys.getpid(), "\n", file = log, append = TRUE)
    Sys.sleep(delay)
    readRDS(file.path(folder, sprintf("block-%05d.rds", i)))
  }
  environment(read) <- list2env(list(folder = folder, log = log, delay = delay),
                                parent = baseenv())
  list(source = block_source(read, columns = rep(30, 10), features = paste0("g", 1:12)), log = log)
}


skip_without_daemons <- function() {
  skip_on_cran()
  skip_if_not_installed("mirai")
}

# A start takes longer than most of what daemons do here: those that a test leaves serve the next
# ones, and the last line of this file ends them.
daemons_there <- new.env()
start_daemons <- function(count) {
  more <- count - max(0, daemons_there$count)
  if (more < 0) mirai::daemons(0)
  if (more < 0 || more == count) mirai::daemons(count)
  else if (more > 0) mirai::launch_local(more)
  for (i in 1:600) if (mirai::status()$connections == count) break else Sys.sleep(0.05)
  daemons_there$count <- count
}

test_that("without workers the error says how to start some, and data in memory are refused", {
  source <- spread_case()
  refusal <- expect_error(nmf(source, 3, workers = TRUE), "mirai::daemons\\(2\\)",
                          class = "metanmf_error")
  expect_identical(refusal$argument, "workers")
  expect_bad(nmf(block_counts(), 3, workers = TRUE), "workers")
  expect_bad(nmf(block_source(block_counts(), 50), 3, workers = TRUE), "workers")
  expect_bad(nmf(source, 3, workers = 2), "workers")
  expect_bad(use_workers(block_counts()), "source")
  expect_bad(use_workers(source, patience = 0), "patience")
})

test_that("1, 2 and 4 workers give the bits of one process, for losses, solvers and verbs", {
  skip_without_daemons()
  source <- spread_case(1)
  short <- function(max_iter, ...) list(max_iter = max_iter, tol = 0, ...)
  cases <- list(list(tol = 1e-3), short(6, solver = "mu"), short(6, solver = "bpp"),
                short(6, loss = "kl"), short(6, loss = "is"), short(6, loss = beta_loss(1.5)),
                short(6, init = "nndsvd"),
                short(6, penalty = list(penalty_sparse(0.01), penalty_ridge(0.01, "both"))),
                short(6, constraint = constraint_upper(w = 3, h = 3)),
                short(6, known = list(w = block_counts()[, 1, drop = FALSE])),
                short(6, n_start = 2))
  here <- lapply(cases, function(case) do.call(spread_fit, c(list(source), case)))
  for (count in c(1, 2, 4)) {
    start_daemons(count)
    for (i in if (count == 2) seq_along(cases) else 1:2) {
      there <- do.call(spread_fit, c(list(source, workers = TRUE), cases[[i]]))
      expect_same_everywhere(there, here[[i]])
    }
    expect_identical(predict(here[[1]], use_workers(source)), predict(here[[1]], source))
  }
})

test_that("sparse blocks and missing entries are the same by workers", {
  skip_without_daemons()
  start_daemons(4)
  x <- block_counts()
  holes <- replace(x, sample(length(x), 300), NA)
  holes[, 31:65] <- NA
  for (data in list(sparse_copy(x), holes, sparse_copy(holes))) {
    source <- blocks_of(data, 30)
    for (loss in c("frobenius", "kl")) {
      fit <- function(...) {
        spread_fit(source, loss = loss, missing = "mask", solver = "mu", max_iter = 6, tol = 0,
                   ...)
      }
      expect_same_everywhere(fit(workers = TRUE), fit())
    }
  }
})

test_that("a worker killed in a sweep, and one that stands still, change no bit", {
  skip_without_daemons()
  skip_on_os("windows")
  here <- spread_fit(slow_case(0)$source, max_iter = 3, tol = 0)
  for (signal in c("KILL", "STOP")) {
    start_daemons(2)
    # Both have the package before one of them is to be waited for.
    expect_same_fit(spread_fit(use_workers(slow_case(0)$source), max_iter = 3, tol = 0), here)
    case <- slow_case(0.05)
    # Someone else does it while the fit runs: a process that waits for a worker to begin.
    script <- paste0("for i in $(seq 600); do [ -s '", case$log, "' ] && break; sleep .1; done; ",
                     "sleep .3; p=$(tail -n 1 '", case$log, "'); kill -", signal, " $p; ",
                     if (signal == "STOP") "sleep 20; kill -CONT $p")
    system2("sh", c("-c", shQuote(script)), wait = FALSE)
    there <- spread_fit(use_workers(case$source, patience = 5), max_iter = 3, tol = 0)
    expect_same_fit(there, here)
  }
  mirai::daemons(0)
  daemons_there$count <- NULL
})

test_that("what a worker cannot read is told in its own words, and soon", {
  skip_without_daemons()
  start_daemons(1)
  source <- spread_case()
  unlink(file.path(source$path, "block-00003.rds"))
  expect_error(nmf(source, 3, workers = TRUE), "block 3 of 10 \\(block-00003.rds\\)",
               class = "metanmf_error")
  bad <- write_blocks(replace(block_counts(), 300, -1), tempfile("blocks"), 30)
  expect_error(nmf(bad, 3, workers = TRUE), "block 1 of 10.*negative", class = "metanmf_error")
  lacking <- list(pause = 0.01, size = function() 1L, abandon = function(handles) NULL,
                  send = function(packed) 1, renew = function(count) NULL,
                  collect = function(handle) {
                    list(value = structure(list(error = simpleError(
                      "there is no package called 'metanmf'")), class = "metanmf_job_error"))
                  })
  expect_error(map_jobs(list(list(1)), identity, failed = stop, pool = lacking),
               "there is no package called")
})

test_that("data that change during a fit are noticed by the worker", {
  skip_without_daemons()
  start_daemons(1)
  source <- use_workers(spread_case())
  looked <- look_at_blocks(source)
  file <- file.path(source$path, "block-00002.rds")
  saveRDS(readRDS(file) + 1, file, compress = FALSE)
  expect_error(column_sums(looked), "block 2 of 10.*other entries", class = "metanmf_error")
})

test_that("what ties samples of different blocks, or goes from batch to batch, is not spread", {
  source <- use_workers(spread_case())
  expect_bad(nmf(source, 3, penalty = penalty_graph(knn_graph(block_counts(), 3), 1)), "workers")
  expect_bad(nmf(source, 3, penalty = penalty_smooth(0.1)), "workers")
})

if (length(daemons_there$count)) mirai::daemons(0)
