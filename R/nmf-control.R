#' Options of a fit
#'
#' All options of [nmf()] and [gnmf()] that are not part of the model. The defaults serve most data.
#' A preset sets them to those of a published protocol instead.
#'
#' @param max_iter Largest number of iterations, 1000 by default. A stop rule often ends a fit
#'   earlier; a warning says when it did not.
#' @param tol When to stop. With `NULL`, the default, a fit stops when one iteration lowers the
#'   objective by less than 1e-5 of its value and the residual `kkt` is at most 0.002 (0.004 for
#'   Itakura-Saito and [beta_loss()]). Least squares also stop at a fall of less than 1e-7. Every
#'   fit stops when the objective is below 1e-14 of the size of the data, \eqn{\|X\|^2}{||X||^2} or
#'   the sum of X. Except on plateaus, such fits end within .05 % of where their path would end
#'   (`bench/stop.R`). A rule on the fall alone, as in other packages, stopped up to 1.5 % above.
#'   A number replaces all this by such a rule: the fit stops when the fall is less than `tol` times
#'   the objective. `0` runs all `max_iter` iterations. With exact orthogonality, and with a graph
#'   and `"mu"` or `"hals"`, `NULL` means 1e-5. An iteration that raises the objective never stops a
#'   fit. A fit that uses up its iterations first gives the warning `metanmf_not_converged`. For
#'   divergences and missing values the objective is known one iteration late, so one more is run.
#' @param step_tol Stop when the spectral norms of one iteration's change,
#'   \eqn{\|W - \tilde W\|_2}{||W - W_before||} and \eqn{\|H - \tilde H\|_2}{||H - H_before||}, are
#'   both below this number. `0`, the default, turns this rule off; the thesis author's code uses
#'   0.001. It depends on the units of `x`.
#' @param kkt Stop when the residual of the Karush-Kuhn-Tucker conditions is at most this number.
#'   `0`, the default, turns this rule off. The residual costs a pass over X, so it is computed in
#'   every tenth iteration. With g the gradient of F, it is the sum over both factors of
#'   \eqn{h_{kj} g_{kj}}{h_kj g_kj} where \eqn{g_{kj} \ge 0}{g_kj >= 0} and of
#'   \eqn{\max(h_{kj}, \bar h_k) |g_{kj}|}{max(h_kj, mean(h_k)) |g_kj|} elsewhere, divided by F (or
#'   by 1e-6 of the size of the data, if that is more). It is 0 at a stationary point, has no units,
#'   does not depend on how W and H share their scale, and notices entries that are locked at 0. A
#'   fit .05 % above a local optimum has .004 to .009 for least squares and Kullback-Leibler, and
#'   .007 to .023 for Itakura-Saito, if the noise is not small. Every fit reports it as `kkt`.
#' @param scale How the columns of W are scaled in the result: `"max"` (largest entry 1; default, as
#'   in the thesis author's code), `"l2"` (unit length), `"sum"` (sum 1, which makes the topics of
#'   counts distributions over words) or `"none"`. H is scaled to match, so W H does not change.
#'   The choice matters wherever rows of H are compared, as in [cluster_samples()].
#' @param backend What computes the products. `"blas"` is the BLAS that R uses. `"native"` is this
#'   package's own C code, several times faster than R's reference BLAS. `"auto"`, the default,
#'   takes `"native"` on processors with AVX-512, where it is as fast as an optimised BLAS or
#'   faster. Elsewhere it takes `"blas"` if the BLAS has the name of an optimised one. It never
#'   decides by timing, so that results can be repeated.
#' @param threads Number of threads of one fit, 1 by default, since spreading several fits over
#'   workers gains more. With more than one the native backend is used, so that its threads do not
#'   multiply with those of a BLAS. The result is the same to the bit. Without OpenMP, and in a
#'   forked child, one thread is used.
#' @param block Number of columns of X to work on at a time; it affects the speed alone. `0`, the
#'   default, takes all columns if X fits into the processor's cache, and else 64.
#' @param smoothing Small numbers that protect against division by zero: a vector with the names
#'   `data` (added to X and to W H in the quotient of the KL loss), `ratio` (added to denominators)
#'   and `floor` (smallest entry of W and H), or a list of such vectors named by loss. `NULL`, the
#'   default, adds nothing: the updates need no protection, and an added number changes the
#'   objective.
#' @param preset `NULL`, or the name of a protocol that sets whatever is not given. `"thesis"` is
#'   Khan (2025) as written: 100 iterations, all of them run. `"author"` is that thesis' public
#'   code: it also has `step_tol = 0.001`, adds 1.19e-7 to the denominators of the Frobenius
#'   updates, and in the KL updates adds 2.2e-16 to data and denominators and uses it as the floor.
#'   [gnmf()] takes its graph, `lambda` and loss from the preset as well.
#' @param revive_dead `TRUE` gives dead components (see [nmf()]) a new start when a stop rule ends
#'   the fit, and then continues it, see Reviving components. `FALSE` is the default.
#' @param revive_zeros With `TRUE`, the default, multiplicative updates bring back entries at or
#'   near 0 that the gradient asks for, every tenth iteration after the hundredth, see Reviving
#'   zeros. `FALSE` is the published update, in which an entry that is 0 stays 0.
#' @param ... Must be empty. All later arguments are matched by their whole names; an unknown name
#'   is an error that suggests the nearest one.
#' @return A list of class `nmf_control`. Its attribute `given` has the names of the options that
#'   were given. `max_iter`, `tol` and `threads` can also be given to [nmf()] and [gnmf()] directly.
#' @section Presets: An option that is given wins over the preset. All others become
#'
#' | option | default | `"thesis"` | `"author"` |
#' | --- | --- | --- | --- |
#' | `max_iter` | 1000 | 100 | 100 |
#' | `tol` | `NULL` | 0 | 0 |
#' | `step_tol` | 0 | 0 | 0.001 |
#' | `scale` | `"max"` | `"max"` | `"max"` |
#' | `revive_zeros` | `TRUE` | `FALSE` | `FALSE` |
#' | `smoothing`, least squares | nothing | nothing | ratio 2^-23 |
#' | `smoothing`, KL | nothing | nothing | data, ratio and floor 2^-52 |
#' | `solver = "auto"` | by the model, see [nmf()] | `"mu"` | `"mu"` |
#' | `graph` of [gnmf()] | [knn_graph()] | [rbf_graph()] | [rbf_graph()] |
#' | `lambda` and `form` | from the data, scale-invariant | 0.3, raw | 0.3, raw |
#' | `loss` of [gnmf()] | least squares | least squares | KL, graph step `"ratio"` |
#'
#' [meta_control()] says what presets set in meta-learning.
#' @section Division by zero: By default nothing is added to any denominator and no entry has a
#'   floor. Units do therefore not matter: if `x` is multiplied by c, so is W H, for any c, if the
#'   start is scaled alike. Raw penalties are an exception, as their lambda has units. For data
#'   below about 1e-160 or above about 1e150, squares leave the range of doubles. Then the objective
#'   that least squares report (`value`, [objective()]) becomes 0 or `Inf`; nothing else changes.
#'
#'   Rules for zero replace the small numbers:
#'   - A ratio whose denominator is 0 is 0, so the entry stays or becomes 0.
#'   - x / (WH) is 0 where WH is 0.
#'   - In coordinate descent a row of H whose column of W is 0 stays as it is, and the other way
#'     round.
#'   - A scale-invariant penalty that would divide by the length of a column or row that is 0 leaves
#'     it at 0.
#'   - A row of H whose column of W is so short that its square loses precision (a length below
#'     1e-145) stays as it is until that column has grown, and the other way round. With least
#'     squares a component that ends with both that short becomes 0.
#'   - In a start, a column of W whose largest entry is beyond \eqn{2^{\pm 300}}{2^300 or below
#'     2^-300} is brought near 1, and its row of H takes over the scale as far as that stays below
#'     \eqn{2^{300}}{2^300}.
#'   - Thresholds are relative to the data. Data whose largest entry is beyond
#'     \eqn{2^{\pm 300}}{2^300 or below 2^-300} are multiplied by a power of two that brings it near
#'     1, and results below the smallest normal number of that scale, 2e-308, become 0.
#'
#'   `smoothing`, which the preset `"author"` uses as well, is the exception: its numbers are
#'   absolute.
#' @section Progress: A call that takes longer than two seconds shows a progress bar in an
#'   interactive session. The time left is estimated from how fast the relative fall of F approaches
#'   `tol`, or from `max_iter` where that cannot be told. `options(metanmf.progress = FALSE)` shows
#'   no bars, `options(metanmf.progress = TRUE)` shows them in scripts and batch jobs too.
#' @section Errors: Class `metanmf_error`, naming the option, what was given and what is expected.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University.
#' @examples
#' nmf_control(max_iter = 200, tol = 1e-6)
#' nmf_control(preset = "thesis")
#' @export
nmf_control <- function(max_iter = 1000, tol = NULL, ..., step_tol = 0, kkt = 0,
                        scale = c("max", "l2", "sum", "none"),
                        backend = c("auto", "blas", "native"), threads = 1, block = 0,
                        smoothing = NULL, preset = NULL, revive_dead = FALSE,
                        revive_zeros = TRUE) {
  check_dots(list(...), "nmf_control")
  given <- names(match.call())[-1L]
  options <- list(max_iter = max_iter, tol = tol, step_tol = step_tol, kkt = kkt, scale = scale,
                  backend = backend, threads = threads, block = block, smoothing = smoothing,
                  revive_dead = revive_dead, revive_zeros = revive_zeros)
  if (!is.null(preset)) {
    preset <- check_choice(preset, "preset", names(nmf_presets))
    fill <- nmf_presets[[preset]][setdiff(names(nmf_presets[[preset]]), given)]
    options[names(fill)] <- fill
  }
  structure(new_nmf_control(options, preset), given = intersect(given, names(options)))
}

