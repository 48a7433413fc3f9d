# A penalty as a function of its weight, and the weights to try.

# A function of the weight that returns checked penalties. The user gives one penalty, or a function
# of the weight that returns a penalty or a list of them.
weigh_penalty <- function(penalty) {
  if (inherits(penalty, "nmf_penalty")) {
    if (isTRUE(penalty$exact)) {
      stop_input("penalty", "one that has a weight", "exact orthogonality",
                 "Use penalty_orthogonal(exact = FALSE), which has a lambda.")
    }
    return(function(lambda) check_penalty(replace(penalty, "lambda", lambda)))
  }
  if (!is.function(penalty)) {
    stop_input("penalty", "made by a penalty_*() function, or a function of lambda",
               describe(penalty), weigh_hint(penalty))
  }
  by_name <- "lambda" %in% names(formals(args(penalty)))
  function(lambda) {
    made <- tryCatch(if (by_name) penalty(lambda = lambda) else penalty(lambda),
                     error = function(failure) failure)
    if (!inherits(made, "error")) return(check_penalty(made))
    stop_input("penalty", "a function that makes a penalty of a weight", paste0(
      "a function that failed at ", format(lambda), ": ",
      sub("[.]$", "", conditionMessage(made))))
  }
}

# The call that works, for the error message.
weigh_hint <- function(penalty) {
  if (is.list(penalty)) {
    return(paste("Say which weight is meant, as in penalty = function(lambda)",
                 "list(penalty_sparse(lambda), penalty_smooth(1))."))
  }
  named <- penalty_hint(penalty)
  if (is.null(named)) "Use penalty = penalty_sparse(), or penalty = penalty_graph(knn_graph)."
  else named
}

# The penalties that change with the weight, each at weight 1.
moving_penalties <- function(weigh) {
  one <- weigh(1)
  two <- weigh(2)
  if (identical(one, two)) {
    stop_input("penalty", "a function whose penalty has the weight that it is given",
               "one that returns the same for the weights 1 and 2",
               "Use it, as in penalty = function(lambda) penalty_sparse(lambda, on = \"w\").")
  }
  moves <- vapply(seq_along(one), function(i) !identical(one[[i]]$lambda, two[[i]]$lambda), NA)
  one[moves]
}

# Half decades, and 0 for no penalty. Weights that are a fraction of the one that leaves nothing
# stay below that one; weights without units go up to the value of Cai et al. (2011).
default_lambdas <- function(penalties, loss) {
  if (!all(vapply(penalties, is_unitless, NA, loss))) {
    stop_input("lambda", "given, since a good value depends on the units of the data here", "NULL",
               paste("Use lambda = c(0, 10^(-3:3)), say, or form = \"scale_invariant\" with",
                     "least squares."))
  }
  decades <- if (all(vapply(penalties, is_fraction, NA, loss))) -4:-1 else -2:1
  sort(c(0, 10^decades, 3 * 10^decades, if (max(decades) == 1L) 100))
}

# Whether the weight is a fraction of the one that leaves nothing, see ?penalties.
is_fraction <- function(one, loss) {
  if (loss != "frobenius") return(FALSE)
  (one$kind == "ridge" && one$on == "both" && one$form == "raw") ||
    (one$kind == "sparse" && one$form == "scale_invariant")
}

# Whether the weight means the same in all units of the data.
is_unitless <- function(one, loss) {
  is_fraction(one, loss) ||
    (one$form == "scale_invariant" &&
       (loss == "frobenius" || (one$kind == "sparse" && objective_degree(loss) == 1)))
}

check_lambdas <- function(lambda, weigh, loss) {
  moving <- moving_penalties(weigh)
  if (is.null(lambda)) return(default_lambdas(moving, loss))
  expected <- "NULL, or at least two different numbers of at least 0"
  if (!is.numeric(lambda) || !length(lambda)) stop_input("lambda", expected, describe(lambda))
  wrong <- !is.finite(lambda) | lambda < 0
  if (any(wrong)) stop_input("lambda", expected, format(lambda[wrong][[1L]]))
  lambda <- sort(unique(as.double(lambda)))
  if (length(lambda) < 2L) {
    stop_input("lambda", expected, paste(format(lambda), "alone"),
               "With one weight there is nothing to choose: give it to the penalty.")
  }
  lambda
}

# The solver of all fits, after a check that penalties, loss, solver and data go together.
check_weighed <- function(weigh, lambda, data, loss, solver, control) {
  penalties <- weigh(max(lambda))
  for (one in Filter(function(one) one$kind == "graph" && !is.function(one$graph), penalties)) {
    resolve_graph(one$graph, NULL, if (one$on == "h") samples_of(data$x) else features_of(data$x))
  }
  check_loss_data(loss, data, control)
  resolve_solver(solver, loss, penalties, control, data = data)
}
