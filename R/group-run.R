# Group NMF (Lee & Choi 2009): minimise sum_i alpha_i |X_i - W H_i - B_i G_i|^2. A task is a block
# of columns with the basis V_i = [W B_i] and the coefficients S_i = [H_i; G_i]; a pass over it
# leaves its sums P_i = X_i S_i' and A_i = S_i S_i', and nothing else of it is needed.

# What stays the same over the iterations. `data`: for each task a list as check_data() makes it;
# `alpha`: their weights; `private`: their numbers of private columns; `spec`: list(loss, solver,
# control); `hold`: W stays.
group_plan <- function(data, rank, private, alpha, spec, hold = FALSE) {
  features <- nrow(data[[1L]]$x)
  model <- function(q, held = NULL) {
    engine_model(rank + q, spec$loss, spec$solver, held = list(basis = held), features = features)
  }
  list(given = data,
       data = lapply(data, function(one) do.call(engine_data, scale_up_data(one, 0))), rank = rank,
       private = private, alpha = alpha, hold = hold, features = features,
       x_norm2 = vapply(data, function(one) one$facts$x_norm2, 0), spec = spec,
       shared = model(0L), tasks = lapply(private, model),
       own = lapply(private, function(q) model(q, rep(1:0, c(rank, q)))),
       engine = engine_control(spec$control, spec$loss))
}

# V_i = [W B_i]
task_basis <- function(state, i) cbind(state$w, state$own[[i]])

# One iteration: S_i of every task, W from the sums of all, then each B_i from its own with that W.
group_iteration <- function(state, plan) {
  state <- coef_pass(state, plan)
  if (!plan$hold) state$w <- native_basis_step(state$w, shared_sums(state, plan), plan$shared,
                                               plan$engine)
  own_step(state, plan)
}

# New S_i of every task for its V_i, with its sums.
coef_pass <- function(state, plan) {
  for (i in seq_along(plan$data)) {
    none <- engine_sums(plan$features, plan$rank + plan$private[[i]], plan$spec$loss)
    passed <- native_sweep(plan$data[[i]], task_basis(state, i), state$coef[[i]], plan$tasks[[i]],
                           plan$engine, none)
    state$coef[[i]] <- passed$h
    state$sums[[i]] <- passed$sums
  }
  state
}

# What W's step reads: N = sum_i alpha_i (P_i^H - B_i A_i^GH) and K = sum_i alpha_i A_i^HH, added
# in the order of the tasks, as a pass adds its blocks.
shared_sums <- function(state, plan) {
  Reduce(function(one, other) Map(`+`, one, other),
         Map(shared_part, state$sums, state$own, plan$alpha))
}

shared_part <- function(sums, own, alpha) {
  shared <- seq_len(nrow(sums$hht) - ncol(own))
  private <- length(shared) + seq_len(ncol(own))
  explained <- own %*% sums$hht[private, shared, drop = FALSE]
  list(xht = alpha * (sums$xht[, shared, drop = FALSE] - explained),
       hht = alpha * sums$hht[shared, shared, drop = FALSE], h_sum = alpha * sums$h_sum[shared],
       value = alpha * sums$value, columns = sums$columns)
}

# Each B_i from P_i and A_i, with W held: what W explains is in the step.
own_step <- function(state, plan) {
  for (i in which(plan$private > 0L)) {
    moved <- native_basis_step(task_basis(state, i), state$sums[[i]], plan$own[[i]], plan$engine)
    state$own[[i]] <- moved[, plan$rank + seq_len(plan$private[[i]]), drop = FALSE]
  }
  state
}

# |X_i - V_i S_i|^2 of every task, from its sums; near an exact fit, where they cancel, directly.
task_losses <- function(state, plan) {
  vapply(seq_along(plan$data), function(i) {
    v <- task_basis(state, i)
    sums <- state$sums[[i]]
    loss <- plan$x_norm2[[i]] - 2 * sum(v * sums$xht) + sum(crossprod(v) * sums$hht)
    if (loss > 1e-6 * plan$x_norm2[[i]]) loss else direct_loss(state, plan, i)
  }, 0)
}

direct_loss <- function(state, plan, i) {
  pair_values(plan$given[[i]], task_basis(state, i), state$coef[[i]], plan$spec$loss,
              engine_penalty(NULL), plan$spec$control)$loss
}

# Iterations until F falls by less than `tol` times its value, or `max_iter` of them: the state with
# `trace`, F after each of all iterations so far, and `converged`.
run_group <- function(state, plan, max_iter, tol) {
  report <- progress_bar("Factorising", max_iter)
  for (iteration in seq_len(max_iter)) {
    state <- group_iteration(state, plan)
    state$losses <- task_losses(state, plan)
    state$trace <- c(state$trace, sum(plan$alpha * state$losses))
    report(iteration)
    state$converged <- has_settled(state$trace, tol, sum(plan$alpha * plan$x_norm2))
    if (state$converged) break
  }
  report(max_iter)
  state
}

# F fell, but by less than the tolerance; what may be rounding is no rise.
has_settled <- function(trace, tol, size) {
  if (tol == 0 || length(trace) < 2L) return(FALSE)
  last <- utils::tail(trace, 2L)
  fall <- last[[1L]] - last[[2L]]
  is.finite(fall) && fall <= tol * last[[1L]] && fall >= -1e-13 * size
}
