#' Options of meta-learning
#'
#' Says how [meta_nmf()] and [meta_gnmf()] run Algorithm 1. The text of the thesis and the code of
#' its author differ in several places; each is an option here. A preset sets all options that are
#' not given.
#'
#' @param epochs Number of rounds over all tasks and the target, 50 by default as in the thesis.
#' @param inner Options of the tasks' fits, made by [nmf_control()]. The default is 100 iterations,
#'   all of them run, with the largest entry of each column of W scaled to 1. Options of your own
#'   come with the defaults of [nmf_control()]: add `tol = 0` to run all iterations.
#' @param target Options of the target's fit and of [adapt()]. `NULL` (default) means those of
#'   `inner`.
#' @param transfer `"after"` (default) runs all fits first and then lines 6-9, as written.
#'   `"before"` precedes each fit by its own transfer, as the author's code does:
#'   \eqn{W_{si} \leftarrow W_{si} + W_t}{W_si <- W_si + W_t} before a task's fit, and
#'   \eqn{W_t \leftarrow W_t + (1/N) \sum \alpha_i W_{si}}{W_t <- W_t + (1/N) sum alpha_i W_si}
#'   before the target's.
#' @param accumulate `FALSE` (default) takes the sum over tasks of each epoch. `TRUE` never resets
#'   the sum, as in the author's code.
#' @param target_start `"init"` (default) starts W_t like the tasks. `"zero"` starts it from zeros,
#'   as in the author's code. It needs `transfer = "before"`, since a basis of zeros would otherwise
#'   stay there.
#' @param restart For graph-regularised models that start at random. With `"never"` (default) tasks
#'   go on from epoch to epoch. With `"even"` they start again from their NNDSVD in every even
#'   epoch, counted from 0. In the author's code a chained comparison inverts this switch: his
#'   Meta-GNMF without NNDSVD restarts, and the one with NNDSVD never does. For the latter use
#'   `init = "random", restart = "never"`.
#' @param evaluation What [adapt()] starts from. `"basis"` (default) is the learned basis. `"init"`
#'   is NNDSVD of the new data if that was the start, as in the author's Meta-NMF-NNDSVD, whose
#'   learned basis is never used.
#' @param preset `NULL` (default), `"thesis"` (as written) or `"author"` (as the public code runs).
#' @param ... Must be empty. An unknown option is an error that suggests the nearest one.
#' @return A list of class `meta_control`.
#' @section Scaling: Without scaling of the columns of W after each fit, lines 6-9 let the factors
#'   grow about 2.6-fold in each epoch, by the larger eigenvalue of the matrix (2 1; 1 1). The text
#'   does not mention a scaling. The author's code scales the largest entry of each column to 1, and
#'   then W_t stays below 1 + 2 times the mean of the tasks' weights.
#' @section Errors: Class `metanmf_error`, naming the option, what was given and what
#'   is expected.
#' @inherit nmf_control references
#' @examples
#' meta_control(epochs = 10)
#' meta_control(preset = "author")
#' @export
meta_control <- function(epochs = 50, inner = NULL, target = NULL,
                         transfer = c("after", "before"), accumulate = FALSE,
                         target_start = c("init", "zero"), restart = c("never", "even"),
                         evaluation = c("basis", "init"), preset = NULL, ...) {
  if ("alpha" %in% names(list(...))) stop_old_alpha(sys.call())
  check_inner_names(list(...), names(formals(meta_control)))
  check_dots(list(...), "meta_control")
  given <- names(match.call())[-1L]
  options <- list(epochs = epochs, inner = inner, target = target,
                  transfer = transfer, accumulate = accumulate,
                  target_start = target_start, restart = restart, evaluation = evaluation)
  if (!is.null(preset)) {
    preset <- check_choice(preset, "preset", names(nmf_presets))
    fill <- meta_preset(preset)
    fill <- fill[setdiff(names(fill), given)]
    options[names(fill)] <- fill
  }
  control <- new_meta_control(options, preset)
  check_target_start(control, given)
  structure(control, given = intersect(given, names(options)))
}

# The error for an option of the fits that was given among those of meta-learning. `place` says
# where it belongs, with %s in the place of nmf_control().
check_inner_names <- function(given, known, place = "inner = %s") {
  misplaced <- setdiff(intersect(names(given), names(formals(nmf_control))), c(known, "..."))
  if (!length(misplaced)) return(invisible())
  option <- misplaced[[1L]]
  value <- given[[option]]
  value <- if (is.atomic(value) && length(value) == 1L) describe(value) else "..."
  stop_named(paste0("`", option, "` is an option of the fits.\nUse ",
                    sprintf(place, paste0("nmf_control(", option, " = ", value, ")")), "."), "...")
}

