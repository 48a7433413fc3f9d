# Data as they come: what users may give as a matrix. The rest of the package gets a plain double
# matrix or a dgCMatrix and nothing else.

#' Data matrices
#'
#' Which data [nmf()], [gnmf()], [split_tasks()], [knn_graph()] and all other functions accept as
#' `x`, and how they read them. The package works with features in rows and samples in columns.
#' Containers that know what their samples are are turned that way round. A matrix is taken as it is
#' unless `samples = "rows"` says that its samples are in rows.
#'
#' | given | features | samples | used as |
#' | --- | --- | --- | --- |
#' | matrix of doubles, whole numbers or logicals | rows | columns | matrix (`TRUE` is 1) |
#' | data frame of such columns | columns | **rows** | matrix, transposed |
#' | time series, `ts` | times | series | matrix |
#' | array h x w x n, or of more dimensions | pixels | slices of the last dimension | matrix |
#' | dense classes of package Matrix | rows | columns | matrix |
#' | sparse classes of package Matrix (see below) | rows | columns | `dgCMatrix` |
#' | `sparseVector` of package Matrix | entries | one sample | `dgCMatrix` |
#' | `simple_triplet_matrix` (slam) | rows | columns | `dgCMatrix` |
#' | `DocumentTermMatrix` (tm) | terms | documents, its rows | `dgCMatrix` |
#' | `TermDocumentMatrix` (tm) | terms | documents, its columns | `dgCMatrix` |
#' | `dfm` (quanteda) | features | documents, its rows | `dgCMatrix` |
#' | `SummarizedExperiment`, `SingleCellExperiment` | rows | columns | its assay, dense or sparse |
#' | `ExpressionSet` (Biobase) | features | samples | `exprs`, a matrix |
#' | [block_source()] | rows | columns | its blocks, one at a time |
#' | `Seurat` (SeuratObject) | features | cells | a layer, dense or sparse |
#'
#' All sparse classes of package Matrix are accepted, such as `dgCMatrix`, `dgTMatrix`, `dsCMatrix`,
#' `dgRMatrix`, `lgCMatrix`, `ngCMatrix` and `ddiMatrix`. Entries that triplets give twice are added
#' up, as package Matrix does. Names of rows and columns are kept and all other attributes are
#' dropped. The class of the data decides whether they are treated as sparse; zeros are not counted.
#' Sparse data stay sparse, and a `dgCMatrix` is used without a copy. Sparse data pay when about
#' nine entries in ten are 0; [Matrix::Matrix()] makes them.
#'
#' Containers, including those of documents, know which way round they are. They do not need
#' `samples`, and it is an error if it contradicts them.
#'
#' If a container has one assay, that one is used. An `ExpressionSet` with several means its
#' `exprs`; for other containers an error lists the names. [nmf()], [gnmf()],
#' [predict()][predict.nmf_fit()], [adapt()] and [residuals()][fitted.nmf_fit()] choose one by
#' `assay = "counts"`; for other functions the error prints the call that reads one. The assays of a
#' `Seurat` object are its layers `"counts"` and `"data"`. Those of its default assay go by that
#' name and those of others by names such as `"ADT/counts"`. Scaled data are centred and therefore
#' not listed. An assay on disk, such as a `DelayedArray`, is refused with the call that brings it
#' into memory. The package of a container is needed for that container only. Tested were tm 0.7,
#' slam 0.1, SummarizedExperiment 1.28, SingleCellExperiment 1.20, Biobase 2.58 and SeuratObject
#' 4.1.3. `dfm` and the layers of SeuratObject 5 follow their documentation and have not been run.
#'
#' An array h x w x n holds n images. Its pixels, down the columns of each image, are the features
#' and its slices the samples, which suits [plot_basis()] with `image_size = c(h, w)`. In a cube of
#' h x w pixels by bands the pixels are the samples and the bands the features. Use `samples =
#' "rows"` for it, since the pixels become the rows of a matrix.
#'
#' A data frame has a sample in each row, as everywhere in R. A matrix has a sample in each column,
#' as in this package's formulas. All functions that take data have the argument `samples` for the
#' other way round: `nmf(x, 3, samples = "rows")` for a matrix with samples in rows, and
#' `nmf(x, 3, samples = "columns")` for a data frame with samples in columns. If a data frame is
#' given without `samples`, a message of class `metanmf_message` says how it was read. New data are
#' read like those of the fit; a data frame also has its samples in rows if only its columns can be
#' the features of the fit. Factors, coefficients and starts (`w`, `h`) are never transposed. A
#' column that is not numeric (a factor, text or dates) is an error that names it. A formula leaves
#' such columns out: `nmf(~ . - Species, iris, 2)`.
#'
#' Entries must be finite and at least 0. With `missing = "mask"` in [nmf()], `NA` and `NaN` both
#' mean that an entry was not observed. `Inf` is still an error, and at least one entry must be
#' observed. Samples and features without any observed entry are left out of a fit and are `NA` in
#' it, see [nmf()]. In sparse data an entry that is not stored is 0, and a missing one must be
#' stored as `NA`. With `missing = "unstored"` it is the other way round: stored entries, including
#' zeros, were observed, and all others were not.
#'
#' Names decide wherever something else belongs to the same features, samples or components, such as
#' `weights`, `known`, a start, a graph, `newdata`, tasks or labels. If the names are the same in
#' another order, they are put in order. Different names are an error that lists them, and so are
#' repeated names if an order would have to be found. If one side has no names, positions count.
#' Repeated names in the data alone are fine.
#'
#' @section Errors: Class `metanmf_error` for data of any other class, for a matrix without rows or
#'   columns, for a sparse matrix whose slots contradict each other, and for entries that are
#'   negative, infinite or missing. The message says how many there are and where the first three
#'   are.
#' @examples
#' set.seed(1)
#' # A data frame, with a sample in each row
#' nmf(iris[, 1:4], 2, samples = "rows")
#'
#' # Sparse counts, with a sample in each column
#' counts <- Matrix::rsparsematrix(60, 40, 0.1, rand.x = function(n) 1 + rpois(n, 1))
#' nmf(counts, 3, loss = "kl")
#'
#' # A cube of 10 x 12 pixels by 5 bands: pixels are the samples
#' cube <- array(runif(10 * 12 * 5), c(10, 12, 5))
#' nmf(cube, 2, samples = "rows")
#' @name data_matrices
NULL

