#' Non-negative matrix factorisation
#'
#' Finds non-negative factors W (m x r) and H (r x n) with X close to W H.
#'
#' The objective F, which `trace` and [objective()] report ([deviance()] is its data term alone), is
#' - `loss = "frobenius"`: \eqn{F = \|X - WH\|_F^2}{F = |X - WH|^2} (without 1/2),
#' - `loss = "kl"`: \eqn{F = \sum_{ij} x_{ij} \log(x_{ij} / z_{ij}) - x_{ij} + z_{ij}}{
#'   F = sum_ij x_ij log(x_ij / z_ij) - x_ij + z_ij}, \eqn{Z = WH}, the generalised
#'   Kullback-Leibler divergence (Poisson likelihood),
#' - `loss = "is"`: \eqn{F = \sum_{ij} x_{ij} / z_{ij} - \log(x_{ij} / z_{ij}) - 1}{
#'   F = sum_ij x_ij / z_ij - log(x_ij / z_ij) - 1}, the
#'   Itakura-Saito divergence, for positive X,
#' - `loss = beta_loss(b)`: the beta-divergence, which has these three for b = 2 (with 1/2), 1 and 0
#'   and goes on between and beyond them, see [beta_loss()],
#' - `loss = nb_loss()`: the negative binomial for over-dispersed counts, see [nb_loss()],
#'
#' plus the penalties ([penalties], [penalty_graph()]). With weights every entry's part of F
#' is multiplied by its weight, and a missing entry has none. One iteration updates H, then
#' W; X is read once, nothing of its size is allocated, and F never rises.
#'
#' @section Solvers:
#' - `"mu"`: the multiplicative updates of Lee and Seung (2001), equations (2.32) and
#'   (2.33) of Khan (2025),
#'   \deqn{H \leftarrow H \circ (W'X) / (W'WH), \quad W \leftarrow W \circ (XH') / (WHH'),}{
#'         H <- H * (W'X) / (W'WH),  W <- W * (XH') / (WHH'),}
#'   for KL
#'   \deqn{H \leftarrow H \circ (W'(X / WH)) / (W'1), \quad
#'         W \leftarrow W \circ ((X / WH) H') / (1H'),}{
#'         H <- H * (W'(X / WH)) / (W'1),  W <- W * ((X / WH) H') / (1H'),}
#'   and for Itakura-Saito \eqn{H \leftarrow H \circ (W'(X / (WH)^2)) / (W'(1 / WH))}{
#'   H <- H * (W'(X / (WH)^2)) / (W'(1 / WH))}, W alike (Fevotte and Idier, 2011, see
#'   [beta_loss()]). An entry that is 0 stays 0 in them; after 100 iterations those that F asks for
#'   come back (`revive_zeros` in [nmf_control()]).
#' - `"hals"`: coordinate descent (Cichocki and Phan, 2009) with several turns in a step (Gillis and
#'   Glineur, 2012): 2 to 8 over H, by m / (8 r), and 4 over W; often ten times as fast as `"mu"`.
#' - `"bpp"`: alternating non-negative least squares, each solved to the end by block
#'   principal pivoting (Kim and Park, 2011). The start of H plays no part; a random start is
#'   moved by one iteration of `"hals"` first, since the exact H of a random W would leave out
#'   components that then stay dead.
#' - `"ccd"`, KL only: cyclic coordinate descent with extrapolation, see [solver_ccd].
#' - `"cg"`: conjugate gradients for all that a graph ties, see [penalty_graph()]; else `"hals"`.
#' - `"auto"`: `"mu"` with orthogonality, a raw graph or a preset; `"cg"` with other graphs; `"ccd"`
#'   with KL and sparse X; else `"hals"`, each where the table allows it, by model and class of X.
#'
#' | loss | solver | penalties |
#' | --- | --- | --- |
#' | `"frobenius"` | `"mu"` | all but exact orthogonality with `step = "hard"` |
#' | `"frobenius"` | `"hals"` | all but `step = "choi"` |
#' | `"frobenius"` | `"bpp"` | sparse, ridge |
#' | `"frobenius"` | `"cg"` | all but exact orthogonality; no simplex, no `missing = "unstored"` |
#' | `"kl"` | `"mu"` | graph, smooth, sparse, ridge; orthogonal in the raw form |
#' | `"kl"` | `"ccd"` | sparse, ridge |
#' | `"is"` | `"mu"` | sparse in the raw form |
#' | `beta_loss(b)` | `"mu"` | sparse, ridge |
#' | `nb_loss()` | `"mu"` | graph, smooth, sparse, ridge; orthogonal in the raw form |
#'
#' Weights, missing values, known parts and several starts go with all of them (known parts
#' of a factor not where that factor is to be exactly orthogonal; [constraints] have a page of their
#' own); sparse X with all but `"is"` and `beta_loss(b)` for b of 0 or less, which take ratings
#' (`missing = "unstored"`). Every other combination is an error that says what to use.
#'
#' @section Missing values and weights: What is not observed is filled in from the present
#'   W H in each iteration, which majorises F, so that every solver and penalty works as it
#'   is (the fill needs room for 64 columns). With `"mu"` this is slow when most entries
#'   are missing. [fitted()] gives the values that were missing.
#'
#'   With `missing = "unstored"` (ratings: sparse `x`, of which only the stored entries were
#'   observed) there is no fill: every column of H and every row of W has its own problem, made of
#'   what was observed of it, and takes a step of the solver there. So little data settle as fast
#'   as full ones. An iteration takes r^2 operations for each stored entry; the memory is that of
#'   `x`, its transpose and the factors. Start from `"nndsvda"`, or from several `"random"` ones,
#'   which have the mean of what is stored; other names are refused, since 0 in place of what is
#'   not stored leads them far from the best. A start without `h` and a graph made by a function
#'   see 0 there too. Sparse `weights` of sparse `x` are the same: what they store was observed
#'   and has that weight, zeros of `x` included, and the rest was not.
#'
#'   Weights \eqn{u_j}{u_j} of samples and \eqn{v_i}{v_i} of features need no fill: the fit is
#'   the plain one of \eqn{\sqrt{v_i u_j} x_{ij}}{sqrt(v_i u_j) x_ij}, or for KL of
#'   \eqn{v_i u_j x_{ij}}{v_i u_j x_ij}, or for `beta_loss(b)` with b above 1 of their power 1 / b
#'   times x, whose factors are scaled back. It takes the time of a fit without weights, and sparse
#'   data stay as they are. A penalty on the factor that is scaled (H for samples, W for features),
#'   any scale-invariant penalty, Itakura-Saito, `beta_loss(b)` for b below 1 and `nb_loss()` do not
#'   allow that: there the weights are those of a matrix, and sparse `x` is refused.
#'
#' @section Nothing observed: A sample of which nothing was observed, all of it `NA` or of weight 0,
#'   is left out, and so is such a feature: the fit is that of the others. What belongs to them is
#'   `NA` (columns of H, rows of W, fitted values, classes, clusters), a message counts them once,
#'   and `print()` always does. All functions take such a fit; new data are used without features
#'   that it left out. A graph penalty makes no exception. A graph that is a function is made of
#'   the others, and a matrix loses its rows and columns: where its neighbours are to stand for a
#'   sample, take the mean of their coefficients, weighted by the graph. [penalty_smooth()] joins
#'   the two sides of a gap, by 1 / g of its lambda where g steps lie between them.
#'
#' @section Another rank: `init = fit` of a smaller rank gets components of what it leaves, one
#'   after the other: of the residual's leading pair, found by power steps, the larger non-negative
#'   half becomes the new column of W (as in [init_nndsvd()]), the row of H is solved for it, and a
#'   few iterations move both with all others held. Each is kept where it lowers F, so that the fit
#'   starts at or below the F that the smaller one has in this model; where nothing is left to
#'   explain, it is dead. Where a penalty costs more than a component gains, it is kept for what it
#'   takes off the deviance. No number is drawn, and of sparse data no dense copy is made. With
#'   exact orthogonality, which moves a whole factor at once, this is refused. Of a fit of a larger
#'   rank the components with the least share go ([summary.nmf_fit()]). In both the others keep
#'   their order and their names, and what is known keeps its place.
#'
#' @section Dead components: A component is dead when it has no part w_k h_k in W H: its column
#'   of W or its row of H is all 0 (with a floor, `nmf_control(smoothing = )`: nothing is above it),
#'   or the product of their largest entries is below 1e-100 of that of another component.
#'   Every fit reports them as `dead`, and `print()` names them. That is no warning, since it is
#'   an answer as often as a fault: a sparsity or ridge penalty that is worth more than a
#'   component, a `rank` above that of the data, zeros of the start (a start all of whose
#'   components are dead is refused). To see if the data hold more, use
#'   `nmf_control(revive_dead = TRUE)`.
#'
#' @param x Non-negative m x n matrix: m features in rows, n samples in columns, dense or
#'   sparse, see [data_matrices] for what may be given; or larger than memory, a [block_source()].
#'   Rows and columns of zeros are fine. Names of rows and columns are carried through, and decide
#'   where another argument has some. A data frame has its samples in rows.
#' @param formula,data A one-sided formula of columns of the data frame `data`, whose rows are the
#'   samples, as `~ . - Species` or `~ height + log(width)`: its terms, without intercept, are the
#'   features. Columns that are no numbers are refused by name. Missing values are as in a matrix
#'   (`missing = "mask"`). New data of [predict()], [adapt()] and [residuals()] can then be data
#'   frames: the columns are found by name, others are ignored.
#' @param rank Number of components r, at least 1; [select_rank()] helps to choose it. It can be
#'   above m or n (an over-complete dictionary, best with a penalty) from a random or given start;
#'   `"kmeans"` takes up to n, NNDSVD up to min(m, n). With `known` alone it may be left out.
#' @param init Where to start: `"random"` (U(0,1), [init_random()]; default; with `"hals"`
#'   H is then scaled so that W H has the mean of X),
#'   `"nndsvd"`, `"nndsvda"`, `"nndsvdar"` ([init_nndsvd()]), `"kmeans"`
#'   ([init_kmeans()]), another fit of the same features and samples, which goes on from its F (its
#'   scaling is undone; after `order = "none"` as if it had not stopped), or `list(w =, h =)`
#'   (without `h`: H = W'X, with `"hals"` times the number that brings W H nearest to X). A fit of
#'   another rank is brought to this one: see Another rank.
#'   Rows of its W and columns of its H that are `NA`, because nothing was observed of them, are
#'   drawn anew where `x` has data: from U(0, 1) times the mean of the others of a component, W
#'   first, by columns. `set.seed()` before the call makes that repeatable.
#' @param penalty `NULL` (default), a penalty, or a list of them: [penalty_sparse()],
#'   [penalty_ridge()], [penalty_smooth()], [penalty_orthogonal()], [penalty_graph()].
#' @param loss `"frobenius"` (default: least squares), `"kl"` (counts) or `"is"` (positive
#'   data whose errors are relative, such as power spectra), or one made by [beta_loss()] or by
#'   [nb_loss()] (over-dispersed counts).
#' @param solver `"auto"` (default), `"mu"`, `"hals"`, `"bpp"`, `"ccd"` or `"cg"`, see below.
#' @param control Made by [nmf_control()]: iterations, tolerance, scaling, backend.
#' @param missing `"error"` (default); `"mask"`: entries that are `NA` carry no weight; or, for
#'   sparse `x`, `"unstored"`: what is not stored was not observed, as in ratings, and stored zeros
#'   were. A stored `NA` was not.
#' @param weights `NULL` (default), or how much entries count in F, numbers of at least 0: a vector
#'   of n weights for the samples or of m for the features; `list(samples = , features = )` for
#'   both, and where m = n; or an m x n matrix, which for sparse `x` can be sparse. A sample of
#'   weight 2 counts like the same sample twice. What weighs 0 is missing, whatever its value.
#' @param known `NULL` (default), or a list of parts that are given and stay as they are:
#'   `w`, m x p, becomes the first p columns of W; `h`, q x n, the last q rows of H. Their
#'   components are not scaled. Features whose row of `w` is `NA`, as in the basis of a fit that
#'   observed nothing of them, and samples whose column of `h` is, are left out.
#' @param samples Where `x` has its samples: in its `"columns"` (default), or in its `"rows"`, as in
#'   most tables. `x`, `weights` and `known` are then given the other way round (n x m, `w` p x m,
#'   `h` n x q); a start stays `list(w = , h = )` of m x r and r x n, and so does all that is
#'   returned: [basis()] is m x r, [coef()] r x n, [fitted()] m x n. [predict()], [adapt()] and
#'   [residuals()] remember it.
#' @param assay For a container of several matrices, such as a `SummarizedExperiment` or `Seurat`
#'   object: the name of the one to use, or its number, see [data_matrices]. `NULL` (default) for
#'   all other data, and where there is only one. [predict()], [adapt()], [residuals()] keep to it.
#' @param max_iter,tol,threads Those of [nmf_control()], as in `nmf(x, 6, max_iter = 500)`. `NULL`
#'   (default): as `control` has them. One that is given here and in `control` is an error.
#' @param constraint `NULL` (default), [constraint_simplex()] (columns of H that sum to one),
#'   [constraint_upper()] (largest values), or a list of both. W is then not scaled in the end.
#' @param order `"share"` (default): components from a start by name are put in the order of their
#'   share, the largest first ([summary.nmf_fit()]). `"none"`, and always with given starts, `known`
#'   parts, bounds that are a vector or a matrix, and presets: the order of the start.
#' @param ... Must be empty. What follows is matched by its whole name only: an unknown name, and
#'   an argument without one, is an error that prints what to write.
#'
#' @return An object of class `nmf_fit`, a list. All verbs that fit make the same fields:
#' - `w`, `h`: the factors, m x r and r x n (see [basis()] and [coef()]);
#' - `value`: F of the pair returned, the last of `trace` ([objective()]);
#' - `trace`: F after each iteration, of the factors before the final scaling;
#' - `iterations`, a whole number, and `converged`: `TRUE` when a stop rule was met;
#' - `kkt`: the scaled residual of the conditions for a stationary point, see
#'   [nmf_control()];
#' - `dead`: which components are dead, whole numbers of 1..r, `integer(0)` when none is;
#' - `call`: the call as it was typed, so that [stats::update()] can change it. What is larger
#'   than 1 kB, such as data that [do.call()] put into it, stands there by its argument's name;
#' - `model`: what was fitted: `rank`, `loss` (a word: `"beta"` for [beta_loss()], whose b is
#'   `beta`, `"nb"` for [nb_loss()], which has `dispersion` and `estimated`, else `NULL`), `solver`,
#'   `penalty` (a list of penalties, or `NULL`), `init` (a name, or `"given"`), `known` (number of
#'   given columns of W and rows of H), `starts`: F of the fit from every start (`NA` where it
#'   failed), `runs`, only where `keep` asked for them, see [runs()], `lambda`: the weight of each
#'   penalty as it stands in F, `formula`: the terms of a formula, or `NULL`, `cost`, r x 2: what
#'   the penalties add to a sample's part of F for a unit of each coefficient and of its square, see
#'   [predict.nmf_fit()], and `constraint`, a list of constraints or `NULL`;
#' - `engine`: what computed it: `backend` for the products, `instructions`, the set the other
#'   loops used, `blas`, R's own, and `version`, of this package;
#' - `scaling`: `kind`, what the columns of W were scaled to, and `divisor`, the r numbers they
#'   were divided by;
#' - `control`: the options, see [nmf_control()];
#' - `data`: what is kept of X: `deviance`, the data term ([deviance()]), `x_norm2`
#'   (\eqn{\|X\|^2}{|X|^2}, weighed), `n_observed`, the number of entries known ([nobs()]),
#'   `samples`, where X had its samples, `"columns"` or `"rows"`, `assay`, which assay X was, `NULL`
#'   where it had none, `null_deviance`, the deviance with one mean for all entries
#'   ([summary.nmf_fit()]), `saturated`, the log-likelihood with a mean for each, where there is one
#'   ([logLik.nmf_fit()]), `weighted`, whether some weight was neither 0 nor 1, and `partial`,
#'   whether only what is stored was observed.
#'
#' `$` reads `rank` and `loss` as well, and takes whole names alone: `fit$W` is an error that names
#' `fit$w`.
#'
#' The scaling leaves W H and every scale-invariant objective as they are. With raw penalties F
#' belongs to the unscaled pair, `w * divisor` by columns and `h / divisor` by rows.
#' @section Errors and warnings: Bad input raises class `metanmf_error`: missing, infinite or
#'   negative entries (how many, and where the first ones are), a matrix that is not numeric or has
#'   no rows or columns, a rank below 1 or above what the start can give, a start of the wrong shape
#'   or of zeros, an unknown name. A `tol` not reached is the warning `metanmf_not_converged`.
#' @references Lee, D. D. and Seung, H. S. (2001). Algorithms for Non-negative Matrix
#'   Factorization. *Advances in Neural Information Processing Systems* 13, 556-562.
#'
#'   Cichocki, A. and Phan, A.-H. (2009). Fast local algorithms for large scale nonnegative
#'   matrix and tensor factorizations. *IEICE Transactions* E92-A(3), 708-721.
#'
#'   Gillis, N. and Glineur, F. (2012). Accelerated multiplicative updates and hierarchical
#'   ALS algorithms for nonnegative matrix factorization. *Neural Computation* 24(4),
#'   1085-1105. \doi{10.1162/NECO_a_00256}
#'
#'   Kim, J. and Park, H. (2011). Fast nonnegative matrix factorization: an
#'   active-set-like method and comparisons. *SIAM Journal on Scientific Computing*, 33(6),
#'   3261-3281. \doi{10.1137/110821172}
#'
#'   Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#'   Matrix Factorization*. Bishop's University.
#' @seealso [beta_loss()], [gnmf()], [meta_nmf()], [predict.nmf_fit()], [cluster_samples()]
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' set.seed(1)
#' fit <- nmf(x, rank = 10)
#' fit
#' nmi(cluster_samples(fit, 10), digits$labels[1:300])
#'
#' # Counts, sparse and with entries that were not observed
#' counts <- Matrix::rsparsematrix(40, 60, 0.2, rand.x = function(k) rpois(k, 3) + 1)
#' counts@x[1:5] <- NA
#' topics <- nmf(counts, 4, loss = "kl", missing = "mask", n_start = 3)
#' topics$model$starts
#'
#' # Ratings: what is not stored was not observed
#' nobs(nmf(counts, 2, missing = "unstored"))
#'
#' # Columns of a data frame, a sample in each row
#' flowers <- nmf(~ . - Species, data = iris, rank = 2)
#' predict(flowers, iris[1:3, ])
#'
#' # The first component is known
#' again <- nmf(x, 10, known = list(w = basis(fit)[, 1, drop = FALSE]))
#' @export
nmf <- function(x, ...) UseMethod("nmf")

