# Data as they come: what may be given as a matrix, and what the rest of the package gets,
# which is a plain double matrix or a dgCMatrix and nothing else.

#' Data matrices
#'
#' What may be given as the data `x` of [nmf()], [gnmf()], [split_tasks()], [knn_graph()] and
#' all others, and what becomes of it. Features are in rows and samples in columns, always.
#'
#' | given | used as |
#' | --- | --- |
#' | matrix of doubles, whole numbers or logicals | matrix of doubles (`TRUE` is 1) |
#' | data frame of such columns | matrix of doubles, **not transposed** |
#' | dense classes of package Matrix (`dgeMatrix`, ...) | matrix of doubles |
#' | sparse classes of package Matrix (see below) | `dgCMatrix` |
#'
#' The sparse classes are `dgCMatrix`, `dgTMatrix`, `dsCMatrix`, `dgRMatrix`, `lgCMatrix`,
#' `ngCMatrix`, `ddiMatrix` and all others of that package. Names of rows and columns are
#' kept, all other attributes dropped. Which of the two forms the data have is decided by
#' their class, never by counting zeros: sparse data stay sparse throughout, and no dense
#' copy of them is made. A `dgCMatrix` is used as it is. Sparse data pay when about nine
#' entries in ten are 0; [Matrix::Matrix()] makes them.
#'
#' A data frame usually has a sample in each row. The data here have one in each column, and
#' nothing can tell the two apart, so a data frame is taken as it stands: use
#' `t(as.matrix(x))` for one with samples in rows, and `Matrix::t(x)` for sparse data. Columns that
#' are not numbers (factors, text, dates) are an error that names them.
#'
#' Entries must be finite and at least 0. Where missing values are allowed (`missing = "mask"`
#' in [nmf()]), `NA` and `NaN` both mean that an entry was not observed, `Inf` is still an
#' error, and at least one entry must be there. Samples and features without one are left out of a
#' fit and `NA` in it, see [nmf()]. In sparse data an entry that is not stored is
#' 0, not missing; what is missing must be stored as `NA`. With `missing = "unstored"` it is the
#' other way round: what is stored was observed, zeros too, and nothing else.
#'
#' Names decide wherever something else belongs to the same features, samples or components:
#' `weights`, `known`, a start, a graph, `newdata`, tasks, labels. The same names in another order
#' are put in order; other names, and repeated ones whose order would have to be found, are an
#' error that says which. Where one side has no names, it goes by position. Repeated names in the
#' data alone are fine.
#'
#' @section Errors: Class `metanmf_error` for what is none of the above, for a matrix without
#'   rows or columns, for a sparse matrix whose slots contradict each other, and for entries
#'   that are negative, infinite or missing: how many, and where the first three are.
#' @examples
#' control <- nmf_control(max_iter = 20, tol = 0)
#'
#' # A data frame with samples in rows: t() puts them into columns
#' flowers <- t(as.matrix(iris[, 1:4]))
#' nmf(flowers, 2, control = control)
#'
#' # Sparse counts
#' set.seed(1)
#' counts <- Matrix::rsparsematrix(60, 40, 0.1, rand.x = function(n) 1 + rpois(n, 1))
#' nmf(counts, 3, loss = "kl", control = control)
#' @name data_matrices
NULL

# A matrix of non-negative numbers in one of the two forms, double matrix or dgCMatrix.
# missing = TRUE: NA and NaN may pass. What cannot be used is an error that says where.
check_matrix <- function(x, argument = "x", missing = FALSE, hint = NULL) {
  checked_data(x, argument, missing, hint)$x
}

# The same with what the check found in x: list(x, weights = NULL, facts), as the engine takes
# data, so that nothing is asked of all of x a second time.
checked_data <- function(x, argument, missing = FALSE, hint = NULL) {
  x <- as_numbers(x, argument)
  list(x = x, weights = NULL, facts = check_entries(x, argument, missing, hint))
}