# A matrix of non-negative numbers as a double matrix or a dgCMatrix. NA and NaN pass if `missing`
# is TRUE. Any other entry that cannot be used is an error that says where it is.
check_matrix <- function(x, argument = "x", missing = FALSE, hint = NULL, samples = NULL) {
  samples <- where_samples(samples, x, argument)
  x <- turn_samples(read_data(x, argument), samples, argument)
  checked_data(x, argument, missing, hint, turned = samples == "rows")$x
}

# The same as list(x, weights = NULL, facts), which is how the engine takes data. The facts are what
# the check found, so that x need not be read a second time. `turned`: x is the transpose of what
# was given, so messages have to exchange its rows and columns.
checked_data <- function(x, argument, missing = FALSE, hint = NULL, turned = FALSE) {
  x <- as_numbers(x, argument)
  list(x = x, weights = NULL, facts = check_entries(x, argument, missing, hint, turned))
}

# The conversion alone: entries may have any sign and value.
as_numbers <- function(x, argument,
                       expected = "a numeric matrix, features in rows and samples in columns",
                       turned = FALSE) {
  x <- unwrapped(x, argument)
  if (!(isS4(x) && methods::is(x, "dgCMatrix"))) {
    if (!(is.matrix(x) && is_number(x))) {
      stop_input(argument, expected, describe(x), conversion_hint(x, argument, turned))
    }
    if (!is.double(x)) storage.mode(x) <- "double"
    # Classes of matrix-like things (tables, time series) would steer what [ and * do.
    if (length(setdiff(names(attributes(x)), c("dim", "dimnames")))) {
      x <- matrix(as.vector(x), nrow(x), ncol(x), dimnames = dimnames(x))
    }
  }
  if (nrow(x) == 0L || ncol(x) == 0L) {
    stop_input(argument, "a matrix with at least one row and one column", describe(x))
  }
  x
}

