# How many components stand above the noise in the singular values. The noise may have a level of
# its own in every row and column.

# The count of Landa & Kluger (2025), the Dyson equalizer: a whole number of at least 1, or NA if
# more than half of the singular values are 0. x (r x n, turned so that r <= n) has the singular
# values d_k and vectors u_k, v_k; with eta their median
#   a_i = sum_k u_ik^2 eta / (d_k^2 + eta^2) = eta (M^-1)_ii,    M = x x' + eta^2 I,
#   b_j = 1 / eta - sum_k (x'u_k)_j^2 / (eta (d_k^2 + eta^2)) = (1 - x_j' M^-1 x_j) / eta,
# so that a Cholesky factor of M stands for the vectors, in a fraction of their time. The noise of
# entry ij has the variance s_i t_j, s = (1 / a - eta) / sqrt(r - eta sum a), t alike, and the count
# is of the singular values of x / sqrt(s t') that exceed those of noise alone.
spectral_rank <- function(x) {
  x <- spectral_part(x)
  gram <- as.matrix(Matrix::tcrossprod(x))
  values <- singular_values(gram)
  eta <- stats::median(values)
  # Below this, values from the Gram matrix are nothing but rounding.
  if (!(eta > 1e-7 * max(values))) return(NA_integer_)
  diag(gram) <- diag(gram) + eta^2
  factor <- tryCatch(chol(gram), error = function(e) NULL)
  # The small values were rounding after all.
  if (is.null(factor)) return(NA_integer_)
  solved <- backsolve(factor, as.matrix(x), transpose = TRUE)
  rows <- noise_variances(eta * diag(chol2inv(factor)), eta)
  columns <- noise_variances((1 - colSums(solved^2)) / eta, eta)
  levelled <- scale_entries(x, list(features = 1 / sqrt(rows), samples = 1 / sqrt(columns)))
  values <- singular_values(as.matrix(Matrix::tcrossprod(levelled)))
  max(1L, sum(values > spectral_threshold * (sqrt(nrow(x)) + sqrt(ncol(x)))))
}

# The largest singular value of noise of variance 1 is about sqrt(r) + sqrt(n). A twentieth is added
# for its spread.
spectral_threshold <- 1.05

# A side longer than this is represented by some of its rows or columns, drawn at random.
spectral_side <- 1000L

# x with at most that many rows and columns, turned so that there are no more rows than columns.
spectral_part <- function(x) {
  pick <- function(size) {
    if (size <= 2L * spectral_side) seq_len(size) else sort(sample.int(size, 2L * spectral_side))
  }
  if (nrow(x) > ncol(x)) x <- Matrix::t(x)
  if (nrow(x) > spectral_side) x <- x[sort(sample.int(nrow(x), spectral_side)), , drop = FALSE]
  x <- x[, pick(ncol(x)), drop = FALSE]
  x
}

# The singular values of a matrix, from the products of its rows.
singular_values <- function(gram) {
  sqrt(pmax(eigen(gram, symmetric = TRUE, only.values = TRUE)$values, 0))
}

# s from the sums a, kept above 0, where rounding or rows of zeros could put it.
noise_variances <- function(sums, eta) {
  levels <- (1 / sums - eta) / sqrt(max(length(sums) - eta * sum(sums), 1e-9))
  pmax(levels, 1e-9 * max(levels))
}