# The conversion alone: entries may have any sign and value.
as_numbers <- function(x, argument,
                       expected = "a numeric matrix, features in rows and samples in columns") {
  if (is.data.frame(x)) x <- data_frame_matrix(x, argument)
  else if (isS4(x) && methods::is(x, "sparseMatrix")) x <- as_columns(x, argument)
  else if (isS4(x) && methods::is(x, "Matrix")) x <- as.matrix(x)
  if (!(isS4(x) && methods::is(x, "dgCMatrix"))) {
    if (!(is.matrix(x) && is_number(x))) {
      stop_input(argument, expected, describe(x), conversion_hint(x, argument))
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

# integer64 stores bits that mean something else as doubles.
is_number <- function(value) {
  (is.numeric(value) || is.logical(value)) && !inherits(value, "integer64")
}

data_frame_matrix <- function(x, argument) {
  wrong <- which(!vapply(x, is_number, NA))
  if (length(wrong)) {
    first <- wrong[[1L]]
    numbers <- paste0(argument, "[sapply(", argument, ", is.numeric)]")
    stop_input(argument, "a numeric matrix, or a data frame of numeric columns",
               paste0(describe(x), " whose column ", first, " (\"", names(x)[[first]],
                      "\") is of class ", class(x[[first]])[[1L]],
                      if (length(wrong) > 1L) paste0("; ", length(wrong), " such columns")),
               paste0("Leave out what is not a number: ", numbers, ".\nWith samples in rows, as ",
                      "in most data frames, use t(", numbers, ")."))
  }
  as.matrix(x)
}

# A sparse matrix of any class of package Matrix as a dgCMatrix.
as_columns <- function(x, argument) {
  # Slots written by hand could point outside the matrix.
  valid <- methods::validObject(x, test = TRUE)
  if (!isTRUE(valid)) stop_input(argument, "a valid Matrix object", valid[[1L]])
  if (identical(class(x)[[1L]], "dgCMatrix")) return(x)
  for (kind in c("CsparseMatrix", "generalMatrix", "dMatrix")) x <- methods::as(x, kind)
  x
}

# How to write a component where a vector was given.
one_component <- c(
  "known$w" = "One component is a matrix of one column: known = list(w = cbind(w)).",
  "known$h" = "One component is a matrix of one row: known = list(h = rbind(h)).",
  w = "One component is a matrix of one column: as_nmf(cbind(w))."
)

# What to write instead of x, which is no matrix of numbers.
conversion_hint <- function(x, argument) {
  if (inherits(x, "simple_triplet_matrix")) return(triplet_hint(x, argument))
  if (is.null(dim(x)) && is_number(x)) return(vector_hint(argument))
  if (length(dim(x)) == 3L && is_number(x)) {
    return(paste0("With a sample in each of its slices use matrix(", argument, ", ncol = dim(",
                  argument, ")[[3]])."))
  }
  if (is.character(x) && length(x) == 1L) return("Give the data, not their name.")
  if (is.matrix(x) && is.character(x)) {
    return(paste0("If its text is numbers, use storage.mode(", argument, ") <- \"double\"."))
  }
  for (class in names(container_hints)) {
    if (inherits(x, class)) return(paste0("Use ", sprintf(container_hints[[class]], argument), "."))
  }
  if (isS4(x) && !is.function(x)) {
    paste0("Use as.matrix(", argument, "), or as(", argument,
           ", \"CsparseMatrix\") if it is sparse.")
  }
}

# How containers of other packages give their matrix of features by samples.
container_hints <- c(
  SummarizedExperiment = "SummarizedExperiment::assay(%s)",
  ExpressionSet = "Biobase::exprs(%s)",
  Seurat = "SeuratObject::GetAssayData(%s, slot = \"counts\")"
)

# slam's matrices, and those of tm: a document is a sample, in rows of one class of them.
triplet_hint <- function(x, argument) {
  part <- function(name) paste0(argument, "$", name)
  text <- paste0("Matrix::sparseMatrix(i = ", part("i"), ", j = ", part("j"), ", x = ", part("v"),
                 ", dims = c(", part("nrow"), ", ", part("ncol"), "), dimnames = ",
                 part("dimnames"), ")")
  if (inherits(x, "DocumentTermMatrix")) {
    return(paste0("Its documents, the samples, are in rows. Use\nMatrix::t(", text, ")."))
  }
  paste0("Use\n", text, ".")
}

vector_hint <- function(argument) {
  if (argument %in% names(one_component)) return(one_component[[argument]])
  paste0("One sample is a matrix of one column: use as.matrix(", argument, ").")
}

# The entries of x that are there: all of a matrix, the stored ones of a sparse matrix.
stored_values <- function(x) if (is.matrix(x)) x else x@x

# What is asked of all of x, in one pass: see native_facts(). Entries that a sparse x does not
# store are 0, so nothing of it is below that at most.
data_facts <- function(x, weights = NULL) {
  facts <- native_facts(stored_values(x), weights)
  facts$largest <- max(0, facts$largest)
  facts
}

# How many entries of the data are known: what a sparse x does not store is, and is 0, unless the
# data are partial.
count_observed <- function(data) {
  if (isTRUE(data$partial)) return(data$facts$observed)
  prod(dim(data$x)) - (length(stored_values(data$x)) - data$facts$observed)
}

largest_entry <- function(x) data_facts(x)$largest

# One pass decides, without a copy of x, and what it found is returned; the places are searched
# on bad input only. `hint` is for missing entries.
check_entries <- function(x, argument, missing = FALSE, hint = NULL) {
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
  given <- paste(names(kinds), "entries:", vapply(kinds, where_in_matrix, "", x = x))
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

# What noise or rounding left below 0 becomes 0; anything else needs another unit.
negative_hint <- function(x, argument) {
  if (!is.matrix(x)) {
    return(paste0("Use ", argument, "@x <- pmax(", argument, "@x, 0) to set them to 0."))
  }
  paste0("Use pmax(as.matrix(", argument, "), 0) where they are noise or rounding, or move all ",
         "entries: ", argument, " - min(", argument, ").")
}

# "3 (first at [1, 2], [4, 2], [7, 3])": how many entries, and where the first are. `bad`
# goes along the entries of x, the stored ones of a sparse x.
where_in_matrix <- function(bad, x = bad) {
  at <- which(bad)
  first <- utils::head(at, 3L)
  place <- if (is.matrix(x)) arrayInd(first, dim(x)) else entry_places(x, first)
  places <- paste0("[", place[, 1L], ", ", place[, 2L], "]", collapse = ", ")
  paste0(length(at), " (first at ", places, ")")
}

# Row and column of the stored entries `at` of a dgCMatrix, as a two-column matrix.
entry_places <- function(x, at = seq_along(x@x)) {
  cbind(x@i[at] + 1L, findInterval(at - 1L, x@p))
}

# The mean of all entries, those that are not stored included.
entry_mean <- function(x) {
  if (is.matrix(x)) return(mean(x))
  if (length(x@x)) mean(x@x) * (length(x@x) / prod(dim(x))) else 0
}

check_rank <- function(rank, x) check_count(rank, "rank", 1, min(dim(x)))

# x without gaps, for starts and graphs: an entry that is NA, or whose weight is 0, becomes
# the mean of the observed entries of its row (of all of x where a row has none). By
# selection, so nothing that is masked leaves a trace, not even NaN or Inf. `weights` as
# engine_data() takes them: like a dense x, or one for each stored entry of a sparse one.
fill_missing <- function(x, weights = NULL) {
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
