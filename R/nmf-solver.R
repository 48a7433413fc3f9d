# Which solver supports which loss and penalty, and the engine's steps of a solver.

#' @section Solvers:
#' - `"mu"`: the multiplicative updates of Lee and Seung (2001), equations (2.32) and
#'   (2.33) of Khan (2025),
#'   \deqn{H \leftarrow H \circ (W'X) / (W'WH), \quad W \leftarrow W \circ (XH') / (WHH'),}{
#'         H <- H * (W'X) / (W'WH),  W <- W * (XH') / (WHH'),}
#'   for KL
#'   \deqn{H \leftarrow H \circ (W'(X / WH)) / (W'1), \quad
#'         W \leftarrow W \circ ((X / WH) H') / (1H'),}{
#'         H <- H * (W'(X / WH)) / (W'1),  W <- W * ((X / WH) H') / (1H'),}
#'   and for Itakura-Saito \eqn{H \leftarrow H \circ (W'(X / (WH)^2)) / (W'(1 / WH))}{
#'   H <- H * (W'(X / (WH)^2)) / (W'(1 / WH))}, with W alike (Fevotte and Idier, 2011, see
#'   [beta_loss()]). These updates leave an entry that is 0 at 0. After 100 iterations, the zeros
#'   that F would rather have positive are brought back (`revive_zeros` in [nmf_control()]).
#' - `"hals"`: coordinate descent (Cichocki and Phan, 2009) with several turns in a step (Gillis and
#'   Glineur, 2012): 2 to 8 over H, by m / (8 r), and 4 over W. It is often ten times as fast as
#'   `"mu"`.
#' - `"bpp"`: alternating non-negative least squares, each solved exactly by block principal
#'   pivoting (Kim and Park, 2011). It does not use the start of H. A random start is first moved by
#'   one iteration of `"hals"`, because the exact H of a random W would leave out components that
#'   then stay dead.
#' - `"ccd"`, KL only: cyclic coordinate descent with extrapolation, see [solver_ccd].
#' - `"online"`: mini-batches, for large data and streams, see [solver_online()].
#' - `"cg"`: conjugate gradients for a factor that a graph or smooth penalty ties together, see
#'   [penalty_graph()]; the other factor moves as with `"hals"`.
#' - `"auto"` takes `"mu"` with orthogonality, a raw graph or a preset; `"cg"` with other graphs;
#'   `"ccd"` with KL and sparse X; and `"hals"` otherwise. Where the table below does not allow that
#'   solver, it takes one that the table allows. It looks at the model and the class of X only.
#'
#' | loss | solver | penalties |
#' | --- | --- | --- |
#' | `"frobenius"` | `"mu"` | all but exact orthogonality with `step = "hard"` |
#' | `"frobenius"` | `"hals"` | all but `step = "choi"` |
#' | `"frobenius"` | `"bpp"` | sparse, ridge |
#' | `"frobenius"` | `"cg"` | all but exact orthogonality; no simplex, no `missing = "unstored"` |
#' | `"kl"` | `"mu"` | graph, smooth, sparse, ridge; orthogonal in the raw form |
#' | `"kl"` | `"ccd"` | sparse, ridge |
#' | `"is"` | `"mu"` | sparse in the raw form |
#' | `beta_loss(b)` | `"mu"` | sparse, ridge |
#' | `nb_loss()` | `"mu"` | graph, smooth, sparse, ridge; orthogonal in the raw form |
#'
#' Weights, missing values, known components and several starts go with every row of the table. One
#' exception: a factor that is to be exactly orthogonal cannot have known components. [constraints]
#' have a page of their own. Sparse X goes with every loss but `"is"` and `beta_loss(b)` for b of 0
#' or less, which take sparse X as ratings only (`missing = "unstored"`). Every other combination is
#' an error that says what to use.
#' @rdname nmf
#' @name nmf
NULL

nmf_losses <- c("frobenius", "kl", "is")
nmf_solvers <- c("auto", "mu", "hals", "bpp", "ccd", "cg")

# Checks that loss, penalties, constraints and data go together, and chooses the solver.
check_spec <- function(loss, solver, penalties, control, data, constraints = NULL, known = NULL,
                       rank = NULL) {
  check_loss_data(loss, data, control)
  check_revive_exact(control, penalties)
  check_revive_dispersion(control, loss)
  control <- constrained_control(control, constraints, loss)
  check_free_scale(constraints, penalties, known, rank)
  check_known_shares(known, constraints, loss)
  online <- online_options(solver)
  solver <- if (is.null(online)) resolve_solver(solver, loss, penalties, control, constraints, data)
            else check_online(loss, penalties, control, data, constraints, known)
  list(loss = loss, penalties = penalties, control = control, constraints = constraints,
       solver = solver, online = online)
}

