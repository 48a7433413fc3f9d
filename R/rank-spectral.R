# How many components stand above the noise in the singular values. The noise may have a level of
# its own in every row and column.

# The count of Landa & Kluger (2025), the Dyson equalizer: a whole number of at least 1, or NA if
# more than half of the singular values are 0. x (r x n, turned so that r <= n) has the singular
# values d_k and vectors u_k, v_k; with eta their median
#   a_i = sum_k u_ik^2 eta / (d_k^2 + eta^2),
#   b_j = 1 / eta - sum_k (x'u_k)_j^2 / (eta (d_k^2 + eta^2)),
# the noise of entry ij has the variance s_i t_j, s = (1 / a - eta) / sqrt(r - eta sum a), t alike,
# and the count is of the singular values of x / sqrt(s t') that exceed those of noise alone.
spectral_rank <- function(x) {
  x <- spectral_part(x)
  gram <- gram_decomposition(x)
  eta <- stats::median(gram$values)
  # Below this, values from the Gram matrix are nothing but rounding.
  if (!(eta > 1e-7 * max(gram$values))) return(NA_integer_)
  damped <- eta / (gram$values^2 + eta^2)
  a <- drop(gram$vectors^2 %*% damped)
  b <- 1 / eta - drop(as.matrix(Matrix::crossprod(x, gram$vectors))^2 %*% (damped / eta^2))
  rows <- noise_variances(a, eta)
  columns <- noise_variances(b, eta)
  levelled <- scale_entries(x, list(features = 1 / sqrt(rows), samples = 1 / sqrt(columns)))
  values <- gram_decomposition(levelled, vectors = FALSE)$values
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

# list(values, vectors): the singular values of x (r x n, r <= n) and its left singular vectors,
# from the products of its rows.
gram_decomposition <- function(x, vectors = TRUE) {
  found <- eigen(as.matrix(Matrix::tcrossprod(x)), symmetric = TRUE, only.values = !vectors)
  list(values = sqrt(pmax(found$values, 0)), vectors = found$vectors)
}

# s from the sums a, kept above 0, where rounding or rows of zeros could put it.
noise_variances <- function(sums, eta) {
  levels <- (1 / sums - eta) / sqrt(max(length(sums) - eta * sum(sums), 1e-9))
  pmax(levels, 1e-9 * max(levels))
}
