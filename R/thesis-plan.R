# The grid of an experiment: checked before anything runs, and cut into jobs.

# The data sets by name. Own data are a named list of list(x, labels).
check_experiment_data <- function(data, protocol) {
  if (is.character(data)) {
    known <- dataset_names
    data <- stats::setNames(nm = vapply(data, check_choice, "", "data", known, USE.NAMES = FALSE))
    return(lapply(data, function(name) {
      if (name == "faces") load_dataset(name, size = protocol$faces) else load_dataset(name)
    }))
  }
  expected <- "names of data sets, or a named list of list(x =, labels =)"
  if (!is.list(data) || is.null(names(data)) || any(names(data) == "") || !length(data)) {
    stop_input("data", expected, describe(data))
  }
  if (all(c("x", "labels") %in% names(data))) {
    stop_input("data", expected, "one data set, a list of x and labels",
               "Give it a name: list(mine = data).")
  }
  Map(check_own_data, data, names(data))
}

check_own_data <- function(one, name) {
  argument <- paste0("data$", name)
  if (!is.list(one) || is.null(one$x) || is.null(one$labels)) {
    stop_input(argument, "a list with entries `x` and `labels`", describe(one))
  }
  one$x <- check_matrix(one$x, paste0(argument, "$x"), samples = if (is.data.frame(one$x)) "rows")
  if (length(one$labels) != ncol(one$x) || !is.atomic(one$labels)) {
    stop_input(paste0(argument, "$labels"),
               paste("a label for each of the", ncol(one$x), "samples (columns of x)"),
               describe(one$labels))
  }
  check_labels(one$labels, paste0(argument, "$labels"))
  one$labels <- order_labels(one$labels, colnames(one$x), paste0(argument, "$labels"),
                             "the samples of `x`")
  one
}

# Can every data set be split and factorised as asked? Before hours of work, not after.
check_room_for <- function(data, ranks, protocol) {
  for (name in names(data)) {
    n <- ncol(data[[name]]$x)
    if (protocol$split == "author" && is.null(data[[name]]$author_split)) {
      stop_input("protocol", "of split = \"random\" or \"fixed\" for data without author_split",
                 paste0("split = \"author\" for ", name),
                 "Use experiment_protocol(\"author\", split = \"random\").")
    }
    size <- by_data(protocol$task_size, name)
    learning <- if (protocol$split == "author") length(data[[name]]$author_split$learning)
                else floor(n / 2)
    tryCatch(check_room(learning, n, protocol$n_tasks, size, protocol$overlap),
             metanmf_error = function(condition) {
               condition$message <- paste0("Data set ", name, ", by experiment_protocol():\n",
                                           conditionMessage(condition))
               stop(condition)
             })
    most <- c(nrow(data[[name]]$x), size,
              if (!protocol$overlap) learning - protocol$n_tasks * size)
    if (any(ranks > min(most))) {
      stop_input("ranks", paste0("at most ", min(most), " for ", name,
                                 " (its features, samples of a task and of the target)"),
                 max(ranks), "Use smaller ranks, or other tasks: see experiment_protocol().")
    }
  }
}

check_whole_numbers <- function(values, argument, minimum) {
  if (!is.numeric(values) || !length(values) || anyDuplicated(values)) {
    stop_input(argument, "different whole numbers", describe(values))
  }
  vapply(values, check_count, 1L, argument, minimum)
}

# Noise levels of a data set: numbers, or "clean" and "noisy" by the protocol.
noise_levels <- function(noise, name, protocol) {
  if (is.numeric(noise)) return(vapply(noise, check_level, 0, "noise"))
  vapply(noise, function(one) {
    kind <- check_choice(one, "noise", c("clean", "noisy"))
    if (kind == "clean") 0 else by_data(protocol$noise, name)
  }, 0, USE.NAMES = FALSE)
}

# Every fit that is asked for, a row each, ordered so that whatever is done first is a whole
# smaller experiment: by seed, then data set, noise and rank.
plan_fits <- function(names, models, ranks, noise, seeds, protocol, variants) {
  own <- do.call(rbind, lapply(models, function(model) {
    kept <- intersect(variants, variants_of(model))
    data.frame(model = rep(model, length(kept)), variant = kept)
  }))
  hals <- if ("hals" %in% variants) data.frame(model = own_models[["hals"]], variant = "hals")
  free <- if ("kmeans" %in% variants) {
    data.frame(rank = NA_integer_, model = own_models[["kmeans"]], variant = "kmeans")
  }
  per_rank <- rbind(own, hals)
  of_job <- rbind(free, if (!is.null(per_rank)) {
    data.frame(rank = rep(ranks, each = nrow(per_rank)), per_rank, row.names = NULL)
  })
  if (is.null(of_job) || !nrow(of_job)) {
    stop_input("variants", paste("such that the models have them:", toString(model_variants),
                                 "(settled models: baseline, meta)"), toString(variants))
  }
  jobs <- do.call(rbind, lapply(names, function(name) {
    data.frame(dataset = name, noise = noise_levels(noise, name, protocol))
  }))
  whole <- merge(merge(data.frame(seed = seeds), jobs, by = NULL), of_job, by = NULL)
  order <- order(match(whole$seed, seeds), match(whole$dataset, names), whole$noise,
                 match(whole$rank, c(NA, ranks)))
  whole[order, fit_names]
}
