#' Non-negative matrix factorisation
#'
#' Finds non-negative factors W (m x r) and H (r x n) whose product W H is close to X. Columns of W
#' are components, such as topics, gene programmes, spectra or strokes; each column of H says how
#' much of each component one sample holds.
#'
#' The fit lowers an objective F, which [objective()] returns and `trace` records. F is the loss
#' below plus the penalties ([penalties], [penalty_graph()]); [deviance()] leaves the penalties out.
#' - `loss = "frobenius"`: \eqn{F = \|X - WH\|_F^2}{F = |X - WH|^2}, without a factor 1/2. This is
#'   least squares.
#' - `loss = "kl"`: \eqn{F = \sum_{ij} x_{ij} \log(x_{ij} / z_{ij}) - x_{ij} + z_{ij}}{
#'   F = sum_ij x_ij log(x_ij / z_ij) - x_ij + z_ij} with \eqn{Z = WH}, the generalised
#'   Kullback-Leibler divergence. Its minimum has the largest likelihood of Poisson counts.
#' - `loss = "is"`: \eqn{F = \sum_{ij} x_{ij} / z_{ij} - \log(x_{ij} / z_{ij}) - 1}{
#'   F = sum_ij x_ij / z_ij - log(x_ij / z_ij) - 1}, the Itakura-Saito divergence, for positive X.
#' - `loss = beta_loss(b)`: the beta-divergence. It equals the three above at b = 2 (with 1/2), 1
#'   and 0 and covers all values between and beyond them, see [beta_loss()].
#' - `loss = nb_loss()`: the negative binomial for over-dispersed counts, see [nb_loss()].
#'
#' With weights, each entry's term of F is multiplied by its weight; a missing entry has no term.
#' One iteration updates H and then W. It reads X once (twice with `"cg"`) and allocates nothing of
#' the size of X. F never rises, with three exceptions that reproduce published code: `step =
#' "choi"`, `step = "ratio"`, and `nmf_control(smoothing = )`.
#'
#' @section Nothing observed: A sample is left out when nothing of it was observed, that is, when
#'   all its entries are `NA` or have weight 0. The same holds for a feature. The others are fitted
#'   as if it did not exist, and its column of H or row of W, its fitted values, its class and its
#'   cluster are `NA`. A message counts such samples and features once, and `print()` always does.
#'   All functions accept such a fit, and [predict()] ignores features that the fit left out.
#'
#'   A graph does not change this: a graph that is a function is made from the observed samples, and
#'   a graph that is a matrix loses the rows and columns of the others. If neighbours should stand
#'   in for such a sample, average their coefficients with the graph's weights. [penalty_smooth()]
#'   joins the two sides of a gap of g steps with 1 / g of its lambda.
#'
#' @section Starting from a fit of another rank: A fit of a smaller rank is extended one component
#'   at a time. The new column of W is the larger non-negative half of the residual's leading pair,
#'   which power steps find (as in [init_nndsvd()]). The row of H is solved for it, and a few
#'   iterations move both while all others are held. The component is kept if it lowers F, so the
#'   start is at or below the F that the smaller fit has in this model; where nothing is left to
#'   explain, the new component is dead. If a penalty costs more than a component gains, the
#'   component is kept when it lowers the deviance. No random number is drawn, and sparse data are
#'   not made dense. Exact orthogonality moves a whole factor at once, so it is refused here.
#'
#'   A fit of a larger rank loses the components with the smallest shares ([summary.nmf_fit()]). In
#'   both directions the other components keep their order and names, and known components keep
#'   their places.
#'
#' @section Dead components: A component is dead when it adds nothing to W H. This is so when its
#'   column of W or its row of H is all 0 (with `nmf_control(smoothing = )`: nowhere above the
#'   floor), or when the product of their largest entries is below 1e-100 of that of another
#'   component. Every fit lists them as `dead`, and `print()` names them. There is no warning,
#'   because a dead component is often an answer: a sparse or ridge penalty can cost more than the
#'   component gains, and `rank` can exceed the rank of the data. It can also come from zeros in the
#'   start; a start whose components are all dead is refused. `nmf_control(revive_dead = TRUE)`
#'   tries whether the data hold more.
#'
#' @param x Non-negative m x n matrix with m features in rows and n samples in columns, dense or
#'   sparse; [data_matrices] lists what else is accepted. Data larger than memory are given as a
#'   [block_source()]. Rows and columns of zeros are fine. Row and column names are kept in the fit,
#'   and other arguments that have names are matched to them. A data frame has its samples in rows.
#' @param formula,data A one-sided formula of columns of the data frame `data`, whose rows are the
#'   samples, such as `~ . - Species` or `~ height + log(width)`. Its terms are the features; there
#'   is no intercept. A column that is not numeric is refused by name. Missing values need `missing
#'   = "mask"`, as in a matrix. New data given to [predict()], [adapt()] and [residuals()] can then
#'   be data frames: their columns are found by name and other columns are ignored.
#' @param rank Number of components r, at least 1; [select_rank()] helps to choose it. A random or
#'   given start allows more than m or n components (an over-complete dictionary, best with a
#'   penalty). `"kmeans"` allows up to n and NNDSVD up to min(m, n). `rank` may be left out when
#'   `known` gives all components.
#' @param init Where to start. `"random"` (default) draws from U(0, 1), see [init_random()]; with
#'   `"hals"` H is then scaled so that W H has the mean of X. `"nndsvd"`, `"nndsvda"` and
#'   `"nndsvdar"` are described in [init_nndsvd()] and `"kmeans"` in [init_kmeans()]. `list(w = ,
#'   h = )` gives both factors; without `h`, H is W'X, with `"hals"` multiplied by the number that
#'   brings W H nearest to X. Another fit of the same features and samples continues from its own F:
#'   its scaling is undone, and after `order = "none"` it goes on as if it had not stopped. Its rank
#'   may differ, see below. Where such a fit has `NA`, because nothing was observed, and `x` now has
#'   data, entries are drawn from U(0, 1) times the mean of the component's other entries, W first,
#'   by columns. Call `set.seed()` first to make drawn numbers repeatable.
#' @param penalty `NULL` (default), a penalty, or a list of them: [penalty_sparse()],
#'   [penalty_ridge()], [penalty_smooth()], [penalty_orthogonal()], [penalty_graph()].
#' @param loss `"frobenius"` (default) for least squares, `"kl"` for counts, `"is"` for positive
#'   data whose errors are relative, such as power spectra, or a loss made by [beta_loss()] or by
#'   [nb_loss()] (over-dispersed counts).
#' @param solver `"auto"` (default), `"mu"`, `"hals"`, `"bpp"`, `"ccd"`, `"cg"` or `"online"`, see
#'   Solvers; or made by [solver_online()].
#' @param control Further options, made by [nmf_control()]: tolerance, scaling, backend and others.
#' @param missing `"error"` (default) refuses `NA`. `"mask"` leaves entries that are `NA` out of the
#'   fit. `"unstored"`, for sparse `x`, leaves out all entries that are not stored, as in ratings,
#'   and stored `NA`; stored zeros were observed.
#' @param weights `NULL` (default), or numbers of at least 0 that say how much entries count: a
#'   vector of n weights for the samples or of m for the features; `list(samples = , features = )`
#'   for both, and also when m = n; or an m x n matrix, which can be sparse if `x` is. A sample of
#'   weight 2 counts like the same sample twice. An entry with weight 0 is treated as missing; its
#'   value is ignored.
#' @param known `NULL` (default), or a list of components that are given and stay as they are: `w`,
#'   m x p, becomes the first p columns of W, and `h`, q x n, the last q rows of H. These components
#'   are not scaled. A feature whose row of `w` is `NA`, as in the basis of a fit that observed
#'   nothing of it, is left out. The same holds for a sample whose column of `h` is `NA`.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or in its `"rows"`, as
#'   most tables do. With `"rows"` `x` and `weights` are n x m, and `known` has `w` of p x m and `h`
#'   of n x q. A start and all results keep their shapes: [basis()] is m x r, [coef()] r x n and
#'   [fitted()] m x n. [predict()], [adapt()] and [residuals()] remember the choice.
#' @param assay The name or number of the matrix to use from a container of several, such as a
#'   `SummarizedExperiment` or `Seurat` object, see [data_matrices]. `NULL` (default) for all other
#'   data, and where there is only one. [predict()], [adapt()] and [residuals()] remember it.
#' @param max_iter,tol,threads Those of [nmf_control()], as in `nmf(x, 6, max_iter = 500)`. `NULL`
#'   (default) takes the value in `control`. Giving one here and in `control` is an error.
#' @param constraint `NULL` (default), [constraint_simplex()] (each column of H sums to one),
#'   [constraint_upper()] (largest values), or a list of both. W is then not scaled at the end.
#' @param order `"share"` (default) sorts the components by their share of the fit, the largest
#'   first ([summary.nmf_fit()]). `"none"` keeps the order of the start. Given starts, `known`
#'   components, bounds that are a vector or a matrix, and presets always keep it.
#' @param ... Must be empty. All later arguments are matched by their whole names. An unknown name
#'   or an argument without a name is an error that says what to write.
#'
#' @return An object of class `nmf_fit`, a list. All functions that fit return the same fields:
#' - `w`, `h`: the factors, m x r and r x n (see [basis()] and [coef()]);
#' - `value`: the objective F of the returned pair, the last of `trace` ([objective()]);
#' - `trace`: F after each iteration, for the factors before the final scaling;
#' - `iterations`, a whole number, and `converged`: `TRUE` when a stop rule was met;
#' - `kkt`: the scaled residual of the conditions for a stationary point, see [nmf_control()];
#' - `dead`: which components are dead, whole numbers of 1..r, `integer(0)` when none is;
#' - `call`: the call as it was typed, so that [stats::update()] can change it. A value larger than
#'   1 kB, such as data that [do.call()] put into the call, is replaced by its argument's name;
#' - `model`: what was fitted. `rank`; `loss` (a word: `"beta"` for [beta_loss()], whose b is
#'   `beta`, `"nb"` for [nb_loss()], which has `dispersion` and `estimated`, else `NULL`); `solver`;
#'   `penalty` (a list of penalties, or `NULL`); `lambda`, the weight of each penalty as it stands
#'   in F; `init` (a name, or `"given"`); `known` (number of given columns of W and rows of H);
#'   `starts`, F of the fit from every start (`NA` where it failed); `runs`, only if `keep` asked
#'   for them, see [runs()]; `formula`, the terms of a formula, or `NULL`; `cost`, r x 2, what the
#'   penalties add to a sample's term of F for a unit of each coefficient and of its square, see
#'   [predict.nmf_fit()]; and `constraint`, a list of constraints or `NULL`;
#' - `engine`: what computed it: `backend` for the products, `instructions`, the set that the other
#'   loops used, `blas`, the BLAS of R, and `version`, of this package;
#' - `scaling`: `kind`, what the columns of W were scaled to, and `divisor`, the r numbers that they
#'   were divided by;
#' - `control`: the options, see [nmf_control()];
#' - `data`: what is kept of X. `deviance`, see [deviance()]; `x_norm2`, the weighted
#'   \eqn{\|X\|^2}{|X|^2}; `n_observed`, the number of observed entries ([nobs()]); `samples`,
#'   `"columns"` or `"rows"`; `assay`, `NULL` where there was none; `null_deviance`, the deviance
#'   with one mean for all entries ([summary.nmf_fit()]); `saturated`, the log-likelihood with a
#'   mean for each entry, where there is one ([logLik.nmf_fit()]); `weighted`, whether some weight
#'   was neither 0 nor 1; and `partial`, whether only stored entries were observed.
#'
#' `$` also reads `rank` and `loss`. It takes whole names only: `fit$W` is an error that names
#' `fit$w`.
#'
#' The final scaling leaves W H and every scale-invariant objective as they are. With raw penalties
#' F belongs to the unscaled pair: columns of `w` times `divisor`, rows of `h` over `divisor`.
#' @section Errors and warnings: Bad input raises an error of class `metanmf_error`: entries that
#'   are missing, infinite or negative (how many, and where the first ones are), a matrix that is
#'   not numeric or has no rows or columns, a rank below 1 or above what the start can give, a start
#'   of the wrong shape or of zeros, an unknown name. A fit that ends before its stop rule is met
#'   gives the warning `metanmf_not_converged`.
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
#' # A data frame has a sample in each row. The formula names its features.
#' set.seed(1)
#' flowers <- nmf(~ . - Species, data = iris, rank = 2)
#' flowers
#' table(cluster_samples(flowers, 3), iris$Species)
#' predict(flowers, iris[1:3, ])
#'
#' # Counts of 40 words in 60 documents, sparse and with entries that were not observed
#' counts <- Matrix::rsparsematrix(40, 60, 0.2, rand.x = function(k) rpois(k, 3) + 1)
#' counts@x[1:5] <- NA
#' topics <- nmf(counts, 4, loss = "kl", missing = "mask", n_start = 3)
#' topics$model$starts
#'
#' # Ratings: an entry that is not stored was not observed
#' nobs(nmf(counts, 2, missing = "unstored"))
#'
#' # The first component is known
#' x <- scale_minmax(digits$x[, 1:300])
#' fit <- nmf(x, 6)
#' again <- nmf(x, 6, known = list(w = basis(fit)[, 1, drop = FALSE]))
#' identical(basis(again)[, 1], basis(fit)[, 1])
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
                        keep = c("best", "scores", "all"), folder = NULL, workers = FALSE) {
  check_verb_dots(list(...), "nmf")
  check_given("x", "the data, features in rows and samples in columns")
  if (is.null(known)) check_given("rank", "the number of components")
  samples <- where_samples(samples, x)
  assay <- which_assay(x, "x", assay)
  x <- with_workers(x, workers)
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
  data <- spread_margins(data, loss, penalties)
  layout <- known_layout(data, known, rank)
  data <- observed_data(data, layout, "x")
  loss <- layout_loss(loss, layout)
  spec <- check_spec(loss, solver, penalties, control, data, constraints, known, rank)
  spec$limits <- engine_limits(constraints, layout$dim, rank, layout, loss)
  spec[c("layout", "samples", "assay", "init")] <- list(layout, samples, assay, start_name(init))
  spec$keep <- check_choice(keep, "keep", c("best", "scores", "all"))
  spec$sorts <- is_free_order(order, init, known, control, constraints)
  spec["formula"] <- list(attr(x, "metanmf_formula", exact = TRUE))
  spec$known <- keep_known(known, layout)
  check_known_exact(spec$known, spec$penalties)
  check_within(spec$limits, spec$known, data)
  n_start <- check_starts(n_start, init, data)
  spec$folder <- open_start_folder(folder, n_start, data, rank, spec)
  starts <- draw_starts(n_start, init, data, rank, spec)
  spec$grown <- grown_places(init, rank, spec$known, penalties)
  spec$call <- short_call(match.call(), "nmf")
  fit <- best_fit(data, starts, spec)
  tell_unobserved(unobserved_counts(fit))
  fit
}
