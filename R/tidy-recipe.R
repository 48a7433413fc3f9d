# A step of a recipe. Neither recipes nor generics is needed, loaded or imported.

#' A recipe's step: coefficients of a factorisation
#'
#' `step_nmf()` is a step for a recipe of the package recipes. `prep()` fits [nmf()] to the selected
#' columns of the training data, or takes a given `basis`. `bake()` finds each row's coefficients
#' for this basis, as [predict.nmf_fit()] does, and replaces the columns by them. A row's
#' coefficients depend on no other row, so baked training data have the coefficients of `predict()`,
#' not those of the fit.
#'
#' A recipe has samples in rows and features in columns. `basis` has features in rows, as everywhere
#' in this package. Random starts are drawn from R's stream of random numbers, so call `set.seed()`
#' before `prep()` to make them repeatable; the step has no seed of its own. Case weights are not
#' used. `options = list(weights = )` gives weights to the rows of the training data.
#'
#' The recipes package has a step `step_nnmf_sparse()` as well. It fits by the package RcppML and
#' bakes by multiplying the data by the loadings, which does not give coefficients.
#'
#' @param recipe A recipe, of package recipes.
#' @param ... Selectors of columns, see `recipes::selections`. The columns must be numbers of at
#'   least 0. If no column is selected, the step does nothing.
#' @param role The role of the new columns: `"predictor"` by default.
#' @param trained Whether `prep()` has run; set by it.
#' @param num_comp Number of components, 5 by default as in `recipes::step_pca()`. It is reduced to
#'   the number of rows or selected columns if there are fewer of these. 0 leaves the data as they
#'   are. It is not used if `basis` is given. It can be tuned.
#' @param basis `NULL` (default) fits one. Otherwise the basis to use as it is: a matrix with a row
#'   for each selected column and a column for each component, see [as_nmf()], or a fit, of class
#'   `nmf_fit`. Rows are matched with columns by name.
#' @param options A list of further arguments of [nmf()], such as `list(loss = "kl", n_start = 5)`,
#'   or of [as_nmf()] if `basis` is a matrix. With `missing = "mask"`, `NA` in the training data and
#'   in new data is left out.
#' @param res The basis and how it was found; set by `prep()`.
#' @param columns The selected columns; set by `prep()`.
#' @param prefix How the names of new columns begin: `"NMF"` gives `NMF1`, `NMF2`, or `NMF01` with
#'   ten components and more.
#' @param keep_original_cols Whether the selected columns are kept. `FALSE` by default.
#' @param skip Whether `bake()` of new data leaves this step out. `FALSE` by default.
#' @param id A name for the step, by default one that no other has.
#' @return The recipe with the step added. `generics::tidy()` of the step, or of the recipe with its
#'   number, gives `terms`, `value`, `component` and `id`: the selectors before `prep()`, and the
#'   entries of the basis after it.
#' @section Sparse data: Output is sparse if `bake(composition = "dgCMatrix")` asks for it.
#'   Columns that are sparse vectors of the package sparsevctrs, as recipes 1.2 and later carry
#'   them, are read as a sparse matrix and fitted without being made dense. The coefficients
#'   themselves are dense columns.
#' @section Errors: Class `metanmf_error`, with the names of the columns, for missing values
#'   (unless `options` has `missing`) and values below 0, for a `basis` that does not go with
#'   the columns, for options that [nmf()] does not know, and if recipes is not installed.
#' @seealso [tidy.nmf_fit()]
#' @examples
#' if (requireNamespace("recipes", quietly = TRUE)) {
#'   train <- iris[c(1:40, 51:90, 101:140), ]
#'   recipe <- recipes::recipe(Species ~ ., data = train)
#'   recipe <- step_nmf(recipe, recipes::all_numeric_predictors(), num_comp = 2)
#'   set.seed(1)
#'   trained <- recipes::prep(recipe)
#'   print(recipes::bake(trained, iris[c(41, 91, 141), ]))
#'   recipes::tidy(trained, number = 1)
#' }
#' @export
step_nmf <- function(recipe, ..., role = "predictor", trained = FALSE, num_comp = 5, basis = NULL,
                     options = list(), res = NULL, columns = NULL, prefix = "NMF",
                     keep_original_cols = FALSE, skip = FALSE, id = recipes::rand_id("nmf")) {
  check_installed("recipes", "step_nmf()")
  check_given("recipe", "a recipe", "Use step_nmf(recipes::recipe(y ~ ., data), ...).")
  if (!inherits(recipe, "recipe")) {
    stop_input("recipe", "a recipe, as recipes::recipe() makes it", describe(recipe))
  }
  if (!is.list(options) || is.data.frame(options)) {
    stop_input("options", "a list of arguments of nmf()", describe(options),
               "Use options = list(loss = \"kl\").")
  }
  check_names(options, step_options(basis), "options")
  if (!is.call(num_comp)) num_comp <- check_count(num_comp, "num_comp", 0)
  recipes::add_step(recipe, new_step_nmf(
    terms = rlang::enquos(...), role = role, trained = trained, num_comp = num_comp, basis = basis,
    options = options, res = res, columns = columns, prefix = prefix,
    keep_original_cols = check_flag(keep_original_cols, "keep_original_cols"),
    skip = check_flag(skip, "skip"), id = id
  ))
}

new_step_nmf <- function(...) recipes::step(subclass = "nmf", ...)

