# Solver "online": after every batch, W is found from the sums of all batches so far.

# A fit as run_fit() returns it, with `online`, the sums from which add_samples() continues.
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

# All that a pass reads and changes: the data in batches, W, H by batches, the sums, the share of
# each batch that was seen, and the number of samples seen.
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

# The model whose steps take `turns` turns of coordinate descent, over W as over H.
turning_model <- function(model, turns) {
  model$coef_cycles <- model$basis_cycles <- turns
  model
}

# One pass: every batch in turn. In the first pass W was still far off, so the fall from that pass
# to the second says nothing about convergence. After the second pass every share counts fully, and
# the sums are added up anew, which removes what remains of the start and the rounding of
# subtractions.
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

# A batch of the first pass. The sums of earlier batches fade, because they were made with a W that
# was further off. The factor is a power of their share of all samples seen so far.
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

# The same batch in a later pass. Its new share replaces what the first pass has left of the old
# one.
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

# Updates W from the sums, after H and the share of the batch are stored.
move_basis <- function(learner, moved, number) {
  learner$coef[[number]] <- moved$h
  if (learner$keeps) learner$shares[[number]] <- moved$share
  learner$value <- learner$value + moved$value
  learner$w <- basis_from(learner$sums, learner$w, learner$model, learner$engine)
  learner
}

# Finds H of all samples for the last W, and what a fit reports of the pair.
finish_online <- function(learner, data, model, control, power) {
  # H of many samples is large, so no more copies of it are kept than are needed.
  learner <- fold_batches(learner$x, learner$batches, learner$masked, learner,
                          function(state, x, number) {
                            state$coef[[number]] <- move_coef(state, x, number)$h
                            state
                          })
  h <- do.call(cbind, learner$coef)
  learner$coef <- NULL
  if (power != 0) h <- h / 2^power
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

# One more step of H with W held, in the loop of every fit, which gives F, residual, costs and
# scale.
run_held <- function(data, pair, model, control) {
  model$hold_basis <- TRUE
  run_fit(data, pair, model, run_exactly(control, 1L), TRUE)
}
