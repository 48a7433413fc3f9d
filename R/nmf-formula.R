# nmf() of tables: a data frame, and columns of one chosen by a formula.

#' @rdname nmf
#' @export
nmf.data.frame <- function(x, rank, ..., samples = c("rows", "columns")) {
  check_verb_dots(list(...), "nmf")
  fit <- nmf.default(x, rank, ..., samples = samples)
  fit$call <- short_call(match.call(), "nmf")
  fit
}

#' @rdname nmf
#' @export
nmf.formula <- function(formula, data, rank, ...) {
  check_verb_dots(list(...), "nmf")
  call <- short_call(match.call(), "nmf")
  if (length(formula) == 3L) stop_response(call)
  if (base::missing(data) || !is.data.frame(data)) {
    stop_input("data", "a data frame with the columns of the formula, samples in rows",
               if (base::missing(data)) "nothing" else describe(data),
               "A matrix needs no formula: use nmf(x, rank).")
  }
  if ("samples" %in% ...names()) {
    stop_input("samples", "left out: a formula chooses columns, and samples are rows",
               describe(list(...)[["samples"]]))
  }
  model <- formula_terms(formula, data)
  # The default method finds the terms here and keeps them in the fit.
  x <- structure(formula_matrix(model, data, "data"), metanmf_formula = model)
  fit <- nmf.default(x, rank, ..., samples = "rows")
  fit$call <- call
  fit
}

# A factorisation has no response: the error prints the call without one.
stop_response <- function(call) {
  at <- which(vapply(as.list(call), is_two_sided, NA))
  if (length(at)) call[[at[[1L]]]] <- call[[at[[1L]]]][-2L]
  stop_input("formula", "one-sided, ~ and the columns to factorise",
             "one with a response, left of the ~",
             paste0("A factorisation has none: use ", call_text(call, "nmf"), "."))
}

is_two_sided <- function(part) {
  is.call(part) && identical(part[[1L]], quote(`~`)) && length(part) == 3L
}

# The terms of the columns that a formula chooses, all of them numbers. They hold no environment
# but the global one, so that a fit that keeps them stays small.
formula_terms <- function(formula, data) {
  terms <- stats::terms(formula, data = data)
  labels <- attr(terms, "term.labels")
  if (!length(labels) || !is.null(attr(terms, "offset"))) {
    stop_input("formula", "~ and at least one column, without offset()",
               paste(deparse(formula), collapse = " "), "All columns of `data` are ~ . .")
  }
  chosen <- stats::reformulate(labels, intercept = FALSE, env = environment(formula))
  frame <- stats::model.frame(chosen, data, na.action = stats::na.pass)
  check_formula_columns(frame, formula, labels)
  terms <- attr(frame, "terms")
  environment(terms) <- globalenv()
  attr(terms, ".Environment") <- globalenv()
  terms
}

# Factors, text and dates are refused by name, with the formula that leaves them out.
check_formula_columns <- function(frame, formula, labels) {
  wrong <- names(frame)[!vapply(frame, is_number, NA)]
  if (!length(wrong)) return(invisible())
  kept <- setdiff(labels, c(wrong, paste0("`", wrong, "`")))
  typed <- formula[[length(formula)]]
  rest <- if (identical(typed, quote(.)) || "." %in% all.names(typed)) {
    paste("~", paste(c(paste(deparse(typed), collapse = " "), wrong), collapse = " - "))
  } else if (length(kept)) {
    paste("~", paste(kept, collapse = " + "))
  }
  stop_input("formula", "made of columns of numbers",
             paste0("column \"", wrong[[1L]], "\" of class ", class(frame[[wrong[[1L]]]])[[1L]],
                    if (length(wrong) > 1L) paste0(", and ", length(wrong) - 1L, " more")),
             if (!is.null(rest)) paste0("Use the formula ", rest, "."))
}

# The matrix of the terms, samples in rows as in `data`. Names of rows that R made are none.
formula_matrix <- function(terms, data, argument) {
  absent <- setdiff(all.vars(terms), names(data))
  absent <- absent[!vapply(absent, exists, NA, envir = globalenv())]
  if (length(absent)) {
    stop_input(argument, "a data frame with all columns of the formula",
               paste("no column", some_names(absent)))
  }
  frame <- stats::model.frame(terms, data, na.action = stats::na.pass)
  wrong <- which(!vapply(frame, is_number, NA))
  if (length(wrong)) {
    stop_input(argument, "a data frame whose columns of the formula are numbers",
               paste0("column \"", names(frame)[[wrong[[1L]]]], "\" of class ",
                      class(frame[[wrong[[1L]]]])[[1L]]))
  }
  frame[] <- lapply(frame, function(column) if (is.logical(column)) column + 0 else column)
  x <- stats::model.matrix(terms, frame)
  names <- sub("^`(.*)`$", "\\1", colnames(x))
  rows <- if (.row_names_info(data) > 0L) rownames(data)
  matrix(x, nrow(x), ncol(x), dimnames = list(rows, names))
}

# New data of a fit by its formula: the columns that it names, whatever else the data frame has.
formula_data <- function(data, fit, argument) {
  terms <- fit$model[["formula"]]
  if (is.null(terms) || !is.data.frame(data)) data else formula_matrix(terms, data, argument)
}
