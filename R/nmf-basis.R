# A fit that holds a basis from elsewhere and no samples yet.

#' A fit of a basis from elsewhere
#'
#' Makes a fit of a basis that was published, computed elsewhere or built by hand. With it,
#' [predict()][predict.nmf_fit()] finds the amounts of known signatures, spectra or cell types in
#' each sample.
#'
#' There may be more components than features or samples. Every sample is solved exactly by itself,
#' see [predict.nmf_fit()]. If columns of W depend on each other, several coefficients can be
#' equally good; one of the best is returned. [adapt()] starts from the basis and lets it move. To
#' keep some components and fit others, use `known` of [nmf()].
#'
#' @param w The basis W: a non-negative m x r matrix, dense or sparse, with features in rows and
#'   components in columns. A single component is a matrix of one column. A row that is wholly `NA`,
#'   as in the basis of a fit that observed nothing of a feature, is left out. Names of features and
#'   components are kept.
#' @param loss `"frobenius"` (default), `"kl"`, `"is"`, or a loss made by [beta_loss()] or
#'   [nb_loss()]. It measures how far a sample is from W h, see [nmf()].
#' @param penalty `NULL` (default), or penalties on H as in [nmf()]. A relative `lambda` needs data,
#'   so here `lambda` is the weight as it stands in the objective.
#' @param constraint `NULL` (default), or limits for the coefficients: [constraint_simplex()] for
#'   shares that sum to one, `constraint_upper(h = )` for largest values, or a list of both.
#' @return An object of class `nmf_fit`. Its `coef()` is r x 0, `objective()` and `deviance()` are
#'   `NA`, and `nobs()` is 0. Functions that need samples, such as [cluster_samples()], refuse it.
#' @section Errors: Class `metanmf_error` for a matrix that is empty, has negative or missing
#'   entries, only zeros, or entries beyond 2^300 or within 2^-300, whose squares could not be
#'   computed; and for a penalty on W, which is given.
#' @seealso [predict.nmf_fit()], `known` in [nmf()]
#' @examples
#' # How much of two known cell types is in a sample of four genes
#' signatures <- cbind(a = c(5, 3, 1, 1), b = c(0, 1, 4, 5))
#' sample <- cbind(s1 = c(10, 7, 6, 7))
#' predict(as_nmf(signatures), sample)
#' predict(as_nmf(signatures, loss = "kl"), sample)
#'
#' # The shares of both, which sum to one
#' predict(as_nmf(signatures, constraint = constraint_simplex()), sample / 3)
#' @export
as_nmf <- function(w, loss = c("frobenius", "kl", "is"), penalty = NULL, constraint = NULL) {
  check_given("w", "the basis, features in rows and components in columns")
  loss <- check_loss(loss, quote(nb_loss(0.5)))
  w <- check_given_basis(w)
  if (!is.null(attr(loss, "estimate"))) {
    stop_input("loss", "nb_loss() with given dispersions, since a basis comes without data",
               format(loss), "Use loss = nb_loss(0.5), for example.")
  }
  loss <- layout_loss(loss, list(dim = dim(w), names = dimnames(w)))
  penalties <- check_basis_penalty(penalty)
  constraints <- check_constraint(constraint)
  solver <- resolve_solver("auto", loss, penalties, nmf_control(), constraints)
  spec <- list(loss = loss, solver = solver, penalties = penalties, constraints = constraints,
               control = constrained_control(nmf_control(), constraints, loss), init = "given",
               lambda = vapply(penalties, `[[`, 0, "lambda"), known = list(count = c(ncol(w), 0L)),
               call = short_call(match.call(), "as_nmf"))
  engine <- engine_control(nmf_control(scale = "none"), loss)
  run <- list(w = w, h = matrix(0, ncol(w), 0L), divisor = rep(1, ncol(w)), value = NA_real_,
              trace = numeric(), loss = NA_real_, iterations = 0L, converged = FALSE,
              kkt = NA_real_, dead = which(colSums(w, na.rm = TRUE) == 0), engine = engine,
              components = colnames(w), cost = basis_cost(w, spec))
  none <- list(x = matrix(0, nrow(w), 0L, dimnames = list(rownames(w), NULL)),
               facts = list(x_norm2 = NA_real_, observed = 0))
  spec$kept <- list(null_deviance = NA_real_, saturated = NA_real_, weighted = FALSE,
                    partial = FALSE)
  new_nmf_fit(run, none, spec)
}

check_given_basis <- function(w) {
  if (inherits(w, "nmf_fit")) {
    stop_input("w", "a matrix, features in rows and components in columns", "a fit",
               "Use predict(w, x) of the fit itself, or as_nmf(basis(w)) for its basis alone.")
  }
  w <- check_factor(w, "w", "rows")
  if (max(w, na.rm = TRUE) == 0) {
    stop_input("w", "a basis with an entry above 0", paste(describe(w), "of zeros alone"),
               "Use as_nmf(w) with features in rows and components in columns.")
  }
  check_near_one(w, "w")
  w
}

check_basis_penalty <- function(penalty) {
  penalties <- check_penalty(penalty)
  on_w <- Filter(function(one) one$on == "w", penalties)
  if (length(on_w)) {
    stop_input("penalty", "on H alone, since W is given", toString(vapply(on_w, format, "")),
               "Use on = \"h\".")
  }
  penalties
}

# What the penalties cost a sample can be computed without data.
basis_cost <- function(w, spec) {
  sums <- Filter(Negate(joins_samples), spec$penalties)
  lambda <- vapply(sums, `[[`, 0, "lambda")
  known <- has_numbers(w, "rows")
  w <- w[known, , drop = FALSE]
  pair_values(checked_data(matrix(1, nrow(w), 1L), "w"), w, matrix(1, ncol(w), 1L),
              rows_loss(spec$loss, which(known)),
              engine_penalty(sums, loss = spec$loss, lambda = lambda), spec$control)$cost
}
