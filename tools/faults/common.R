# What the scripts of tools/check-faults share: small work whose results are known, and a report.

library(metanmf)
options(metanmf.progress = FALSE)
inside <- asNamespace("metanmf")
arguments <- commandArgs(trailingOnly = TRUE)

quick_protocol <- function(epochs = 2) {
  experiment_protocol(n_tasks = 2, task_size = 10, kmeans_repeats = 1,
                      control = meta_control(epochs = epochs, inner = nmf_control(10, 0)))
}
own_data <- list(first = list(x = digits$x[, 1:80], labels = digits$labels[1:80]))
run_experiment <- function(folder, seeds = 1:6, ...) {
  experiment(own_data, c("NMF", "GNMF"), ranks = c(2, 4), noise = 0.1, seeds = seeds,
             protocol = quick_protocol(), variants = c("baseline", "meta"), folder = folder, ...)
}
# Everything but the time a fit took.
timeless <- function(results) as.data.frame(results)[setdiff(names(results), "seconds")]

learn <- function(file, epochs = 150, samples = 400) {
  set.seed(7)
  split <- split_tasks(digits$x[, seq_len(samples)], n_tasks = 3, task_size = 20)
  meta_nmf(split, 8, checkpoint = file,
           control = meta_control(epochs = epochs, inner = nmf_control(max_iter = 5, tol = 0)))
}

# The verbs that keep what has ended in a folder. Each call draws its numbers from one seed, as a
# user's would who calls again before there is anything in the folder.
set.seed(8)
searched <- matrix(stats::rgamma(120, 0.5), 40) %*% matrix(stats::rgamma(450, 0.5), 3) +
  matrix(stats::runif(6000) / 10, 40)
often <- nmf_control(200, tol = 0)
searches <- list(
  runs = function(folder) {
    nmf(searched, 3, n_start = 12, keep = "all", folder = folder, control = often)
  },
  consensus = function(folder, ...) {
    consensus_nmf(searched, 3, n_start = 12, folder = folder, ..., control = often)
  },
  rank = function(folder) select_rank(searched, 1:4, masks = 3, folder = folder),
  lambda = function(folder) {
    select_lambda(searched, 3, penalty_ridge(), c(0, 0.01, 0.1, 1), masks = 6, folder = folder)
  },
  bootstrap = function(folder) {
    bootstrap_nmf(as_nmf(searched[, 1:3]), searched, draws = 60, folder = folder)
  }
)
# What a search gives, but for the call, in which the folder stands.
search_in <- function(name, folder, ...) {
  set.seed(7)
  found <- suppressWarnings(searches[[name]](folder, ...), classes = "metanmf_not_converged")
  unclass(found)[setdiff(names(unclass(found)), "call")]
}

# Saves after every epoch instead of once a second.
save_always <- function() utils::assignInNamespace("save_interval", 0, "metanmf")

rows_of <- function(folder) {
  files <- list.files(folder, "[.]rows$", full.names = TRUE)
  stats::setNames(lapply(files, readLines), basename(files))
}

# Those that are not torn: they end with a checksum.
whole_rows <- function(lines) lines[grepl("\t[0-9]{10}$", lines)]

failures <- 0L
# One line for a check; `faults` are lines that say what went wrong.
report <- function(what, summary, faults, seed) {
  bad <- length(faults) > 0L
  cat(sprintf("%-28s %s%s\n", what, summary, if (bad) paste0("  FAILED (seed ", seed, ")") else ""))
  if (bad) cat(paste0("    ", unique(faults), "\n"), sep = "")
  failures <<- failures + bad # nolint: undesirable_operator_linter.
}
finish <- function() quit(status = as.integer(failures > 0L))
