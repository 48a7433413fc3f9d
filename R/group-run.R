# Group NMF (Lee & Choi 2009): minimise sum_i alpha_i |X_i - W H_i - B_i G_i|^2. A task is a block
# of columns with the basis V_i = [W B_i] and the coefficients S_i = [H_i; G_i]; a pass over it
# leaves its sums P_i = X_i S_i' and A_i = S_i S_i', and nothing else of it is needed. Other losses
# leave others, see engine_sums(), and everything else is the same.

# What stays the same over the iterations. `data`: for each task a list as check_data() makes it;
# `alpha`: their weights; `private`: their numbers of private columns; `spec`: list(loss, solver,
# control, lambda), the last for integrative NMF alone; `hold`: W stays. The engine takes weights of
# entries up to 1: all are divided by `unit`.
group_plan <- function(data, rank, private, alpha, spec, hold = FALSE) {
  features <- nrow(data[[1L]]$x)
  tied <- !is.null(spec$lambda)
  if (tied) private <- rep(0L, length(data))
  model <- function(q, held = NULL) {
    engine_model(rank + q, spec$loss, spec$solver, held = list(basis = held), features = features)
  }
  unit <- max(vapply(data, function(one) largest_weight(one$weights), 0))
  masked <- any(vapply(data, is_masked, NA))
  engine <- engine_control(spec$control, spec$loss)
  level <- Map(function(one, q) if (q > 0L) private_level(one) else numeric(features), data,
               private)
  list(given = data, level = level, data = lapply(data, task_engine_data, unit, masked),
       unit = unit, lags = masked || spec$loss != "frobenius", rank = rank, private = private,
       alpha = alpha, hold = hold, features = features, x_norm2 = facts_of(data, "x_norm2"),
       size = sum(alpha * facts_of(data, if (spec$loss == "frobenius") "x_norm2" else "x_sum")),
       spec = spec, shared = model(0L), tasks = lapply(private, model),
       own = lapply(private, function(q) if (tied) model(0L) else model(q, rep(1:0, c(rank, q)))),
       parts = if (tied) tied_parts_model(spec$lambda, spec$solver)
               else private_parts_model(spec$loss, spec$solver), engine = engine)
}

facts_of <- function(data, name) vapply(data, function(one) as.double(one$facts[[name]]), 0)

is_masked <- function(data) {
  !is.null(data$weights) || data$facts$observed < stored_count(data$x)
}

# A task as the engine reads it. Where one is masked all are, so that a value is one of the same
# pair in all.
task_engine_data <- function(data, unit, masked) {
  weights <- data$weights
  facts <- data$facts
  if (unit != 1) {
    weights <- if (is.null(weights)) array(1 / unit, dim = dim_of_stored(data$x))
               else weights / unit
    facts <- data_facts(data$x, weights)
  }
  engine_data(data$x, weights, facts, masked = masked)
}

dim_of_stored <- function(x) if (is.matrix(x)) dim(x) else length(x@x)

# V_i = [W B_i], or W + V_i.
task_basis <- function(state, plan, i) plan$parts$basis(state$w, state$own[[i]])

# One iteration: S_i of every task, W from the sums of all, then each B_i from its own with that W.
# `measure`: state$kkt becomes the KKT residual of what it begins with.
group_iteration <- function(state, plan, measure = FALSE) {
  state <- coef_pass(state, plan, measure)
  if (measure) state$kkt <- group_kkt(state, plan)
  if (!plan$hold) state$w <- native_basis_step(state$w, shared_sums(state, plan), plan$shared,
                                               plan$engine)
  own_step(state, plan)
}

# New S_i of every task for its V_i, with its sums.
coef_pass <- function(state, plan, measure = FALSE) {
  for (i in seq_along(plan$data)) {
    none <- engine_sums(plan$features, plan$rank + plan$private[[i]], plan$spec$loss)
    known <- list(measure = measure, gram = plan$parts$gram(state$own[[i]]))
    passed <- native_sweep(plan$data[[i]], task_basis(state, plan, i), state$coef[[i]],
                           plan$tasks[[i]], plan$engine, none, known)
    state$coef[[i]] <- passed$h
    state$sums[[i]] <- passed$sums
  }
  state
}

# What W's step reads, from all tasks: least squares N = sum_i alpha_i (P_i^H - B_i A_i^GH) and
# K = sum_i alpha_i A_i^HH. Added in the order of the tasks, as a pass adds its blocks.
shared_sums <- function(state, plan) {
  part_of <- function(i) plan$parts$shared(state$sums[[i]], state$own[[i]], plan$alpha[[i]])
  total <- part_of(1L)
  for (i in seq_along(plan$data)[-1L]) {
    part <- part_of(i)
    for (name in names(part)) total[[name]] <- total[[name]] + part[[name]]
  }
  if (is.null(total[["denominator"]])) total["denominator"] <- list(NULL)
  c(total, list(value = 0, kkt = 0))
}

# Each B_i from P_i and A_i, with W held: what W explains is in the step.
own_step <- function(state, plan) {
  for (i in which(vapply(state$own, ncol, 1L) > 0L)) {
    own <- state$own[[i]]
    beside <- plan$parts$beside(state$w, own)
    moved <- native_basis_step(cbind(beside, own), plan$parts$own_sums(state$sums[[i]], state$w),
                               plan$own[[i]], plan$engine)
    state$own[[i]] <- moved[, ncol(moved) - ncol(own) + seq_len(ncol(own)), drop = FALSE]
  }
  state
}

# What is left of the conditions for a minimum of F, of all factors that move, see nmf_control().
group_kkt <- function(state, plan) {
  of_tasks <- vapply(seq_along(plan$data), function(i) {
    own <- state$own[[i]]
    if (ncol(own) == 0L) return(state$sums[[i]]$kkt)
    state$sums[[i]]$kkt + native_basis_kkt(cbind(plan$parts$beside(state$w, own), own),
                                           plan$parts$own_sums(state$sums[[i]], state$w),
                                           plan$own[[i]], plan$engine)
  }, 0)
  of_w <- if (plan$hold) 0
          else native_basis_kkt(state$w, shared_sums(state, plan), plan$shared, plan$engine)
  (sum(plan$alpha * of_tasks) + of_w) * if (plan$spec$loss == "frobenius") 2 else 1
}

# The loss of every task. Of divergences and masked data a pass finds that of the pair it began
# with; of least squares the sums tell it of the new one, but near an exact fit, where they cancel.
task_losses <- function(state, plan) {
  if (plan$lags) return(plan$unit * vapply(state$sums, `[[`, 0, "value"))
  vapply(seq_along(plan$data), function(i) {
    v <- task_basis(state, plan, i)
    sums <- state$sums[[i]]
    loss <- plan$x_norm2[[i]] - 2 * sum(v * sums$xht) + sum(crossprod(v) * sums$hht)
    if (!(loss > 1e-6 * plan$x_norm2[[i]])) loss <- direct_loss(state, plan, i)
    loss + plan$parts$cost(sums, state$own[[i]])
  }, 0)
}

direct_loss <- function(state, plan, i) {
  pair_values(plan$given[[i]], task_basis(state, plan, i), state$coef[[i]], plan$spec$loss,
              engine_penalty(NULL), plan$spec$control)$loss
}
