# Small problems, as the tasks of meta-learning are: an iteration against plain R, whose
# products are single BLAS calls; what one fit costs beside its iterations; and whether the
# tasks of an epoch are worth spreading over workers. One thread.
#
#   Rscript bench/small.R [--rank=10] [--repeats=5] [--seed=1]
source("bench/common.R")
source("bench/contenders.R")
one_thread()

repeats <- bench_option("repeats", 5)

# Microseconds per iteration, contenders in turns; plain R with and without R's own look
# for NaN in every product.
iteration_row <- function(m, n, r = bench_option("rank", 10), many = 2000) {
  fix_seed()
  x <- matrix(stats::runif(m * n), m)
  start <- random_start(m, n, r)
  runs <- list()
  for (solver in solvers_offered()) for (count in c(2, many)) {
    runs[[paste("metanmf", solver, count)]] <- local({
      solver <- solver
      count <- count
      function() own_fit(x, start, count, solver = solver)
    })
  }
  for (products in c("default", "blas")) for (count in c(2, many)) {
    runs[[paste("plain R,", products, count)]] <- local({
      products <- products
      count <- count
      function() {
        old <- options(matprod = products)
        plain_mu(x, start$w, start$h, count)
        options(old)
      }
    })
  }
  times <- matrix(take_turns(runs, repeats), 2L)
  spent <- 1e6 * (times[2L, ] - times[1L, ]) / (many - 2)
  names <- sub(" [0-9]+$", "", names(runs)[c(TRUE, FALSE)])
  data.frame(shape = paste0(m, "x", n), contender = names, us = signif(spent, 3),
             ratio = signif(spent / spent[names == "metanmf mu"], 3))
}

# The arguments with which nmf() enters C for one iteration of a 2 x 2 problem.
captured_call <- function() {
  kept <- new.env()
  namespace <- asNamespace("metanmf")
  tracer <- function() kept$arguments <- as.list(parent.frame())
  suppressMessages(trace("native_fit", tracer = substitute(run(), list(run = tracer)),
                         where = namespace, print = FALSE))
  metanmf::nmf(diag(2), 1, control = metanmf::nmf_control(1, tol = 0))
  suppressMessages(untrace("native_fit", where = namespace))
  kept$arguments[names(formals(get("native_fit", namespace)))]
}

overhead_table <- function() {
  enter <- get("native_fit", asNamespace("metanmf"))
  arguments <- captured_call()
  control <- metanmf::nmf_control(1, tol = 0)
  start <- list(w = matrix(1, 2, 1), h = matrix(1, 1, 2))
  times <- take_turns(list(
    "one entry into C (native_fit)" = function() for (i in 1:1000) do.call(enter, arguments),
    "nmf() with its checks" = function() for (i in 1:1000) {
      metanmf::nmf(diag(2), 1, init = start, control = control)
    }), repeats)
  data.frame(call = names(times), us = signif(1e6 * times / 1000, 3))
}

# Five tasks of 784 x 50, 100 iterations each, as an epoch has them: in this process, and by
# two workers of package future. Seconds of wall time, for the workers' own is not ours.
workers_table <- function() {
  if (!requireNamespace("future.apply", quietly = TRUE)) return(NULL)
  fix_seed()
  tasks <- lapply(1:5, function(i) matrix(stats::runif(784 * 50), 784))
  control <- metanmf::nmf_control(100, tol = 0)
  fit <- function(x) {
    metanmf::nmf(x, 10, init = list(w = x[, 1:10]), solver = "mu", control = control)
  }
  spread <- function() future.apply::future_lapply(tasks, fit, future.seed = NULL)
  future::plan("multisession", workers = 2)
  on.exit(future::plan("sequential"))
  spread()
  wall <- function(run) min(replicate(repeats, system.time(run())[["elapsed"]]))
  data.frame(who = c("one process", "two workers"),
             seconds = c(wall(function() lapply(tasks, fit)), wall(spread)))
}

print_header("Small problems")
say("Microseconds per iteration, rank ", bench_option("rank", 10))
print(rbind(iteration_row(64, 50), iteration_row(784, 50)), row.names = FALSE)
say("Microseconds of a whole call, 2 x 2, rank 1, one iteration")
print(overhead_table(), row.names = FALSE)
workers <- workers_table()
if (is.null(workers)) {
  say("Left out, for want of package future.apply: tasks spread over workers")
} else {
  say("Five tasks of 784 x 50, 100 iterations")
  print(workers, row.names = FALSE)
}
