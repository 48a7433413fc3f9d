# Class nmf_fit: fitted values and residuals, of all entries or of some.

#' Fitted values and residuals
#'
#' `fitted()` returns W H, and `residuals()` the difference between the data and W H. Both are for
#' all entries, or with `at` for some; then no matrix of size m x n is made.
#'
#' With x an entry and z its fitted value, the residuals are
#' - `"response"`: \eqn{x - z}{x - z};
#' - `"pearson"`: \eqn{(x - z) / \sqrt{V(z)}}{(x - z) / sqrt(V(z))}, with the variance function of
#'   the loss, as in [stats::glm()]: V = 1 for the Frobenius loss, z for Kullback-Leibler (Poisson),
#'   z^2 for Itakura-Saito (gamma), z^(2 - b) for [beta_loss()], z + phi z^2 for [nb_loss()];
#' - `"deviance"`: the signed root of the entry's term of [deviance()], so that the sum of their
#'   squares is `deviance(fit)`. The terms are \eqn{(x - z)^2}{(x - z)^2},
#'   \eqn{2 (x \log(x / z) - x + z)}{2 (x log(x / z) - x + z)},
#'   \eqn{2 (x / z - \log(x / z) - 1)}{2 (x / z - log(x / z) - 1)}, or twice the beta-divergence
#'   or that of [nb_loss()].
#'
#' Residuals ignore weights, since a fit does not keep them. If the fit had weights, its deviance is
#' the weighted sum of the squared deviance residuals.
#'
#' @param object A fit, of class `nmf_fit`.
#' @param at `NULL` (default) for all entries. For single entries, a matrix or data frame of two
#'   columns, the feature and the sample of each by number or name. For a block,
#'   `list(features = , samples = )`; either can be left out. A block is chosen by numbers (negative
#'   ones for all but these), by names, or by `TRUE` and `FALSE` for each.
#' @param data The m x n matrix that was fitted, since a fit does not keep it. If it has names, they
#'   decide which entry is which. A [block_source()] needs `at`, and only the blocks with these
#'   entries are read.
#' @param type `"response"` (default), `"pearson"` or `"deviance"`.
#' @param samples Whether `data` have their samples in their `"columns"` or `"rows"`. `NULL`
#'   (default) means as in the fit, `fit$data$samples`. The result has them in columns.
#' @param assay Which matrix to use if `data` are a container of several, as in [nmf()]. `NULL`
#'   (default) means the one that was fitted, `fit$data$assay`, or the only one.
#' @param ... Must be empty.
#' @return Without `at` an m x n matrix, for a block a matrix of its size, and for single entries a
#'   vector with one number for each row of `at`. Features and samples that the fit did not observe
#'   are `NA`, and so are the `residuals()` of missing entries of `data`. Residuals of sparse data
#'   are dense, since W H is. Those of ratings (`missing = "unstored"` in [nmf()]) are a sparse
#'   matrix of the stored entries, since only these were observed.
#' @section Errors: Class `metanmf_error` when `data` are not given or have another shape than the
#'   fit, and for a place that the fit does not have.
#' @examples
#' set.seed(1)
#' counts <- matrix(rpois(60, 4), 6)
#' fit <- nmf(counts, 2, loss = "kl")
#' fitted(fit, at = cbind(c(1, 2), c(3, 3)))
#' fitted(fit, at = list(samples = 1:2))
#' all.equal(sum(residuals(fit, counts, "deviance")^2), deviance(fit))
#' @name fitted.nmf_fit
NULL

#' @rdname fitted.nmf_fit
#' @importFrom stats fitted
#' @export
fitted.nmf_fit <- function(object, at = NULL, ...) {
  check_dots(list(...), "fitted.nmf_fit", "at")
  fitted_entries(object, entry_choice(at, object))
}

#' @rdname fitted.nmf_fit
#' @importFrom stats residuals
#' @export
residuals.nmf_fit <- function(object, data, type = c("response", "pearson", "deviance"), at = NULL,
                              ..., samples = NULL, assay = NULL) {
  check_dots(list(...), "residuals.nmf_fit", c("type", "at", "samples", "assay"))
  check_given("data", "the matrix the model was fitted to",
              "A fit does not keep its data: use residuals(fit, x).")
  type <- check_choice(type, "type", c("response", "pearson", "deviance"))
  chosen <- entry_choice(at, object)
  if (is_source(data)) {
    return(entry_residuals(source_entries(data, object, chosen), fitted_entries(object, chosen),
                           type, rows_loss(loss_of(object), chosen_rows(object, chosen))))
  }
  data <- residual_data(data, object, samples, assay)
  if (is.null(chosen) && isTRUE(object$data[["partial"]]) && !is.matrix(data)) {
    data@x <- entry_residuals(data@x, fitted_entries(object, list(places = entry_places(data))),
                              type, rows_loss(loss_of(object), data@i + 1L))
    return(data)
  }
  entries <- if (is.null(chosen)) as.matrix(data)
             else if (is.null(chosen$places)) as.matrix(data[chosen$rows, chosen$columns,
                                                             drop = FALSE])
             else as.numeric(data[chosen$places])
  entry_residuals(entries, fitted_entries(object, chosen), type,
                  rows_loss(loss_of(object), chosen_rows(object, chosen)))
}

# The feature of each chosen entry, or of each row of a chosen block.
chosen_rows <- function(fit, chosen) {
  if (is.null(chosen)) seq_len(nrow(fit$w))
  else if (is.null(chosen$places)) chosen$rows else chosen$places[, 1L]
}

