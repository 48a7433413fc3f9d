# A small experiment on real data: two parts of the digits as data sets of their own.
small_data <- function() {
  part <- function(columns) list(x = digits$x[, columns], labels = digits$labels[columns])
  list(first = part(1:200), second = part(201:400))
}

small_protocol <- function(...) {
  experiment_protocol(task_size = 12, kmeans_repeats = 2, ..., control = meta_control(
    epochs = 2, inner = nmf_control(max_iter = 20, tol = 0)))
}

small_experiment <- function(..., data = small_data()["first"], models = "NMF", ranks = 4,
                             noise = "clean", seeds = 1, protocol = small_protocol()) {
  experiment(data, models, ranks = ranks, noise = noise, seeds = seeds, protocol = protocol, ...)
}

# Everything but the time a fit took.
timeless <- function(results) as.data.frame(results)[setdiff(names(results), "seconds")]
