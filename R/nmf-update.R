# Class nmf_fit: the call of a fit, evaluated again.

#' Fit again with changed arguments
#'
#' Evaluates the call of a fit again, with the arguments that are given in place of those it had. It
#' is the call typed anew: from a new start, of the data as they now are, and with nothing of the
#' fit itself.
#'
#' The fit keeps its call (`fit$call`) but not its data, so the names in it are looked up where
#' `update()` is called. A fit that a function made of data of its own is updated within that
#' function, or with the data: `update(fit, x = data)`. `set.seed()` before the call makes it
#' repeatable, as for the fit.
#'
#' @param object A fit made by [nmf()], [gnmf()], [meta_nmf()], [meta_gnmf()], [adapt()] or
#'   [as_nmf()].
#' @param ... Arguments of that function by their names, such as `rank = 4`; `NULL` stands for its
#'   default.
#' @param evaluate `TRUE` (default), or `FALSE` for the call alone.
#' @return A fit, or a call.
#' @section Errors: Class `metanmf_error` for a fit without a call (saved by version 0.1.0, or some
#'   components of another fit), for an argument without a name, and for a name in the call that
#'   is not to be found.
#' @seealso `init = fit` in [nmf()], to go on from a fit, with more components too.
#' @examples
#' set.seed(1)
#' x <- t(as.matrix(iris[, 1:4]))
#' fit <- nmf(x, 2)
#' update(fit, rank = 3)
#' update(fit, loss = "kl", n_start = 5, evaluate = FALSE)
#' @importFrom stats update
#' @export
update.nmf_fit <- function(object, ..., evaluate = TRUE) {
  check_flag(evaluate, "evaluate")
  call <- object$call
  if (is.null(call)) {
    stop_input("object", "a fit that keeps its call", "a fit without one",
               "Type the call anew, as in nmf(x, rank = 3).")
  }
  changes <- match.call(expand.dots = FALSE)$...
  unnamed <- names_or_blanks(changes) == ""
  if (any(unnamed)) {
    stop_named(paste0("All arguments of update() after `object` must be named.\nUse them as in ",
                      "update(fit, rank = 3)."), "...")
  }
  # A part that is NULL goes, and the default stands.
  for (name in names(changes)) call[[name]] <- changes[[name]]
  if (evaluate) evaluate_call(call, parent.frame()) else call
}

# The functions are this package's, attached or not.
evaluate_call <- function(call, home) {
  symbols <- Filter(is.name, as.list(call)[-1L])
  known <- vapply(symbols, function(one) exists(as.character(one), home), NA)
  if (!all(known)) {
    absent <- names(symbols)[!known][[1L]]
    stop_input("object", "a fit whose call can be evaluated here",
               paste0("`", call_text(call, as.character(call[[1L]])), "`, where `",
                      as.character(symbols[[absent]]), "` is not to be found"),
               paste0("Use update(fit, ", absent, " = data), with the data themselves."))
  }
  call[[1L]] <- call("::", quote(metanmf), call[[1L]])
  eval(call, home)
}
