# A fit put back into the container that its data came from.

#' Store a fit in a single-cell container
#'
#' Puts the coefficients of a fit into the object that its data came from, as a reduced dimension of
#' the cells. Clustering, embedding and plots of that object find it there.
#'
#' In a `SingleCellExperiment`, `reducedDim(x, name)` becomes the n x r matrix of coefficients, with
#' cells in rows. Its attribute `"rotation"` is the basis, features x components: a principal
#' component analysis keeps its loadings under that name. The attribute `"basis"`, the name that
#' package scater uses for NMF, is the same. In a `Seurat` object it is `x[[name]]`, whose
#' embeddings are the coefficients and whose loadings are the basis. Components are called `name`
#' and their number there, as Seurat requires.
#'
#' Cells are matched by name if the fit and `x` both have names, and by position otherwise. Cells of
#' which the fit observed nothing are `NA`, as in [coef()][coef.nmf_fit()].
#'
#' @param x A `SingleCellExperiment` or `Seurat` object with the samples of the fit as its cells.
#' @param fit A fit, of class `nmf_fit`, of these cells.
#' @param name Name of the reduced dimension, by default `"NMF"` as in scater.
#' @param ... Must be empty.
#' @return `x` with the reduced dimension in it. One of the same name is replaced.
#' @section Errors: Class `metanmf_error` when `x` is of another class, when the cells of `x` and
#'   the samples of the fit are not the same, or when package SingleCellExperiment or SeuratObject
#'   is not installed.
#' @seealso [data_matrices] for fitting the data of such objects.
#' @examplesIf interactive() && requireNamespace("SingleCellExperiment", quietly = TRUE)
#' # Loading SingleCellExperiment takes several seconds
#' set.seed(1)
#' counts <- matrix(rpois(600, 3), 20, dimnames = list(paste0("g", 1:20), paste0("cell", 1:30)))
#' cells <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
#' fit <- nmf(cells, 3, loss = "kl")
#' cells <- add_reduced_dim(cells, fit)
#' head(SingleCellExperiment::reducedDim(cells, "NMF"), 3)
#' @export
add_reduced_dim <- function(x, fit, name = "NMF", ...) {
  check_dots(list(...), "add_reduced_dim")
  check_given("x", "a SingleCellExperiment or a Seurat object")
  check_given("fit", "a fit of the cells of `x`")
  if (!inherits(fit, "nmf_fit")) stop_input("fit", "a fit, of class nmf_fit", describe(fit))
  if (!is.character(name) || length(name) != 1L || is.na(name) || !nzchar(name)) {
    stop_input("name", "a name, one text that is not empty", describe(name))
  }
  seurat <- inherits(x, "Seurat")
  if (!seurat && !inherits(x, "SingleCellExperiment")) {
    hint <- if (inherits(x, "SummarizedExperiment")) {
      "Use as(x, \"SingleCellExperiment\"), which has a place for it."
    }
    stop_input("x", "a SingleCellExperiment or a Seurat object", describe(x), hint)
  }
  package <- if (seurat) "SeuratObject" else "SingleCellExperiment"
  check_installed(package, "storing a fit", bioconductor = !seurat)
  h <- cell_coefficients(x, fit)
  if (seurat) add_to_seurat(x, h, fit, name) else add_to_experiment(x, h, fit, name)
}

# H with the cells of x in rows.
cell_coefficients <- function(x, fit) {
  names <- colnames(x)
  if (ncol(fit$h) != ncol(x) || !is.null(other_cells(colnames(fit$h), names))) {
    stop_input("fit", paste("a fit of the", ncol(x), "cells of `x`"),
               paste0("a fit of ", ncol(fit$h), " samples", other_cells(colnames(fit$h), names)),
               "Use adapt(fit, x) for a fit of them.")
  }
  h <- t(order_columns(fit$h, names, "fit", "the cells of `x`"))
  if (!is.null(names)) rownames(h) <- names
  h
}

other_cells <- function(given, names) {
  if (!has_names(given) || !has_names(names)) return(NULL)
  other <- setdiff(given, names)
  if (length(other)) paste(", not in `x`:", some_names(other))
}

add_to_experiment <- function(x, h, fit, name) {
  attr(h, "rotation") <- attr(h, "basis") <- fit$w
  SingleCellExperiment::reducedDim(x, name) <- h
  x
}

add_to_seurat <- function(x, h, fit, name) {
  # A key is letters and digits with one underscore at its end.
  key <- paste0(gsub("[^[:alnum:]]", "", name), "_")
  w <- fit$w
  colnames(h) <- colnames(w) <- paste0(key, seq_len(ncol(h)))
  x[[name]] <- SeuratObject::CreateDimReducObject(
    embeddings = h, loadings = w, assay = SeuratObject::DefaultAssay(x), key = key
  )
  x
}
