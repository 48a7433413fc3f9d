# The data of coordinate descent on counts, which reads the stored entries by columns and by rows.

#' Coordinate descent on counts
#'
#' `solver = "ccd"` minimises the Kullback-Leibler loss by cyclic coordinate descent (Hsieh and
#' Dhillon, 2011). `solver = "auto"` takes it for sparse X.
#'
#' Entries take Newton steps one after the other,
#' \eqn{h_k \leftarrow \max(0, h_k + (a_k - b_k) / q_k)}{h_k <- max(0, h_k + (a_k - b_k) / q_k)}
#' with \eqn{a = W'(x / z)}, \eqn{b = W'1} and \eqn{q = (W \circ W)'(x / z^2)}{
#' q = (W o W)'(x / z^2)}, and z = W h is updated after each. There are two turns over each column
#' of H and then two over each row of W. Sparse and ridge penalties add their slopes. Along an entry
#' the slope is concave, so a step up ends before the minimum. A step down is cut where an entry of
#' z would fall below half of its value, which keeps F from rising. An entry that is 0 can become
#' positive again.
#'
#' Each iteration begins at the last pair plus a share of the last change (Ang and Gillis, 2019;
#' both factors are extrapolated at once). If F rises by that, the iteration is repeated from the
#' last pair itself. F therefore falls in every iteration, and the returned pair is not
#' extrapolated.
#'
#' The solver reads X by columns and by rows, so it holds the transpose as well, 12 bytes for each
#' stored entry. Dense X is turned into stored entries first. It cannot be combined with graph,
#' smooth and orthogonal penalties, which tie entries to each other, with columns on the simplex,
#' with `smoothing`, or with presets.
#'
#' @section Errors: Class `metanmf_error`, from [nmf()], for a combination that the solver does not
#'   offer.
#' @references Hsieh, C.-J. and Dhillon, I. S. (2011). Fast coordinate descent methods with
#'   variable selection for non-negative matrix factorization. *Proceedings of KDD*, 1064-1072.
#'   \doi{10.1145/2020408.2020577}
#'
#'   Ang, A. M. S. and Gillis, N. (2019). Accelerating nonnegative matrix factorization algorithms
#'   using extrapolation. *Neural Computation* 31(2), 417-439. \doi{10.1162/neco_a_01157}
#' @seealso [nmf()], which says what goes with each solver.
#' @examples
#' set.seed(1)
#' counts <- Matrix::rsparsematrix(60, 80, 0.2, rand.x = function(k) rpois(k, 3) + 1)
#' descent <- nmf(counts, 4, loss = "kl")
#' ratios <- nmf(counts, 4, loss = "kl", solver = "mu")
#' c(ccd = objective(descent), mu = objective(ratios))
#' c(ccd = descent$iterations, mu = ratios$iterations)
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

# The entries to store, as a dgCMatrix: all entries of dense data with weights, else those that are
# not 0.
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
