# Spellings of version 0.1.0. Each is an error that prints the call to write instead. Only the
# tables below know these spellings.

# Old arguments by function, with their new names; NA for one that was removed.
old_arguments <- list(
  nmf_control = c(kernel = "backend", change = "step_tol", epsilon = "smoothing",
                  revive = "revive_dead"),
  penalty_graph = c(update = "step"),
  penalty_orthogonal = c(update = "step"),
  experiment_protocol = c(update = "step"),
  meta_nmf = c(alpha = "task_weights"),
  knn_graph = c(weights = "weighting", kernel = NA),
  rbf_graph = c(kernel = NA),
  plot_basis = c(scale = "colour_range"),
  cluster_samples = c(scale_h = "normalise")
)

# Old values by argument, with the new ones.
old_values <- list(
  form = c(scale_free = "scale_invariant"),
  step = c(single = "hard"),
  variants = c(c2 = "plain_matched", long = "plain_long"),
  of = c(c2 = "plain_matched", long = "plain_long"),
  to = c(c2 = "plain_matched", long = "plain_long")
)

# The error for a renamed or removed argument, with the user's call in the new spelling.
stop_old_argument <- function(name, verb, call) {
  renamed <- old_arguments[[verb]][[name]]
  said <- if (is.na(renamed)) paste0("`", name, "` is no longer an argument of ", verb, "()")
          else paste0("The argument `", name, "` is now called `", renamed, "`")
  stop_named(paste0(said, ".\nUse ", call_text(in_new_spelling(call, verb), verb), "."), "...")
}

# The weights of the tasks were an option of the control, and are an argument of the verb.
stop_old_alpha <- function(call) {
  value <- call[["alpha"]]
  call <- call[names_or_blanks(call) != "alpha"]
  control <- if (length(call) > 1L) paste0(", control = ", call_text(call, "meta_control"))
  stop_named(paste0("`alpha` is now `task_weights` of meta_nmf().\nUse meta_nmf(split, rank, ",
                    "task_weights = ", paste(deparse(value), collapse = " "), control, ")."), "...")
}

# A call with its old names and values replaced by the new ones.
in_new_spelling <- function(call, verb) {
  renamed <- old_arguments[[verb]]
  call <- call[!names_or_blanks(call) %in% names(renamed)[is.na(renamed)]]
  known <- names(call) %in% names(renamed)
  names(call)[known] <- renamed[names(call)[known]]
  for (name in intersect(names(call), names(old_values))) {
    value <- call[[name]]
    old <- old_values[[name]]
    if (is.character(value) && all(value %in% names(old))) call[[name]] <- unname(old[value])
  }
  call
}

# The hint for a value that was renamed or is another package's, with the call to write, or NULL.
new_value <- function(value, argument, choices) {
  if (length(value) != 1L || !(is.character(value) || is.numeric(value) || is.logical(value))) {
    return(NULL)
  }
  old <- old_values[[argument]]
  renamed <- is.character(value) && value %in% names(old)
  own <- if (renamed) old[[value]] else own_value(value, argument)
  if (!own %in% choices) return(NULL)
  if (renamed) return(paste0("It is now called \"", own, "\": use ", argument, " = \"", own, "\"."))
  use <- call_with(argument, value, own)
  if (identical(value, "ica")) return(paste0("There is no such start. Use ", use, "."))
  paste0("Here it is called \"", own, "\": use ", use, ".")
}

#' Functions of version 0.1.0
#'
#' `basis_parts()` is now called [basis_measures()].
#'
#' @param ... Arguments of the old function, printed in the new call.
#' @return None: an error of class `metanmf_error` that prints the call to write instead.
#' @keywords internal
#' @examples
#' try(basis_parts(matrix(1:4, 2)))
#' @export
basis_parts <- function(...) {
  stop_named(paste0("basis_parts() is now called basis_measures().\nUse ",
                    call_text(sys.call(), "basis_measures"), "."), "basis_parts")
}