# The chosen entries of a source.
source_entries <- function(data, fit, chosen) {
  if (is.null(chosen)) {
    stop_input("at", "given for data in blocks", "NULL",
               paste("Residuals of all entries are as large as the data. Use at = list(samples =",
                     "1:100), say."))
  }
  check_residual_shape(data, fit, "columns")
  rows <- name_order(rownames(data), rownames(fit$w), "data", "the features of the fit")
  columns <- name_order(colnames(data), colnames(fit$h), "data", "the samples of the fit")
  if (is.null(rows)) rows <- seq_len(nrow(data))
  if (is.null(columns)) columns <- seq_len(ncol(data))
  at <- chosen$places
  wanted <- if (is.null(at)) chosen else list(rows = unique(at[, 1L]), columns = unique(at[, 2L]))
  part <- some_entries(data, rows[wanted$rows], columns[wanted$columns])
  part <- check_matrix(part, "data", missing = TRUE)
  dimnames(part) <- list(rownames(fit$w)[wanted$rows], colnames(fit$h)[wanted$columns])
  if (is.null(at)) return(as.matrix(part))
  as.numeric(part[cbind(match(at[, 1L], wanted$rows), match(at[, 2L], wanted$columns))])
}

# The data in the shape and the order of the fit.
residual_data <- function(data, fit, samples, assay) {
  data <- formula_data(data, fit, "data")
  samples <- where_samples(samples, data, "data", fit)
  assay <- which_assay(data, "data", assay, fit)
  data <- check_matrix(read_data(data, "data", assay), "data", missing = TRUE, samples = samples)
  check_residual_shape(data, fit, samples)
  data <- order_rows(data, rownames(fit$w), "data", "the features of the fit")
  order_columns(data, colnames(fit$h), "data", "the samples of the fit")
}

check_residual_shape <- function(data, fit, samples) {
  shape <- c(nrow(fit$w), ncol(fit$h))
  if (identical(dim(data), shape)) return(invisible())
  turned <- samples == "rows"
  hint <- if (identical(dim(data), rev(shape))) {
    paste0("Its samples are in ", setdiff(sample_places, samples), ": use samples = \"",
           setdiff(sample_places, samples), "\".")
  }
  wanted <- paste(if (turned) rev(shape) else shape, collapse = " x ")
  stop_input("data", paste(with_article(wanted), "matrix, like the fit",
                           if (turned) "with samples in rows"),
             describe(as_given(data, turned)), hint)
}

# Which entries `at` means: NULL for all, list(places = two columns), or list(rows, columns).
entry_choice <- function(at, fit) {
  if (is.null(at)) return(NULL)
  features <- function(index, argument) {
    index_places(index, rownames(fit$w), nrow(fit$w), argument, "features")
  }
  samples <- function(index, argument) {
    index_places(index, colnames(fit$h), ncol(fit$h), argument, "samples")
  }
  if (length(dim(at)) == 2L) {
    if (ncol(at) != 2L) {
      stop_input("at", "a matrix of two columns, feature and sample", describe(at),
                 "A block of entries is at = list(features = , samples = ).")
    }
    columns <- lapply(1:2, function(k) if (is.data.frame(at)) at[[k]] else at[, k])
    for (one in columns) if (is.logical(one) || any(is.numeric(one) & one < 1, na.rm = TRUE)) {
      stop_input("at", "numbers of at least 1, or names, in each column", describe(one))
    }
    return(list(places = cbind(features(columns[[1L]], "at"), samples(columns[[2L]], "at"))))
  }
  if (!is.list(at)) {
    stop_input("at", "a matrix of two columns, or list(features = , samples = )", describe(at))
  }
  check_names(at, c("features", "samples"), "at")
  all <- function(index, count) if (is.null(index)) rep(TRUE, count) else index
  list(rows = features(all(at$features, nrow(fit$w)), "at$features"),
       columns = samples(all(at$samples, ncol(fit$h)), "at$samples"))
}

# All entries, or those that `chosen` names; a model of more parts has a method of its own.
fitted_entries <- function(fit, chosen) UseMethod("fitted_entries")

#' @exportS3Method
fitted_entries.default <- function(fit, chosen) {
  if (is.null(chosen)) return(fit$w %*% fit$h)
  if (is.null(chosen$places)) {
    return(fit$w[chosen$rows, , drop = FALSE] %*% fit$h[, chosen$columns, drop = FALSE])
  }
  model_entries(fit$w, fit$h, chosen$places[, 1L], chosen$places[, 2L])
}

# Entries of W H at these rows and columns: no more room than they take.
model_entries <- function(w, h, rows, columns) {
  native_model_entries(w, h, as.integer(rows), as.integer(columns))
}

entry_residuals <- function(x, z, type, loss) {
  if (type == "response") return(x - z)
  if (type == "deviance") {
    return(sign(x - z) * sqrt(loss_deviance(pmax(divergence_terms(x, z, loss), 0), loss)))
  }
  residual <- (x - z) / sqrt(entry_variance(z, loss))
  # Where the model has no variance and is right, nothing is left.
  residual[which(x == z)] <- 0
  residual
}

# The variance of an entry with mean z, but for a constant: z^(2 - b) in the family of losses.
entry_variance <- function(z, loss) {
  if (loss == "nb") z + attr(loss, "dispersion") * z^2 else z^(2 - objective_degree(loss))
}
