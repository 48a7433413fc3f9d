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