# Why a solver does not offer a combination, with what to do instead; NULL when it does.
refuse_solver <- function(solver, loss, penalties, constraints = NULL, partial = FALSE) {
  if (solver == "ccd" && loss != "kl") return("Solver \"ccd\" goes with loss = \"kl\" only.")
  if (!solver %in% c("mu", "ccd") && loss != "frobenius") {
    name <- if (inherits(loss, "nmf_loss")) format(loss) else paste("The", toupper(loss), "loss")
    also <- if (loss == "kl") " or \"ccd\""
    return(paste0(name, " goes with solver = \"mu\"", also, " only."))
  }
  if (solver == "ccd" && has_penalty(penalties, c("graph", "smooth", "orthogonal"))) {
    return("Use solver = \"mu\" with a graph, smooth or orthogonal penalty.")
  }
  if (solver == "ccd" && on_a_simplex(constraints)) {
    return("Columns of H on the simplex go with solver = \"mu\".")
  }
  if (solver == "mu" && on_a_simplex(constraints) && !sums_by_scale(constraints, loss)) {
    return("Columns of H on the simplex go with solver = \"hals\" or \"bpp\".")
  }
  if (solver == "cg" && on_a_simplex(constraints)) {
    return("Columns of H on the simplex go with solver = \"hals\".")
  }
  if (solver == "cg" && partial) {
    return("With missing = \"unstored\" use solver = \"hals\" or \"mu\".")
  }
  if (!length(penalties)) return(NULL)
  soft <- Filter(function(one) !isTRUE(one$exact), penalties)
  if (solver == "bpp" && has_penalty(soft, c("graph", "smooth", "orthogonal"))) {
    return("Use solver = \"hals\" or \"mu\" with a graph, smooth or orthogonal penalty.")
  }
  exact <- find_penalty(Filter(function(one) isTRUE(one$exact), penalties), "orthogonal")
  if (!is.null(exact) && exact$step == "choi" && solver != "mu") {
    return("Choi's update goes with solver = \"mu\" only.")
  }
  if (!is.null(exact) && exact$step == "hard" && solver != "hals") {
    return("Exact orthogonality goes with solver = \"hals\" only.")
  }
}

# Penalties that a loss supports with no solver.
refuse_loss <- function(loss, penalties) {
  if (!length(penalties)) return(NULL)
  kinds <- vapply(penalties, `[[`, "", "kind")
  raw <- vapply(penalties, `[[`, "", "form") == "raw"
  if (loss != "frobenius" && any(vapply(penalties, function(one) isTRUE(one$exact), NA))) {
    return("Exact orthogonality needs loss = \"frobenius\".")
  }
  if (loss %in% c("kl", "nb") && any(kinds == "orthogonal" & !raw)) {
    return("With this loss use penalty_orthogonal(form = \"raw\").")
  }
  if (loss == "is" && any(!(kinds == "sparse" & raw))) {
    return(paste("With loss = \"is\" only penalty_sparse(form = \"raw\") is offered; use loss =",
                 "\"kl\" or \"frobenius\" for other penalties."))
  }
  if (loss == "beta" && !all(kinds %in% c("sparse", "ridge"))) {
    return(paste("With beta_loss() only penalty_sparse() and penalty_ridge() are offered; use loss",
                 "= \"kl\" or \"frobenius\" for other penalties."))
  }
  plain <- vapply(penalties, function(one) identical(one$step, "ratio"), NA)
  if (loss == "kl" && any(plain) && length(penalties) > 1L) {
    return("penalty_graph(step = \"ratio\") does not combine: use step = \"root\".")
  }
}