meta_preset <- function(preset) {
  inner <- nmf_control(preset = preset)
  if (preset == "thesis") return(list(epochs = 50, inner = inner))
  # The author stops tasks on a small change, the target and the evaluation never.
  list(epochs = 50, inner = inner, target = nmf_control(preset = preset, step_tol = 0),
       transfer = "before", accumulate = TRUE, target_start = "zero", restart = "even",
       evaluation = "init")
}

new_meta_control <- function(options, preset) {
  inner <- options$inner
  if (is.null(inner)) inner <- nmf_control(max_iter = 100, tol = 0)
  structure(list(
    epochs = check_count(options$epochs, "epochs"),
    inner = check_fit_control(inner, "inner"),
    target = if (!is.null(options$target)) check_fit_control(options$target, "target"),
    transfer = check_choice(options$transfer, "transfer", c("after", "before")),
    accumulate = check_flag(options$accumulate, "accumulate"),
    target_start = check_choice(options$target_start, "target_start", c("init", "zero")),
    restart = check_choice(options$restart, "restart", c("never", "even")),
    evaluation = check_choice(options$evaluation, "evaluation", c("basis", "init")),
    preset = preset
  ), class = "meta_control")
}

# The options of the fits of an epoch. None stops to look for dead components, because the transfer
# that follows gives every component something of the other bases.
check_fit_control <- function(control, argument) {
  control <- check_control(control, argument = argument)
  if (isTRUE(control$revive_dead)) {
    stop_input(argument, "made with revive_dead = FALSE", "revive_dead = TRUE",
               "The fits of meta-learning report dead components and do not revive them.")
  }
  control
}

# A basis of zeros moves only when a transfer comes before the fit. The error names the
# option that was given, not the one a preset set.
check_target_start <- function(control, given) {
  if (control$target_start == "init" || control$transfer == "before") return(invisible())
  if ("target_start" %in% given) {
    stop_input("target_start", "\"init\" when transfer = \"after\"", "\"zero\"",
               "Multiplicative updates cannot leave zeros; use transfer = \"before\".")
  }
  stop_input("transfer", paste0("\"before\" when the target starts from zeros, as preset = \"",
                                control$preset, "\" has it"), "\"after\"",
             "Multiplicative updates cannot leave zeros; add target_start = \"init\".")
}

target_control <- function(control) {
  if (is.null(control$target)) control$inner else control$target
}

#' @export
print.meta_control <- function(x, ...) {
  cat("<meta_control>", if (!is.null(x$preset)) paste0(" preset \"", x$preset, "\""), "\n",
      sep = "")
  shown <- x[c("epochs", "transfer", "accumulate", "target_start", "restart", "evaluation")]
  cat(paste0("  ", names(shown), " = ", vapply(shown, format, "")), sep = "\n")
  print_part(x$inner, "inner")
  if (!is.null(x$target)) print_part(x$target, "target")
  invisible(x)
}

print_part <- function(options, label) {
  plain <- options[!vapply(options, is.null, NA) & names(options) != "smoothing"]
  plain <- toString(paste(names(plain), "=", vapply(plain, format, "")))
  writeLines(strwrap(paste0(label, ": ", plain), 90L, indent = 2L, exdent = 4L))
  smoothing <- options$smoothing
  if (!is.null(smoothing)) writeLines(paste0("    ", format_smoothing(smoothing)))
}

# "smoothing for kl: data = 2.22e-16, ...", a line per loss.
format_smoothing <- function(smoothing) {
  if (!is.list(smoothing)) smoothing <- list(smoothing)
  parts <- vapply(smoothing, function(one) {
    toString(paste(names(one), "=", vapply(one, format, "", digits = 3)))
  }, "")
  paste0("smoothing", if (!is.null(names(smoothing))) paste(" for", names(smoothing)), ": ", parts)
}

# "auto" is "mu" here: an epoch carries a start over, and pivoting would ignore its H.
meta_solver <- function(solver, loss, penalty, control) {
  if (identical(solver, eval(formals(meta_nmf)$solver)) || identical(solver, "auto")) solver <- "mu"
  solver <- resolve_solver(solver, loss, penalty, control)
  if (solver == "ccd") {
    stop_input("solver", "\"auto\", \"mu\", \"hals\", \"bpp\" or \"cg\" for a meta-learned fit",
               "\"ccd\"", "Use solver = \"mu\" with loss = \"kl\".")
  }
  solver
}
