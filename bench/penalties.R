# Which solver is first where there is a penalty: seconds to 1.05, 1.02 and 1.01 times the
# lowest objective seen, multiplicative updates against coordinate descent. One thread.
#
#   Rscript bench/penalties.R [--iterations=1500] [--rank=10] [--seed=1]
source("bench/common.R")
one_thread()
library(metanmf)
options(width = 100)

penalties <- list(penalty_graph(lambda = 1), penalty_graph(lambda = 10),
                  penalty_graph(lambda = 100), penalty_smooth(0.1), penalty_smooth(10),
                  penalty_orthogonal(0.1), penalty_orthogonal(1), penalty_sparse(0.05),
                  penalty_sparse(0.2), penalty_ridge(0.01), penalty_ridge(0.1))

# Images, and samples scattered around a few centres.
make_data <- function() {
  fix_seed()
  centres <- matrix(stats::runif(100 * 8), 100)
  near <- centres[, sample(8, 1000, TRUE)] + stats::rnorm(1e5, 0, 0.2)
  list(digits = scale_minmax(digits$x), blobs = pmax(near, 0))
}

# F after each iteration, and the seconds of one.
traced <- function(x, penalty, solver, iterations, rank) {
  fix_seed()
  control <- nmf_control(iterations, tol = 0)
  time <- system.time(fit <- nmf(x, rank, penalty = penalty, solver = solver, control = control))
  list(trace = fit$trace, each = time[["user.self"]] / iterations)
}

compare <- function(name, x, penalty, iterations, rank) {
  solvers <- c("mu", "hals")
  runs <- lapply(solvers, traced, x = x, penalty = penalty, iterations = iterations, rank = rank)
  best <- min(unlist(lapply(runs, `[[`, "trace")))
  reached <- function(goal, run) signif(which(run$trace <= goal * best)[1L] * run$each, 2)
  times <- t(vapply(runs, function(run) {
    vapply(c("1.05" = 1.05, "1.02" = 1.02, "1.01" = 1.01), reached, 0, run = run)
  }, numeric(3L)))
  data.frame(data = name, penalty = format(penalty), solver = solvers, times, check.names = FALSE)
}

print_header("Solvers with penalties: seconds to multiples of the lowest objective seen")
data <- make_data()
iterations <- bench_option("iterations", 1500)
rank <- bench_option("rank", 10)
table <- NULL
for (name in names(data)) for (penalty in penalties) {
  table <- rbind(table, compare(name, data[[name]], penalty, iterations, rank))
}
print(table, row.names = FALSE)