# Why constraints do not go with the loss or the penalties: list(argument, expected, given, hint),
# or NULL when they do.
refuse_constraint <- function(constraints, loss, penalties) {
  if (is.null(constraints)) return(NULL)
  if (any(vapply(penalties, function(one) isTRUE(one$exact), NA))) {
    return(list("constraint", "left out with exact orthogonality", "both",
                "Use penalty_orthogonal(exact = FALSE) with bounds."))
  }
  if (!on_a_simplex(constraints)) return(NULL)
  if (loss == "kl") {
    if (length(penalties)) {
      return(list("penalty", "left out where loss = \"kl\" and columns of H are to be shares",
                  toString(vapply(penalties, format, "")),
                  "Use no constraint: coef(fit, type = \"proportion\") gives shares of any fit."))
    }
    if (!is.null(find_constraint(constraints, "upper"))) {
      return(list("constraint", "the simplex or bounds, not both, with loss = \"kl\"", "both",
                  "Use constraint = constraint_simplex()."))
    }
    return(NULL)
  }
  if (loss != "frobenius") {
    return(list("loss", "\"frobenius\" or \"kl\" with columns of H on the simplex",
                if (inherits(loss, "nmf_loss")) format(loss) else paste0("\"", loss, "\""),
                "Use loss = \"frobenius\"."))
  }
  if (!is.null(find_penalty(penalties, "sparse", "h"))) {
    return(list("penalty", "none that is sparse on H where its columns sum to 1",
                "penalty_sparse() on H",
                paste("The L1 norm of such columns is constant, so that it makes nothing sparse:",
                      "use penalty_sparse(on = \"w\").")))
  }
  if (!is.null(find_penalty(penalties, "orthogonal", "h"))) {
    return(list("penalty", "none that is orthogonal on H where its columns sum to 1",
                "penalty_orthogonal() on H", "Use penalty_orthogonal(on = \"w\")."))
  }
}

# The solver to take, checked against the table in ?nmf.
resolve_solver <- function(solver, loss, penalties, control, constraints = NULL, data = NULL) {
  solver <- check_choice(solver, "solver", nmf_solvers)
  refused <- refuse_constraint(constraints, loss, penalties)
  if (!is.null(refused)) do.call(stop_input, refused)
  reason <- refuse_loss(loss, penalties)
  if (!is.null(reason)) {
    stop_input("loss", "one that goes with the penalties, see the table in ?nmf",
               if (inherits(loss, "nmf_loss")) format(loss) else paste0("\"", loss, "\""), reason)
  }
  if (solver == "auto") return(choose_solver(loss, penalties, control, constraints, data))
  reason <- refuse_solver(solver, loss, penalties, constraints, isTRUE(data$partial))
  if (is.null(reason) && solver == "ccd" && smooths(control, loss)) {
    reason <- "Use solver = \"mu\" with `smoothing` and with the presets."
  }
  if (!is.null(reason)) {
    stop_input("solver", "one that goes with the loss and the penalties, see the table in ?nmf",
               paste0("\"", solver, "\""), reason)
  }
  solver
}

# Whether small numbers are added to the updates.
smooths <- function(control, loss) {
  any(unlist(engine_control(control, loss)[c("add_data", "add_ratio", "floor")]) > 0)
}

# The rule of "auto" looks at the model alone, never at timings. On every shape of bench/peers.R
# coordinate descent was the first to reach 1.02 times the best error, or within a tenth of the time
# of the first. With a graph it has to take half steps, whereas conjugate gradients move all samples
# together (bench/graph-step.R). With orthogonality it stops too early, and multiplicative updates
# were first (bench/penalties.R). Presets reproduce these updates. So does the raw form of a graph,
# which has no minimiser. On sparse counts cyclic coordinate descent came nearer to the best
# deviance in the same time (bench/kl.R).
choose_solver <- function(loss, penalties, control, constraints = NULL, data = NULL) {
  counts <- methods::is(data$x, "sparseMatrix") && is.null(control$preset)
  if (counts && !smooths(control, loss) &&
        is.null(refuse_solver("ccd", loss, penalties, constraints))) return("ccd")
  graphs <- Filter(function(one) one$kind == "graph", penalties)
  raw <- any(vapply(graphs, `[[`, "", "form") == "raw")
  ratios <- !is.null(control$preset) || raw || has_penalty(penalties, "orthogonal")
  order <- if (ratios) c("mu", "hals") else if (length(graphs)) c("cg", "mu", "hals")
           else c("hals", "mu")
  partial <- isTRUE(data$partial)
  Filter(function(one) is.null(refuse_solver(one, loss, penalties, constraints, partial)),
         order)[[1L]]
}

# Turns of coordinate descent in a step of H and of W. A turn over H costs r / m of the
# products with X, so more of them pay where m is large beside r; W's cost next to nothing.
hals_cycles <- function(features, rank) {
  c(max(2L, min(8L, as.integer(round(features / (8 * rank))))), 4L)
}

# Steps of the two sides as the engine names them.
solver_steps <- function(solver, penalties, limits = NULL) {
  pairs <- solver == "hals" && isTRUE(limits$simplex)
  steps <- list(coef_step = if (pairs) "pairs" else solver,
                basis_step = if (solver == "exact") "mu" else solver)
  exact <- Filter(function(one) isTRUE(one$exact), penalties)
  for (one in exact) {
    side <- if (one$on == "h") "coef_step" else "basis_step"
    steps[[side]] <- if (one$step == "choi") "choi" else "hard"
  }
  steps
}