#' @rdname nmf
#' @export
nmf.default <- function(x, rank, ..., init = "random", penalty = NULL,
                        loss = c("frobenius", "kl", "is"),
                        solver = c("auto", "mu", "hals", "bpp", "ccd", "cg"),
                        control = nmf_control(), missing = c("error", "mask", "unstored"),
                        weights = NULL, known = NULL, n_start = 1, samples = c("columns", "rows"),
                        assay = NULL, max_iter = NULL, tol = NULL, threads = NULL,
                        constraint = NULL, order = c("share", "none"),
                        keep = c("best", "scores", "all")) {
  check_verb_dots(list(...), "nmf")
  check_given("x", "the data, features in rows and samples in columns")
  if (is.null(known)) check_given("rank", "the number of components")
  samples <- where_samples(samples, x)
  assay <- which_assay(x, "x", assay)
  refuse_for_source(x, init, rank, check_penalty(penalty), check_loss(loss), solver, control)
  data <- check_data(turn_samples(read_data(x, "x", assay), samples, "x"), "x", missing,
                     turn_weights(weights, samples), turned = samples == "rows")
  known <- check_known(turn_known(known, samples), data$x, samples == "rows")
  rank <- check_known_rank(if (base::missing(rank)) sum(known$count) else rank, known)
  control <- raise_options(check_control(control),
                           list(max_iter = max_iter, tol = tol, threads = threads))
  loss <- check_loss(loss)
  penalties <- check_penalty(penalty)
  constraints <- check_constraint(constraint)
  keep <- check_choice(keep, "keep", c("best", "scores", "all"))
  sorts <- is_free_order(order, init, known, control, constraints)
  data <- spread_margins(data, loss, penalties)
  layout <- known_layout(data, known, rank)
  data <- observed_data(data, layout, "x")
  loss <- layout_loss(loss, layout)
  spec <- check_spec(loss, solver, penalties, control, data, constraints, known, rank)
  spec$limits <- engine_limits(constraints, layout$dim, rank, layout, loss)
  spec[c("layout", "samples", "assay")] <- list(layout, samples, assay)
  spec[c("keep", "sorts")] <- list(keep, sorts)
  spec$init <- start_name(init)
  spec["formula"] <- list(attr(x, "metanmf_formula", exact = TRUE))
  spec$known <- keep_known(known, layout)
  check_known_exact(spec$known, spec$penalties)
  check_within(spec$limits, spec$known, data)
  starts <- draw_starts(check_starts(n_start, init, data), init, data, rank, spec)
  spec$grown <- grown_places(init, rank, spec$known, penalties)
  spec$call <- short_call(match.call(), "nmf")
  fit <- best_fit(data, starts, spec)
  tell_unobserved(unobserved_counts(fit))
  fit
}
