# Forms of data of other packages that say nothing of samples: slam's triplets, sparse vectors,
# arrays and single time series.

# slam's simple_triplet_matrix as a dgCMatrix, transposed on the way if `turned`. Entries that are
# given twice are summed, as package Matrix does. Package slam is not needed.
triplet_columns <- function(x, argument, turned = FALSE) {
  if (!fits_together(x)) {
    stop_input(argument, paste("a simple_triplet_matrix whose i, j and v are of one length and",
                               "within its nrow and ncol"),
               with_article(class(x)[[1L]]), "Make it again by slam::simple_triplet_matrix().")
  }
  names <- list(x$dimnames[[1L]], x$dimnames[[2L]])
  size <- c(x$nrow, x$ncol)
  value <- as.double(x$v)
  if (turned) Matrix::sparseMatrix(x$j, x$i, x = value, dims = rev(size), dimnames = rev(names))
  else Matrix::sparseMatrix(x$i, x$j, x = value, dims = size, dimnames = names)
}

fits_together <- function(x) {
  parts <- unclass(x)
  is.list(parts) && is_number(parts$v) &&
    places_fit(parts$i, parts$nrow, length(parts$v), parts$dimnames[[1L]]) &&
    places_fit(parts$j, parts$ncol, length(parts$v), parts$dimnames[[2L]])
}

# Whether `at` are so many places among `count`, which have names or none.
places_fit <- function(at, count, values, names) {
  is.numeric(at) && length(at) == values && is_one_count(count) && all(is.finite(at)) &&
    all(at >= 1 & at <= count) && (is.null(names) || length(names) == count)
}

is_one_count <- function(count) {
  is.numeric(count) && length(count) == 1L && is.finite(count) && count >= 0
}

# A sparse vector is one sample. One that stores no values, an nsparseVector, stores ones.
vector_column <- function(x, argument) {
  check_valid(x, argument)
  value <- if (methods::.hasSlot(x, "x")) x@x else rep(1, length(x@i))
  if (!is_number(value)) stop_input(argument, "a sparse vector of numbers", describe(x))
  Matrix::sparseMatrix(x@i, rep(1L, length(x@i)), x = as.double(value), dims = c(x@length, 1L))
}

# An array of h x w pixels of n images as pixels x images: its slices, along the last dimension,
# become columns.
unfold_array <- function(x) {
  last <- length(dim(x))
  matrix(as.vector(x), ncol = dim(x)[[last]], dimnames = list(NULL, dimnames(x)[[last]]))
}
