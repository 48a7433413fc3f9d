# What an experiment compares: the models, and the ways each of them gets to a fit of the
# evaluation half.

# `graph`: none; the protocol's own; or that of Cai et al. (2011), k nearest neighbours of
# samples at unit length and lambda 100, with the published term or the scale-invariant one.
# Models with `settled` run to convergence instead of the protocol's number of iterations.
model_table <- data.frame(
  model = c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD", "GNMF-kNN", "GNMF-auto", "NMF-auto"),
  graph = c("none", "protocol", "none", "protocol", "published", "scale_invariant", "none"),
  init = c("random", "random", "nndsvd", "nndsvd", "random", "random", "random"),
  settled = c(FALSE, FALSE, FALSE, FALSE, FALSE, TRUE, TRUE)
)

thesis_models <- model_table$model[1:4]

# Variants that every model has, and controls that are models of their own.
model_variants <- c("baseline", "meta", "plain_matched", "plain_long")

# What version 0.1.0 called two of them. Stored results are read with today's names, and streams of
# random numbers keep the old ones, so that each fit is still the same.
old_variants <- c(c2 = "plain_matched", long = "plain_long")

with_new_variants <- function(variants) {
  known <- variants %in% names(old_variants)
  variants[known] <- old_variants[variants[known]]
  variants
}

stream_key <- function(key) {
  old <- match(key$variant, old_variants)
  if (!is.na(old)) key$variant <- names(old_variants)[[old]]
  key
}

own_models <- c(hals = "HALS", kmeans = "k-means")
all_variants <- c(model_variants, names(own_models))

# A settled model has no number of iterations that a control could match, and Algorithm 1
# starts its fits anew in every epoch: without a graph of its own it would be Meta-NMF.
variants_of <- function(model) {
  switch(model, "NMF-auto" = "baseline", "GNMF-auto" = c("baseline", "meta"), model_variants)
}

# A model under a protocol: list(init, meta_init, penalty, loss, solver, plain, control,
# unit_start, prepare), with `plain` the options of the baseline and `control` those of Algorithm
# 1. The published graph term depends on the scale of W: columns of unit length, as in its
# authors' code. The switch of the thesis author's code is inverted for graph models: with
# NNDSVD switched on the tasks never see it.
model_spec <- function(model, protocol) {
  row <- model_table[model_table$model == model, ]
  own_graph <- row$graph == "protocol"
  control <- protocol$control
  if (own_graph && !protocol$scale_graph) control <- with_scale(control, "none")
  if (row$graph == "published") control <- with_scale(control, "l2")
  inverted <- own_graph && control$restart == "even" && row$init != "random"
  if (inverted) control$restart <- "never"
  list(
    init = row$init,
    meta_init = if (inverted) "random" else row$init,
    penalty = switch(row$graph, none = NULL, protocol = thesis_penalty(protocol$step),
                     published = cai_penalty("raw"),
                     scale_invariant = cai_penalty("scale_invariant")),
    loss = if (own_graph) protocol$loss else "frobenius",
    # What solver = "auto" chose for the settled models when their results were made.
    solver = if (row$settled && row$graph == "none") "hals" else "mu",
    plain = if (row$settled) settled_control() else control$inner,
    control = control,
    unit_start = row$graph == "published",
    prepare = if (row$graph %in% c("published", "scale_invariant")) unit_columns else identity
  )
}

# The data of a split that a model gets.
prepare_split <- function(split, prepare) {
  split$tasks <- lapply(split$tasks, prepare)
  split$target <- prepare(split$target)
  split$evaluation <- prepare(split$evaluation)
  split
}

# The fit of the evaluation half by one variant: list(fit, learning), with `learning` the
# iterations spent on the learning half.
fit_variant <- function(variant, split, spec, rank) {
  target <- target_control(spec$control)
  spent <- spec$control$epochs * target$max_iter
  alone <- function(x, control) {
    init <- if (spec$unit_start) unit_start(x, rank) else spec$init
    thesis_fit(x, rank, control, init, spec$penalty, spec$loss, spec$solver)
  }
  evaluate <- function(learned) {
    list(fit = thesis_adapt(learned, split$evaluation, target$max_iter), learning = spent)
  }
  switch(variant,
    baseline = list(fit = alone(split$evaluation, spec$plain), learning = 0),
    meta = evaluate(thesis_meta_fit(split, rank, spec$control, spec$meta_init, spec$penalty,
                                    spec$loss)),
    plain_matched = evaluate(alone(learning_half(split), run_exactly(target, spent))),
    plain_long = list(fit = alone(split$evaluation, run_exactly(target, spent + target$max_iter)),
                learning = 0),
    hals = list(fit = thesis_fit(split$evaluation, rank, hals_control(), solver = "hals"),
                learning = 0))
}

# A random start with the columns of W at unit length.
unit_start <- function(x, rank) {
  start <- init_random(x, rank, samples = "columns")
  native_scale(start$w, start$h, "l2")[c("w", "h")]
}

# All samples that Algorithm 1 sees. Overlapping tasks are drawn from the target itself.
learning_half <- function(split) {
  if (split$options$overlap) return(split$target)
  do.call(cbind, c(unname(split$tasks), list(split$target)))
}