# What `options` may hold: arguments of the verb that makes the fit, none of a given fit but
# `missing`, which is predict()'s.
step_options <- function(basis) {
  if (inherits(basis, "nmf_fit")) return("missing")
  if (!is.null(basis)) return(c("missing", "loss", "penalty"))
  setdiff(names(formals(nmf.default)), c("x", "rank", "...", "samples", "assay"))
}

#' @exportS3Method recipes::prep
prep.step_nmf <- function(x, training, info = NULL, ...) {
  columns <- unname(recipes::recipes_eval_select(x$terms, training, info))
  recipes::check_type(training[, columns], types = c("double", "integer"))
  x$columns <- columns
  x$trained <- TRUE
  if (length(columns) && (x$num_comp > 0 || !is.null(x$basis))) {
    x$res <- if (is.null(x$basis)) step_fit(x, training)
             else step_basis(x$basis, columns, x$options)
    # bake() does not use the coefficients of the training data, which can be many.
    x$res$h <- x$res$h[, 0L, drop = FALSE]
    x$num_comp <- x$res$rank
  }
  x
}

step_fit <- function(step, training) {
  data <- step_data(training, step$columns, step$options$missing)
  do.call(nmf, c(list(data, min(step$num_comp, dim(data))), step$options))
}

step_basis <- function(basis, columns, options) {
  given <- if (inherits(basis, "nmf_fit")) basis
           else do.call(as_nmf, c(list(basis), options[names(options) != "missing"]))
  if (nrow(given$w) != length(columns)) {
    stop_input("basis", paste("a basis with a row for each of the", length(columns),
                              "selected columns"), describe(given$w))
  }
  name_order(rownames(given$w), columns, "basis", "the selected columns")
  given
}

#' @exportS3Method recipes::bake
bake.step_nmf <- function(object, new_data, ...) {
  columns <- object$columns
  if (is.null(object$res)) return(new_data)
  recipes::check_new_data(columns, object, new_data)
  missing <- if (is.null(object$options$missing)) "error" else object$options$missing
  x <- step_data(new_data, columns, object$options$missing)
  # predict() looks for samples where the data of a fit that was given had them.
  if (identical(object$res$data[["samples"]], "rows")) x <- Matrix::t(x)
  found <- as.data.frame(t(stats::predict(object$res, x, missing = missing)))
  found <- recipes::check_name(found, new_data, object)
  if (!object$keep_original_cols) new_data <- new_data[setdiff(names(new_data), columns)]
  for (name in names(found)) new_data[[name]] <- found[[name]]
  new_data
}

# The selected columns as features x samples. Here features are columns, so errors name columns.
step_data <- function(data, columns, missing = NULL) {
  x <- column_matrix(data[columns])
  values <- stored_values(x)
  if (is.null(missing) && anyNA(values)) {
    stop_columns(x, which(is.na(values)), "without missing values",
                 "Use options = list(missing = \"mask\"), or impute in a step before.")
  }
  below <- which(values < 0)
  if (length(below)) {
    stop_columns(x, below, "of numbers of at least 0",
                 "Use recipes::step_range() before this step.")
  }
  x
}

# Where columns are sparse vectors, the package that makes them is loaded. It is not needed here.
column_matrix <- function(data, package = "sparsevctrs") {
  if (isNamespaceLoaded(package)) {
    package <- asNamespace(package)
    if (any(vapply(data, package$is_sparse_vector, NA))) {
      return(Matrix::t(package$coerce_to_sparse_matrix(data)))
    }
  }
  t(as.matrix(data))
}

# `bad`: which of the stored entries of x, whose rows are the columns of the data.
stop_columns <- function(x, bad, expected, hint) {
  place <- if (is.matrix(x)) arrayInd(bad, dim(x)) else entry_places(x, bad)
  names <- rownames(x)[sort(unique(place[, 1L]))]
  stop_input("data", paste("columns", expected), paste("others in", some_names(names)), hint)
}

#' @export
print.step_nmf <- function(x, width = max(20, getOption("width") - 30), ...) {
  title <- if (x$trained && is.null(x$res)) "No NMF components were extracted from "
           else "NMF extraction with "
  recipes::print_step(x$columns, x$terms, x$trained, title, width)
  invisible(x)
}

#' @exportS3Method generics::tidy
tidy.step_nmf <- function(x, ...) {
  if (!is.null(x$res)) {
    long <- as.data.frame(x$res)
    terms <- if (has_names(rownames(x$res$w))) long$feature else rep(x$columns, x$num_comp)
    new <- recipes::names0(x$num_comp, x$prefix)
    found <- data.frame(terms = terms, value = long$weight, component = new[long$component])
  } else {
    terms <- if (x$trained) x$columns else recipes::sel2char(x$terms)
    found <- data.frame(terms = as.character(terms), value = rep(NA_real_, length(terms)),
                        component = rep(NA_character_, length(terms)))
  }
  found$id <- rep(x$id, nrow(found))
  as_tidy_frame(found)
}

#' @exportS3Method generics::required_pkgs
required_pkgs.step_nmf <- function(x, ...) "metanmf"

#' @exportS3Method generics::tunable
tunable.step_nmf <- function(x, ...) {
  found <- data.frame(name = "num_comp")
  found$call_info <- list(list(pkg = "dials", fun = "num_comp", range = c(1L, 4L)))
  found$source <- "recipe"
  found$component <- "step_nmf"
  found$component_id <- x$id
  as_tidy_frame(found)
}