# A control with the options that its verb was given beside it, NULL for those it was not. Which
# were given to the control itself is kept in it: one in both places is refused.
raise_options <- function(control, options) {
  options <- Filter(Negate(is.null), options)
  if (!length(options)) return(control)
  maker <- class(control)[[1L]]
  for (name in intersect(names(options), attr(control, "given"))) {
    here <- paste0(name, " = ", describe(options[[name]]))
    there <- paste0("control = ", maker, "(", name, " = ", describe(control[[name]]), ")")
    stop_input(name, "given once, as an argument or as an option of `control`",
               paste0(here, ", and ", there), paste0("Use ", here, " or ", there, "."))
  }
  changed <- unclass(control)
  changed[names(options)] <- options
  make <- if (maker == "meta_control") new_meta_control else new_nmf_control
  structure(make(changed, control$preset), given = union(attr(control, "given"), names(options)))
}

# The values a preset gives to options that were not given.
nmf_presets <- list(
  thesis = list(max_iter = 100, tol = 0, scale = "max", revive_zeros = FALSE),
  author = list(max_iter = 100, tol = 0, step_tol = 0.001, scale = "max", revive_zeros = FALSE,
                smoothing = list(frobenius = c(data = 0, ratio = 2^-23, floor = 0),
                               kl = c(data = 2^-52, ratio = 2^-52, floor = 2^-52)))
)

