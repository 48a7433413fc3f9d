# The loop of a group fit and when it ends: the rules of nmf_control().

# Iterations between two looks at the KKT residual, as in a fit.
iterations_per_look <- 5L

# list(tol, stationary, alone) of a fit's options: F falls by less than `tol` times its value and
# the KKT residual is below `stationary`, or F falls by less than `alone`.
stop_rule <- function(plan) {
  engine <- plan$engine
  list(tol = engine$tol, stationary = engine$stationary,
       alone = if (engine$stationary > 0) engine$tol_alone else engine$tol)
}

fall_rule <- function(tol) list(tol = tol, stationary = 0, alone = tol)

# Up to `max_iter` iterations: the state with `trace`, F after each of all iterations so far,
# `losses`, those of the tasks, `converged`, and with `measure_end` the `kkt` of the pair it ends
# with.
run_group <- function(state, plan, max_iter, rule, measure_end = FALSE) {
  report <- progress_bar("Factorising", max_iter)
  begun <- length(state$trace)
  for (iteration in seq_len(max_iter)) {
    measure <- rule$stationary > 0 && (begun + iteration) %% iterations_per_look == 0L
    state$kkt <- NA_real_
    state <- group_iteration(state, plan, measure)
    # What lags is F of the pair before: of the first one it is known, or that of the start.
    if (!plan$lags || iteration > 1L) state <- record_losses(state, plan, task_losses(state, plan))
    report(iteration)
    state$converged <- has_settled(state, plan, rule)
    if (state$converged) break
  }
  if (measure_end) state$kkt <- group_iteration(state, plan, TRUE)$kkt
  if (plan$lags && max_iter > 0L) {
    state <- record_losses(state, plan, vapply(seq_along(plan$data), function(i) {
      direct_loss(state, plan, i)
    }, 0))
  }
  report(max_iter)
  state
}

record_losses <- function(state, plan, losses) {
  state$losses <- losses
  state$trace <- c(state$trace, sum(plan$alpha * losses))
  state
}

# F fell, but by less than a tolerance; what may be rounding is no rise.
has_settled <- function(state, plan, rule) {
  last <- utils::tail(state$trace, 2L)
  if (rule$tol == 0 || length(last) < 2L) return(FALSE)
  value <- last[[2L]]
  if (rule$stationary > 0 && value <= 1e-14 * plan$size) return(TRUE)
  fall <- last[[1L]] - value
  if (!is.finite(fall) || fall < -1e-13 * plan$size) return(FALSE)
  small <- function(tol) tol > 0 && fall <= tol * last[[1L]]
  small(rule$alone) || (isTRUE(state$kkt <= rule$stationary * value) && small(rule$tol))
}

warn_unless_settled <- function(state, control) {
  if (state$converged || identical(control$tol, 0)) return(invisible())
  warn_not_converged(paste0("The fit did not converge in ", control$max_iter, " iterations.\n",
                            "Raise max_iter or the tolerance in nmf_control(), or set it to 0 to ",
                            "run a\nfixed number of iterations without this warning."))
}
