# When group fits end: the rules of nmf_control().

# list(tol, stationary, tol_alone) of a fit's options: F falls by less than `tol` times its value
# and the KKT residual is below `stationary`, or F falls by less than `tol_alone`.
stop_rule <- function(plan) plan$engine[c("tol", "stationary", "tol_alone")]

fall_rule <- function(tol) list(tol = tol, stationary = 0)

warn_unless_settled <- function(state, control) {
  if (state$converged || identical(control$tol, 0)) return(invisible())
  warn_not_converged(paste0("The fit did not converge in ", control$max_iter, " iterations.\n",
                            "Raise max_iter or the tolerance in nmf_control(), or set it to 0 to ",
                            "run a\nfixed number of iterations without this warning."))
}