# The content of containers, data frames and other classes as a matrix.
unwrapped <- function(x, argument) {
  if (inherits(x, "block_source")) stop_in_blocks(x, argument)
  contained <- contained_matrix(x, argument)
  if (!is.null(contained)) x <- contained
  if (is.data.frame(x)) x <- data_frame_matrix(x, argument)
  else if (inherits(x, "simple_triplet_matrix")) x <- triplet_columns(x, argument)
  else if (isS4(x) && methods::is(x, "sparseMatrix")) x <- as_columns(x, argument)
  else if (isS4(x) && methods::is(x, "Matrix")) x <- as.matrix(x)
  else if (is.array(x) && length(dim(x)) > 2L) x <- unfold_array(x)
  else if (stats::is.ts(x)) x <- as.matrix(x)
  x
}

# Data of a verb that needs all of them at once.
in_memory <- function(x, argument) {
  if (inherits(x, "block_source")) stop_in_blocks(x, argument)
  x
}

# The error of functions that do not take data in blocks.
stop_in_blocks <- function(x, argument) {
  stop_input(argument, "a matrix in memory for this", paste("a block source of", dim(x)[[1L]], "x",
                                                           dim(x)[[2L]]),
             paste0("?block_source lists what takes data in blocks. Some samples as a matrix are ",
                    argument, "[, sample(ncol(", argument, "), 500)]."))
}

# integer64 stores bits that mean something else as doubles.
is_number <- function(value) {
  (is.numeric(value) || is.logical(value)) && !inherits(value, "integer64")
}

# A sparse matrix of any class of package Matrix as a dgCMatrix.
as_columns <- function(x, argument) {
  check_valid(x, argument)
  if (identical(class(x)[[1L]], "dgCMatrix")) return(x)
  for (kind in c("CsparseMatrix", "generalMatrix", "dMatrix")) x <- methods::as(x, kind)
  # Classes of other packages that extend it have slots of their own.
  if (identical(class(x)[[1L]], "dgCMatrix")) x else methods::as(x, "dgCMatrix")
}

# Slots written by hand could point outside the matrix.
check_valid <- function(x, argument) {
  valid <- methods::validObject(x, test = TRUE)
  if (!isTRUE(valid)) stop_input(argument, "a valid Matrix object", valid[[1L]])
}

# The entries that x stores: all of a matrix, the non-zero ones of a sparse matrix.
stored_values <- function(x) if (is.matrix(x)) x else x@x

# Facts about all of x, found in one pass: see native_facts(). A sparse x has zeros that it does not
# store, so its smallest entry is 0 at most.
data_facts <- function(x, weights = NULL) UseMethod("data_facts")

#' @exportS3Method
data_facts.default <- function(x, weights = NULL) {
  facts <- native_facts(stored_values(x), weights)
  facts$largest <- max(0, facts$largest)
  facts
}

# How many entries of the data were observed. A zero that a sparse x does not store was, unless the
# data are partial.
count_observed <- function(data) {
  if (isTRUE(data$partial)) return(data$facts$observed)
  prod(dim(data$x)) - (stored_count(data$x) - data$facts$observed)
}

largest_entry <- function(x) data_facts(x)$largest

