# This package against its peers on dense data, one thread: milliseconds per multiplicative
# iteration, seconds to 1.05, 1.02 and 1.01 times the best error seen, and peak memory.
#
#   Rscript bench/peers.R [--install] [--data=FOLDER] [--shapes=digits,...] [--peers=RcppML,...]
#                         [--tables=mu,time,memory] [--budget=2] [--repeats=3] [--seed=1]
#                         [--python=python3]
#
# bench/README.md says how to read the tables.
source("bench/common.R")
source("bench/contenders.R")
source("bench/measure.R")
source("bench/race.R")
one_thread()
use_peers()
if ("--install" %in% commandArgs(TRUE) && is.null(bench_option("peak"))) install_peers()

goals <- function(best) best * c("1.05" = 1.05, "1.02" = 1.02, "1.01" = 1.01)

prepare_problem <- function(name) {
  problem <- load_shape(name)
  problem$error <- function(w, h) relative_error(problem$x, w, h)
  problem
}

run_shape <- function(name, contenders, tables) {
  problem <- write_problem(prepare_problem(name))
  say("\n## ", problem$title)
  contenders <- able(contenders, problem)
  on.exit(unlink(problem$folder, recursive = TRUE))
  if ("mu" %in% tables) {
    say("Multiplicative updates: ms per iteration, ratio to metanmf, fixed cost of a call")
    textbook <- Filter(function(one) one$update %in% c("mu", "mu only"), contenders)
    print(iteration_table(textbook, problem), row.names = FALSE)
  }
  if ("time" %in% tables) {
    say("Seconds of the whole call to 1.05, 1.02, 1.01 times the best error")
    print_race(race(Filter(function(one) one$update != "mu only", contenders), problem, goals))
  }
  # With a small X, R's own housekeeping outweighs what is measured.
  if ("memory" %in% tables && length(problem$x) > 5e5) {
    say("Peak memory beyond what was held, five iterations, a process each; the factors take ",
        round(8 * problem$r * sum(dim(problem$x)) / 2^20, 1), " MB")
    print(memory_table(contenders, 8 * length(problem$x), paste0(problem$name, "/")),
          row.names = FALSE)
  }
}

if (!is.null(bench_option("peak"))) {
  parts <- strsplit(bench_option("peak"), "/", fixed = TRUE)[[1L]]
  print_peak(paste(parts[-1L], collapse = "/"), prepare_problem(parts[1L]))
} else {
  print_header("Peers, dense data")
  contenders <- present_contenders()
  for (name in bench_names("shapes", names(bench_shapes))) {
    run_shape(name, contenders, bench_names("tables", c("mu", "time", "memory")))
  }
}