new_nmf_control <- function(options, preset) {
  control <- structure(list(
    max_iter = check_count(options$max_iter, "max_iter"),
    tol = if (!is.null(options$tol)) check_number(options$tol, "tol", 0),
    step_tol = check_number(options$step_tol, "step_tol", 0),
    kkt = check_number(options$kkt, "kkt", 0),
    scale = check_choice(options$scale, "scale", c("max", "l2", "sum", "none")),
    backend = check_choice(options$backend, "backend", c("auto", "blas", "native")),
    threads = check_threads(options$threads, options$backend),
    block = check_count(options$block, "block", 0),
    smoothing = check_smoothing(options$smoothing),
    revive_dead = check_flag(options$revive_dead, "revive_dead"),
    revive_zeros = check_flag(options$revive_zeros, "revive_zeros"),
    preset = preset
  ), class = "nmf_control")
  check_revive(control)
  control
}

# More than one thread takes the native backend, because a BLAS would add threads of its own.
check_threads <- function(threads, backend) {
  threads <- check_count(threads, "threads")
  if (threads > 1L && identical(backend, "blas")) {
    stop_input("backend", "\"auto\" or \"native\" with several threads", "\"blas\"",
               "A BLAS has threads of its own.")
  }
  threads
}

check_smoothing <- function(smoothing) {
  parts <- c("data", "ratio", "floor")
  named <- function(value, known) {
    length(value) > 0L && !is.null(names(value)) && all(names(value) %in% known) &&
      !anyDuplicated(names(value))
  }
  one <- function(value) {
    is.numeric(value) && named(value, parts) && all(is.finite(value) & value >= 0)
  }
  by_loss <- is.list(smoothing) && named(smoothing, nmf_losses) && all(vapply(smoothing, one, NA))
  if (!(is.null(smoothing) || one(smoothing) || by_loss)) {
    stop_input("smoothing", paste("NULL, a non-negative vector named by", toString(parts),
                                "or a list of such vectors named by loss"),
               describe(smoothing))
  }
  smoothing
}

