# Generics for what other functions than a fit's own passes ask of all of X. Block sources have
# methods that read block by block.

# How many entries x stores: all of a matrix.
stored_count <- function(x) UseMethod("stored_count")

#' @exportS3Method
stored_count.default <- function(x) length(stored_values(x))

# Whether x stores all of its entries.
is_dense <- function(x) UseMethod("is_dense")

#' @exportS3Method
is_dense.default <- function(x) is.matrix(x)

# X V, m x k, as a plain matrix.
times_columns <- function(x, v) UseMethod("times_columns")

#' @exportS3Method
times_columns.default <- function(x, v) as.matrix(x %*% v)

# X'Q as a plain matrix, without the transpose of what may be a large X.
transposed_product <- function(x, q) UseMethod("transposed_product")

#' @exportS3Method
transposed_product.default <- function(x, q) t(as.matrix(t(q) %*% x))

# X X' as a plain matrix.
row_products <- function(x) UseMethod("row_products")

#' @exportS3Method
row_products.default <- function(x) {
  if (!is.matrix(x)) return(as.matrix(x %*% Matrix::t(x)))
  sum_of_parts(ncol(x), nrow(x)^2, function(at) tcrossprod(x[, at, drop = FALSE]))
}

# X'X as a plain matrix, of a matrix.
column_products <- function(x) {
  if (!is.matrix(x)) return(as.matrix(Matrix::t(x) %*% x))
  sum_of_parts(nrow(x), ncol(x)^2, function(at) crossprod(x[at, , drop = FALSE]))
}

# The sum of f(at) over parts of 1:count, from the first to the last. Ctrl-C does not end a product
# of R, so parts have about 2^30 multiplications, and R looks for it between them.
sum_of_parts <- function(count, work, f) {
  size <- max(1, 2^30 %/% work)
  total <- f(seq_len(min(size, count)))
  for (first in seq_len((count - 1) %/% size) * size + 1) {
    Sys.sleep(0)
    total <- total + f(first:min(first + size - 1, count))
  }
  total
}

# The sums of the samples' entries, missing ones left out.
column_sums <- function(x) UseMethod("column_sums")

#' @exportS3Method
column_sums.default <- function(x) {
  if (is.matrix(x)) colSums(x, na.rm = TRUE) else Matrix::colSums(x, na.rm = TRUE)
}

# The squared lengths of the columns of x, or of its rows; missing entries count 0.
squared_lengths <- function(x, rows) UseMethod("squared_lengths")

#' @exportS3Method
squared_lengths.default <- function(x, rows) native_norms(x, rows)

# All entries multiplied by a number.
multiplied <- function(x, number) UseMethod("multiplied")

#' @exportS3Method
multiplied.default <- function(x, number) x * number

# How many stored entries are 0.
stored_zeros <- function(x) UseMethod("stored_zeros")

#' @exportS3Method
stored_zeros.default <- function(x) sum(stored_values(x) == 0, na.rm = TRUE)

# The smallest entry above 0, or Inf if there is none.
smallest_positive <- function(x) UseMethod("smallest_positive")

#' @exportS3Method
smallest_positive.default <- function(x) {
  values <- stored_values(x)
  min(values[values > 0], Inf, na.rm = TRUE)
}
