# A job of an experiment: all fits of one data set, noise, seed and rank. They share one
# split, and each is handed to `keep` as a row as soon as it is finished.

# fits: data frame with the columns `fit_names`, the first four the same in all rows.
run_fits <- function(fits, keep, data, protocol) {
  split <- draw_split(data, fits[1L, ], protocol)
  clusters <- length(unique(data$labels))
  for (i in seq_len(nrow(fits))) keep(run_fit_row(as.list(fits[i, ]), split, protocol, clusters))
}

# A seed's noise and halves are its own: the same for all models, ranks and variants, and the
# noise of two levels differs in its size alone. Noise comes before the split, as in the code
# of the thesis' author.
draw_split <- function(data, job, protocol) {
  seed <- if (protocol$split == "fixed") 0 else job$seed
  x <- scale_minmax(data$x, from = data$x, samples = "columns")
  x <- with_stream(add_noise(x, job$noise), "noise", job$dataset, seed)
  size <- by_data(protocol$task_size, job$dataset)
  halves <- if (protocol$split == "author") data$author_split
  with_stream(thesis_split(x, data$labels, protocol$n_tasks, size, protocol$overlap, halves),
              "split", job$dataset, seed)
}

# One row. A fit that fails is a row with its message; an interrupt passes.
run_fit_row <- function(cell, split, protocol, clusters) {
  key <- cell[fit_names]
  tryCatch(whole_row(key, measure_fit(cell, split, protocol, clusters, key), protocol),
           error = function(condition) failed_row(key, condition, protocol))
}

failed_row <- function(key, condition, protocol) {
  whole_row(key, failed_fit(condition, protocol), protocol)
}

whole_row <- function(key, measured, protocol) {
  cbind(data.frame(protocol = protocol$preset, key[fit_names]), measured)
}

measure_fit <- function(cell, split, protocol, clusters, key) {
  if (cell$variant == "kmeans") return(measure_kmeans(split, protocol, clusters, key))
  spec <- model_spec(if (cell$variant == "hals") "NMF" else cell$model, protocol)
  split <- prepare_split(split, spec$prepare)
  began <- processor_time()
  done <- fit_cell(cell, split, spec, key)
  seconds <- processor_time() - began
  fit <- done$fit
  scores <- lapply(scaled_coefs(fit), score_coef, labels = split$labels$evaluation,
                   clusters = clusters, protocol = protocol, key = key)
  fit_row(scores, fit$scaling$kind, protocol, error = relative_error(split$evaluation, fit),
          objective = objective(fit), iterations = fit$iterations,
          learning_iterations = done$learning, seconds = seconds)
}

# The fit of a row, by the stream that has its name.
fit_cell <- function(cell, split, spec, key) {
  without_warnings(
    with_stream(fit_variant(cell$variant, split, spec, cell$rank), "fit", stream_key(key))
  )$value
}

# k-means on the samples themselves: there is no W whose scale could matter.
measure_kmeans <- function(split, protocol, clusters, key) {
  began <- processor_time()
  score <- score_coef(split$evaluation, split$labels$evaluation, clusters, protocol, key)
  fit_row(list(max = score, l2 = score, none = score), "none", protocol,
          seconds = processor_time() - began)
}

fit_row <- function(scores, own, protocol, error = NA_real_, objective = NA_real_,
                    iterations = NA_integer_, learning_iterations = NA_integer_,
                    seconds = NA_real_, message = NA_character_) {
  of <- function(name) lapply(scores, `[[`, name)
  data.frame(
    nmi = scores[[own]]$nmi, scale_w = own,
    stats::setNames(of("nmi"), paste0("nmi_", names(scores))),
    stats::setNames(of("ari"), paste0("ari_", names(scores))),
    error = error, objective = objective, iterations = as.integer(iterations),
    learning_iterations = as.integer(learning_iterations), seconds = seconds,
    unconverged = as.integer(sum(unlist(of("unconverged")))), nmi_variant = "arithmetic",
    scale_h = "none", kmeans_starts = protocol$kmeans_starts,
    kmeans_repeats = protocol$kmeans_repeats, message = message
  )
}

failed_fit <- function(condition, protocol) {
  nothing <- list(nmi = NA_real_, ari = NA_real_, unconverged = NA_integer_)
  text <- gsub("[[:space:]]+", " ", conditionMessage(condition))
  fit_row(list(max = nothing, l2 = nothing, none = nothing), "max", protocol,
          message = if (nzchar(text)) text else class(condition)[[1L]])
}

# H as it belongs to columns of W at maximum 1, at unit length, and as the iterations left
# them: k-means sees a different space in each.
scaled_coefs <- function(fit) {
  w <- fit$w * rep(fit$scaling$divisor, each = nrow(fit$w))
  h <- fit$h / fit$scaling$divisor
  positive <- function(size) ifelse(size > 0, size, 1)
  list(max = h * positive(apply(w, 2L, max)), l2 = h * positive(column_norms(w)), none = h)
}

# Mean scores of the protocol's runs of k-means on the columns of H.
score_coef <- function(h, labels, clusters, protocol, key) {
  once <- function(i) {
    found <- with_stream(thesis_clusters(h, clusters, protocol$kmeans_starts), "kmeans", i,
                         stream_key(key))
    c(thesis_nmi(found, labels), ari(found, labels))
  }
  runs <- without_warnings(vapply(seq_len(protocol$kmeans_repeats), once, numeric(2)))
  list(nmi = mean(runs$value[1L, ]), ari = mean(runs$value[2L, ]), unconverged = runs$count)
}

# The value, and how many warnings of not having converged it came with.
without_warnings <- function(code) {
  count <- 0L
  note <- function(condition) {
    count <<- count + 1L # nolint: undesirable_operator_linter.
    invokeRestart("muffleWarning")
  }
  value <- withCallingHandlers(code, metanmf_not_converged = note)
  list(value = value, count = count)
}

# ||X - WH|| / ||X||, whatever the loss.
relative_error <- function(x, fit) sqrt(sum((x - fit$w %*% fit$h)^2) / sum(x^2))

processor_time <- function() sum(proc.time()[c("user.self", "sys.self")])
