# What an experiment keeps in its folder, and the work on its jobs.

experiment_store <- list(
  types = row_columns, key = fit_names, failure = "message", claim = "dataset",
  description = "experiment.txt", format = "metanmf experiment 1", argument = "folder",
  verb = "experiment()",
  renew_rows = function(rows) {
    rows$variant <- with_new_variants(rows$variant)
    rows
  },
  # Options of the protocol had other names once.
  renew_owner = function(text) {
    renamed <- c(old_arguments$experiment_protocol, old_arguments$nmf_control)
    for (old in names(renamed)) {
      text <- gsub(paste0("(; |[.])", old, "([.0-9][^=;]*)? = "),
                   paste0("\\1", renamed[[old]], "\\2 = "), text)
    }
    text
  }
)

experiment_work <- list(
  label = "Experiment",
  run = run_fits,
  failed = function(fit, error, data, protocol) failed_row(fit, error, protocol),
  # Multiplications of each fit, about.
  costs = function(fits, data, protocol) {
    target <- target_control(protocol$control)$max_iter
    whole <- protocol$control$epochs * target
    iterations <- c(baseline = target, meta = whole, plain_matched = whole, plain_long = whole,
                    hals = 1000, kmeans = 1000)
    rank <- ifelse(is.na(fits$rank), 1, fits$rank)
    iterations[fits$variant] * length(data$x) * (rank + 4)
  }
)

# Fits of one data set, noise, seed and rank are a job: they share a split.
plan_jobs <- function(fits, folder, data, protocol) {
  by <- row_keys(fits, c("dataset", "noise", "seed", "rank"))
  unname(lapply(split(fits, factor(by, unique(by))), function(part) {
    list(file = job_files(part[1L, ], folder), units = part,
         call = list(data = data[[part$dataset[[1L]]]], protocol = protocol))
  }))
}

# A file for each job, so that workers never write to the same one.
job_files <- function(fits, folder) {
  name <- paste(fits$dataset, vapply(fits$noise, format, "", digits = 15L), fits$seed,
                ifelse(is.na(fits$rank), "free", fits$rank), sep = "-")
  file.path(folder, paste0(gsub("[^A-Za-z0-9.-]", "_", name), ".rows"))
}

# Data known by their numbers and labels: the size, and a digest of their bytes.
data_digest <- function(data) {
  numbers <- c(as.double(data$x), as.double(factor(data$labels)))
  paste0(nrow(data$x), " x ", ncol(data$x), ", ", bytes_digest(writeBin(numbers, raw())))
}
