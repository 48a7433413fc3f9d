# The leading singular triplets of a matrix, dense or sparse, whatever its size.

# Columns computed beyond those wanted: they make the refinement converge faster.
svd_spare <- 5L

# Largest residual X v - d u that is accepted, relative to the largest singular value.
svd_tolerance <- 1e-12

# The leading singular triplets: d (r), u (m x r), v (n x r), up to the signs of pairs.
leading_svd <- function(x, rank, method = svd_method_of(x, rank)) {
  if (method == "full") {
    triplets <- svd(x, nu = rank, nv = rank)
    triplets$d <- triplets$d[seq_len(rank)]
    return(triplets)
  }
  unit <- 2^scale_power(largest_entry(x))
  if (unit != 1) x <- multiplied(x, unit)
  if (largest_entry(x) == 0) {
    return(list(d = numeric(rank), u = diag(1, nrow(x), rank), v = diag(1, ncol(x), rank)))
  }
  v <- right_vectors(x, min(rank + svd_spare, dim(x)), method)
  triplets <- refine_svd(x, v, rank)
  if (is.null(triplets) && is.matrix(x)) triplets <- leading_svd(x, rank, "full")
  # Repeated singular values keep irlba from ending; without it these would be taken at once.
  if (is.null(triplets) && method == "irlba" && min(dim(x)) <= most_gram) {
    triplets <- leading_svd(x, rank, "gram")
  }
  if (is.null(triplets)) {
    stop_input("x", "a matrix whose leading singular vectors can be found",
               paste(describe(x), "for which", method, "did not converge"),
               "Start from init = \"kmeans\" or \"random\".")
  }
  triplets$d <- triplets$d / unit
  triplets
}

# The largest side whose cross products are decomposed if there is no better method.
most_gram <- 5000L

svd_method_of <- function(x, rank = 1L) {
  if (!is_source(x)) return(svd_method(dim(x), rank, !is.matrix(x)))
  if (nrow(x) <= most_gram) return("gram")
  stop_input("init", paste("\"random\", a fit, or list(w =, h =) for data in blocks of more than",
                           most_gram, "features"), paste("a start by the singular vectors of",
                                                         nrow(x), "features"),
             "Use init = \"random\", or the fit of some samples: init = list(w = basis(fit)).")
}

# How the triplets are computed: "full", "gram" or "irlba" (is it installed?). shape: m, n.
svd_method <- function(shape, rank, sparse,
                       irlba = requireNamespace("irlba", quietly = TRUE)) {
  side <- min(shape)
  few <- rank <= side / 4
  if (!sparse && (side <= 100L || !few)) return("full")
  if (side <= 1000L) return("gram")
  if (few && irlba) return("irlba")
  if (!sparse) return("full")
  if (side <= most_gram) return("gram")
  if (!few) {
    stop_input("rank", paste("at most", side %/% 4, "for this start and a sparse matrix of",
                             shape[[1L]], "x", shape[[2L]]), rank,
               "Start from init = \"kmeans\" or \"random\".")
  }
  stop_input("irlba", "an installed package: NNDSVD of large sparse data uses it",
             "no such package in .libPaths()",
             paste0("Install it by install.packages(\"irlba\"), or start from ",
                    "init = \"kmeans\" or \"random\"."), class = "metanmf_missing_package")
}

# Orthonormal vectors (n x count) close to the leading right singular vectors.
right_vectors <- function(x, count, method) {
  if (method == "gram") return(gram_vectors(x, count))
  # A fixed start, so that no random numbers are drawn. It is not constant: where all rows of x
  # have the same sum, a constant vector is a singular vector and the search would find no other.
  first <- 0.5 + (seq_len(ncol(x)) * (sqrt(5) - 1) / 2) %% 1
  # Vectors that did not converge are reported by a warning, and by refine_svd(). FALSE and
  # not its NULL, whose length irlba 2.4.1 asks for, an error in R before 4.4.
  found <- function() {
    keeping_random_state(suppressWarnings(irlba::irlba(
      x, nv = count, nu = count, v = first / sqrt(sum(first^2)), tol = 1e-10, maxit = 1000L,
      scale = FALSE, shift = FALSE, work = min(dim(x), count + max(7L, count %/% 2L))
    ))$v)
  }
  tryCatch(found(), error = function(failure) NULL)
}

# From the eigenvectors of the smaller of XX' and X'X.
gram_vectors <- function(x, count) {
  # Of data in blocks no products of all columns with each other are made.
  tall <- nrow(x) >= ncol(x) && !is_source(x)
  gram <- if (tall) column_products(x) else row_products(x)
  leading <- eigen(gram, symmetric = TRUE)$vectors[, seq_len(count), drop = FALSE]
  if (tall) leading else orthonormal(transposed_product(x, leading))
}

# By LAPACK: R's default leaves out columns that nearly depend on others.
orthonormal <- function(columns) qr.Q(qr(as.matrix(columns), LAPACK = TRUE))

# Steps of subspace iteration: each makes the best triplets of the space that v (n x k)
# spans, X'U = V D exactly, and brings the space closer to the leading one. One step is
# enough for good v. NULL when the vectors are not singular vectors after a few.
refine_svd <- function(x, v, rank) {
  if (is.null(v) || ncol(v) < rank) return(NULL)
  for (step in 1:4) {
    space <- orthonormal(times_columns(x, v))
    inside <- svd(transposed_product(x, space))
    u <- space %*% inside$v
    v <- inside$u
    gap <- times_columns(x, v) - u * rep(inside$d, each = nrow(x))
    first <- seq_len(rank)
    if (sqrt(max(colSums(gap[, first, drop = FALSE]^2))) <= svd_tolerance * inside$d[[1L]]) {
      return(list(d = inside$d[first], u = u[, first, drop = FALSE],
                  v = v[, first, drop = FALSE]))
    }
  }
  NULL
}
