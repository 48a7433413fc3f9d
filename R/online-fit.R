# Solver "online": W from the sums of the batches so far, after every batch.

# As run_fit() returns it, with the sums that add_samples() goes on from as `online`.
run_online <- function(data, start, model, control, options) {
  power <- scale_power(data$facts$largest, loss_reach(model$loss))
  raised <- scale_up(data, start, model, power)
  learner <- online_learner(scale_up_data(data, power), raised, control, options)
  report <- progress_bar("Passes over the data", control$max_iter)
  while (!learner$settled && learner$passes < control$max_iter) {
    learner <- online_pass(learner)
    report(learner$passes)
  }
  report(control$max_iter)
  finish_online(learner, data, model, control, power)
}

# What a pass reads and moves: the data in batches, W, H by batches, the sums, the share of each
# batch once it is there, the samples seen.
online_learner <- function(data, raised, control, options) {
  batches <- cut_batches(data$x, batch_width(options$batch, ncol(data$x), ncol(raised$w)))
  places <- unlist(lapply(batches, `[[`, "at"), recursive = FALSE)
  list(x = data$x, masked = raised$data$masked, batches = batches,
       model = turning_model(raised$model, options$turns),
       engine = engine_control(control, raised$model$loss), options = options,
       w = raised$w, coef = lapply(places, function(at) raised$h[, at, drop = FALSE]),
       sums = NULL, shares = vector("list", length(places)), keeps = control$max_iter > 1,
       counts = rep(1, length(places)), value = 0, seen = 0, passes = 0L, trace = numeric(),
       settled = FALSE)
}

# Coordinate descent takes so many turns in a step, over W as over H.
turning_model <- function(model, turns) {
  model$coef_cycles <- model$basis_cycles <- turns
  model
}

# Every batch in turn. What was seen in the first pass was seen with W before its time, so the fall
# from that pass to the second says nothing. After the second every share counts fully, and the sums
# are added up anew, which leaves no trace of the start and no rounding of what was subtracted.
online_pass <- function(learner) {
  first <- learner$passes == 0L
  if (learner$passes > 1L) learner$sums <- Reduce(add_share, learner$shares)
  learner$value <- 0
  learner <- fold_batches(learner$x, learner$batches, learner$masked, learner,
                          if (first) meet_batch else meet_again)
  before <- utils::tail(learner$trace, 1L)
  learner$trace <- c(learner$trace, learner$value)
  learner$passes <- learner$passes + 1L
  fall <- before - learner$value
  learner$settled <- learner$passes > 2L && fall <= learner$engine$tol * abs(before)
  learner
}

# A batch of the first pass. What came earlier fades, because it was seen with a W that was further
# off: by a power of the share of the samples that it is of all so far.
meet_batch <- function(learner, x, number) {
  moved <- move_coef(learner, x, number)
  share <- moved$share
  if (number == 1L) {
    learner$sums <- start_share(share, learner$w, learner$model$loss)
    learner$seen <- share$mass
  }
  fade <- (learner$seen / (learner$seen + share$mass))^learner$options$fade
  learner$seen <- learner$seen + share$mass
  earlier <- seq_len(number - 1L)
  learner$counts[earlier] <- learner$counts[earlier] * fade
  learner$sums <- add_share(weigh_share(learner$sums, fade), share)
  move_basis(learner, moved, number)
}

# The same batch again: its new share takes the place of the old one, of which as much is left as
# the first pass let stay.
meet_again <- function(learner, x, number) {
  moved <- move_coef(learner, x, number)
  others <- add_share(learner$sums, learner$shares[[number]], -learner$counts[[number]])
  learner$counts[[number]] <- 1
  learner$sums <- add_share(not_negative(others), moved$share)
  move_basis(learner, moved, number)
}

# H of the batch for the present W, and its share.
move_coef <- function(learner, x, number) {
  moved <- move_batch(x, learner$w, learner$coef[[number]], learner$model, learner$engine,
                      learner$options$turns)
  moved$share <- batch_share(moved$sums, learner$w, learner$model$loss)
  moved
}

# W from the sums, with what is kept of the batch.
move_basis <- function(learner, moved, number) {
  learner$coef[[number]] <- moved$h
  if (learner$keeps) learner$shares[[number]] <- moved$share
  learner$value <- learner$value + moved$value
  learner$w <- basis_from(learner$sums, learner$w, learner$model, learner$engine)
  learner
}

# H of all samples for the last W, and what a fit tells of the pair.
finish_online <- function(learner, data, model, control, power) {
  ended <- fold_batches(learner$x, learner$batches, learner$masked, learner,
                        function(state, x, number) {
                          state$coef[[number]] <- move_coef(state, x, number)$h
                          state
                        })
  h <- do.call(cbind, ended$coef) / 2^power
  run <- run_held(data, list(w = learner$w, h = h), model, control)
  trace <- scale_value_back(learner$trace, model$loss, power)
  run$trace <- c(trace[-length(trace)], run$value)
  run$iterations <- learner$passes
  run$converged <- learner$settled
  if (!learner$settled && control$max_iter > 1 && !identical(control$tol, 0)) warn_passes(control)
  run$online <- list(sums = scale_sums(learner$sums, run$divisor, model$loss), power = power,
                     batch = learner$options$batch, turns = learner$options$turns)
  run
}

# One more step of H with W held, by the loop of any fit: its F, residual, costs and scale.
run_held <- function(data, pair, model, control) {
  model$hold_basis <- TRUE
  run_fit(data, pair, model, run_exactly(control, 1L), TRUE)
}
