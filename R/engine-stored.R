# The data of coordinate descent on counts, which reads what is stored by columns and by rows.

#' Coordinate descent on counts
#'
#' What `solver = "ccd"` does: the Kullback-Leibler loss by cyclic coordinate descent (Hsieh and
#' Dhillon, 2011). `solver = "auto"` takes it for sparse X.
#'
#' One entry after the other takes a Newton step,
#' \eqn{h_k \leftarrow \max(0, h_k + (a_k - b_k) / q_k)}{h_k <- max(0, h_k + (a_k - b_k) / q_k)},
#' \eqn{a = W'(x / z)}, \eqn{b = W'1}, \eqn{q = (W \circ W)'(x / z^2)}{q = (W o W)'(x / z^2)}, and
#' z = W h follows at once: two turns over each column of H, then over each row of W. Sparse and
#' ridge penalties add their slopes. Along an entry the slope is concave, so that a step up ends
#' before the minimum; a step down is cut where an entry of z would fall below half, which keeps F
#' from rising. What is 0 can come back, so no zeros lock.
#'
#' Each iteration begins at the last pair plus a share of its last move, and once more without where
#' F rose by that (Ang and Gillis, 2019; both factors are carried at once). So F falls in every
#' iteration, and what is returned is a pair that was not carried.
#'
#' It reads X by columns and by rows: beside X it holds the transpose, 12 bytes for each stored
#' entry; dense X is turned into stored entries first. It does not go with graph, smooth and
#' orthogonal penalties, which tie entries to each other, with columns on the simplex, nor with
#' `smoothing` and presets.
#'
#' @references Hsieh, C.-J. and Dhillon, I. S. (2011). Fast coordinate descent methods with
#'   variable selection for non-negative matrix factorization. *Proceedings of KDD*, 1064-1072.
#'   \doi{10.1145/2020408.2020577}
#'
#'   Ang, A. M. S. and Gillis, N. (2019). Accelerating nonnegative matrix factorization algorithms
#'   using extrapolation. *Neural Computation* 31(2), 417-439. \doi{10.1162/neco_a_01157}
#' @seealso [nmf()], which says what each solver goes with
#' @examples
#' counts <- Matrix::rsparsematrix(60, 80, 0.2, rand.x = function(k) rpois(k, 3) + 1)
#' set.seed(1)
#' descent <- nmf(counts, 4, loss = "kl")
#' ratios <- nmf(counts, 4, loss = "kl", solver = "mu")
#' rbind(ccd = c(descent$value, descent$iterations), mu = c(ratios$value, ratios$iterations))
#' @name solver_ccd
NULL

# Turns of coordinate descent on counts in a step of H and of W.
ccd_cycles <- c(2L, 2L)

# The data as the solver reads them.
data_for <- function(data, model) {
  if (model$solver != "ccd") return(data)
  x <- stored_entries(data)
  weights <- data$weight
  out <- engine_data(x, if (!is.null(weights)) as.numeric(weights), complete_data, data$masked,
                     data$partial)
  shared <- c("x_norm2", "x_sum", "x_weight")
  out[shared] <- data[shared]
  out["by_row"] <- list(engine_rows(x, out$weight))
  out
}

# A dgCMatrix of them: all entries of dense data with weights, else what is not 0.
stored_entries <- function(data) {
  if (is.null(data$dense)) {
    return(methods::new("dgCMatrix", p = data$start, i = data$row, x = data$value,
                        Dim = data$dim))
  }
  x <- data$dense
  dimnames(x) <- NULL
  if (is.null(data$weight)) return(methods::as(x, "CsparseMatrix"))
  methods::new("dgCMatrix", p = as.integer(nrow(x) * (0:ncol(x))),
               i = rep(seq_len(nrow(x)) - 1L, ncol(x)), x = as.numeric(x), Dim = dim(x))
}
