# Class nmf_fit: the call of a fit, evaluated again.

#' Fit again with changed arguments
#'
#' Evaluates the call of a fit again with some arguments changed. The result is the same as if the
#' call were typed anew: it has a new start, uses the data as they are now, and nothing of the old
#' fit.
#'
#' The fit keeps its call (`fit$call`) but not its data, so the names in the call are looked up
#' where `update()` is called. If a function made the fit from data of its own, call `update()`
#' within that function, or give the data: `update(fit, x = data)`. Call `set.seed()` first to make
#' it repeatable.
#'
#' @param object A fit made by [nmf()], [gnmf()], [meta_nmf()], [meta_gnmf()], [adapt()] or
#'   [as_nmf()].
#' @param ... Arguments of that function by their names, such as `rank = 4`. `NULL` means its
#'   default.
#' @param evaluate `TRUE` (default) fits. `FALSE` returns the call only.
#' @return A fit, or a call.
#' @section Errors: Class `metanmf_error` for a fit without a call (saved by version 0.1.0, or some
#'   components of another fit), for an argument without a name, and for a name in the call that
#'   cannot be found.
#' @seealso `init = fit` in [nmf()] continues a fit, also with more components.
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
               "Type the call again, as in nmf(x, rank = 3).")
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
                      as.character(symbols[[absent]]), "` cannot be found"),
               paste0("Use update(fit, ", absent, " = data) with the data themselves."))
  }
  call[[1L]] <- call("::", quote(metanmf), call[[1L]])
  eval(call, home)
}