check_control <- function(control, class = "nmf_control", argument = "control") {
  if (!inherits(control, class)) {
    stop_input(argument, paste0("made by ", class, "()"), describe(control),
               paste0("Use ", argument, " = ", class, "()."))
  }
  control
}

# The same options for a run of so many iterations, stopped by `tol` at most.
run_exactly <- function(control, max_iter, tol = 0) {
  control$max_iter <- max_iter
  control$tol <- tol
  control$step_tol <- control$kkt <- 0
  control$revive_dead <- FALSE
  control
}

# What the default `tol = NULL` asks for: F falls by less than this share of its value in an
# iteration, and the KKT residual is below that. Itakura-Saito fits are within .05 % of their end at
# a larger residual (bench/stop.R), and so are those of a beta-divergence: within
# .03 % for b of 0.5 and 1.5, .05 % for -0.5, 24 planted problems.
settled_fall <- 1e-5
settled_residual <- c(frobenius = 2e-3, kl = 2e-3, is = 4e-3, beta = 4e-3, nb = 2e-3)
# Where the noise is small the residual over F stays large for long: least squares also end at a
# fall this small, within .01 % of the end of their path.
settled_alone <- c(frobenius = 1e-7, kl = 0, is = 0, beta = 0, nb = 0)

# The iteration from which multiplicative updates bring back zeros: as good as from the first one on
# Digits, and short fits are then the published updates.
first_revival <- 101L

# Above b = 2 the proof that F never rises does not hold, see ?nmf_control.
revives_zeros <- function(control, loss, added) {
  isTRUE(control$revive_zeros) && all(added == 0) && objective_degree(loss) <= 2
}

# The control list the C entries read. `trace`: keep F after every iteration.
engine_control <- function(control, loss, trace = TRUE) {
  smoothing <- control$smoothing
  if (is.list(smoothing)) smoothing <- smoothing[[loss]]
  added <- c(data = 0, ratio = 0, floor = 0)
  added[names(smoothing)] <- smoothing
  threads <- if (forked()) 1L else control$threads
  native <- control$threads > 1L
  list(backend = if (control$backend != "auto") control$backend
                else if (native) "native" else default_backend(),
       threads = threads, kkt = control$kkt, look = trace,
       instructions = chosen_instructions(),
       scale = control$scale, block = control$block, max_iter = control$max_iter,
       tol = if (is.null(control$tol)) settled_fall else control$tol,
       stationary = if (is.null(control$tol)) settled_residual[[loss]] else 0,
       tol_alone = settled_alone[[loss]],
       revive_from = if (revives_zeros(control, loss, added)) first_revival else 0L,
       step_tol = control$step_tol, step_tol_coef = control$step_tol,
       add_data = added[["data"]], add_ratio = added[["ratio"]], floor = added[["floor"]],
       trace = trace)
}

#' @export
print.nmf_control <- function(x, ...) {
  cat("<nmf_control>", if (!is.null(x$preset)) paste0(" preset \"", x$preset, "\""), "\n",
      sep = "")
  shown <- x[c("max_iter", "tol", "step_tol", "kkt", "scale", "backend", "threads", "block",
               "revive_dead", "revive_zeros")]
  shown <- vapply(shown, function(one) if (is.null(one)) "NULL" else format(one), "")
  cat(paste0("  ", names(shown), " = ", shown, "\n"), sep = "")
  if (!is.null(x$smoothing)) writeLines(paste0("  ", format_smoothing(x$smoothing)))
  invisible(x)
}