# One pass over x, without a copy, decides and returns its facts. Places are searched only if the
# input is bad. `hint` is for missing entries.
check_entries <- function(x, argument, missing = FALSE, hint = NULL, turned = FALSE) {
  if (!is.double(stored_values(x))) storage.mode(x) <- "double"
  facts <- data_facts(x)
  values <- stored_values(x)
  complete <- missing || facts$observed == length(values)
  if (complete && facts$smallest >= 0 && facts$largest < Inf) return(invisible(facts))
  kinds <- list("NA" = is.na(values) & !is.nan(values), "NaN" = is.nan(values),
                "Inf" = !is.na(values) & values == Inf,
                "-Inf" = !is.na(values) & values == -Inf,
                "negative" = is.finite(values) & values < 0)
  if (missing) kinds <- kinds[-(1:2)]
  kinds <- kinds[vapply(kinds, any, NA)]
  places <- vapply(kinds, where_in_matrix, "", x = x, turned = turned)
  given <- paste(names(kinds), "entries:", places)
  negative <- "negative" %in% names(kinds)
  if (negative) {
    given[names(kinds) == "negative"] <- paste0(given[names(kinds) == "negative"], ", down to ",
                                                format(min(values[kinds$negative]), digits = 3))
  }
  hints <- c(if (any(c("NA", "NaN") %in% names(kinds))) hint,
             if (negative) negative_hint(x, argument))
  stop_input(argument, paste0("finite and non-negative", if (missing) ", or NA"),
             paste(given, collapse = "; "), if (length(hints)) paste(hints, collapse = "\n"))
}

# Negative entries from noise or rounding can be set to 0; others need another unit.
negative_hint <- function(x, argument) {
  if (!is.matrix(x)) {
    return(paste0("Use ", argument, "@x <- pmax(", argument, "@x, 0) to set them to 0."))
  }
  paste0("Use pmax(as.matrix(", argument, "), 0) where they are noise or rounding, or move all ",
         "entries: ", argument, " - min(", argument, ").")
}

# "3 (first at [1, 2], [4, 2], [7, 3])": how many entries, and where the first are. `bad`
# goes along the entries of x, the stored ones of a sparse x. `turned`: see checked_data().
where_in_matrix <- function(bad, x = bad, turned = FALSE) {
  at <- which(bad)
  first <- utils::head(at, 3L)
  place <- if (is.matrix(x)) arrayInd(first, dim(x)) else entry_places(x, first)
  place <- place[, if (turned) 2:1 else 1:2, drop = FALSE]
  places <- paste0("[", place[, 1L], ", ", place[, 2L], "]", collapse = ", ")
  paste0(length(at), " (first at ", places, ")")
}

# Row and column of the stored entries `at` of a dgCMatrix, as a two-column matrix.
entry_places <- function(x, at = seq_along(x@x)) {
  cbind(x@i[at] + 1L, findInterval(at - 1L, x@p))
}

# The mean of all entries, those that are not stored included.
entry_mean <- function(x) {
  if (inherits(x, "block_source")) return(data_facts(x)$sum / prod(dim(x)))
  if (is.matrix(x)) return(mean(x))
  if (length(x@x)) mean(x@x) * (length(x@x) / prod(dim(x))) else 0
}

# x without gaps, for starts and graphs: an entry that is NA, or whose weight is 0, becomes
# the mean of the observed entries of its row (of all of x where a row has none). By
# selection, so nothing that is masked leaves a trace, not even NaN or Inf. `weights` as
# engine_data() takes them: like a dense x, or one for each stored entry of a sparse one.
fill_missing <- function(x, weights = NULL) UseMethod("fill_missing")

#' @exportS3Method
fill_missing.default <- function(x, weights = NULL) {
  if (!is.null(weights)) x <- put_entries(x, which(weights == 0), NA)
  values <- stored_values(x)
  if (!anyNA(values)) return(x)
  gap <- which(is.na(values))
  row <- if (is.matrix(x)) (gap - 1L) %% nrow(x) + 1L else x@i[gap] + 1L
  values <- NULL
  observed <- ncol(x) - tabulate(row, nrow(x))
  x <- put_entries(x, gap, 0)
  means <- row_means(x) * (ncol(x) / pmax(observed, 1))
  means[observed == 0L] <- sum(means * (observed / sum(observed)))
  put_entries(x, gap, means[row])
}

# R sums in longer numbers than doubles, but not on every machine.
row_means <- function(x) {
  mean_of <- if (is.matrix(x)) rowMeans else Matrix::rowMeans
  means <- mean_of(x)
  if (all(is.finite(means))) return(means)
  largest <- largest_entry(x)
  mean_of(x / largest) * largest
}

put_entries <- function(x, at, value) {
  if (is.matrix(x)) x[at] <- value else x@x[at] <- value
  x
}
