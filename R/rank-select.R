#' How many components the data support
#'
#' Chooses the rank of [nmf()] by how well fits of each rank predict entries that were hidden from
#' them, and says how sure that choice is.
#'
#' The rank returned is the one that predicts best, or the count of the spectrum if that predicts as
#' well. It is how many components the data *support*. A component that is too weak to help
#' prediction is not counted, though it may exist. On 1100 sets of eleven families, planted with 3
#' to 12 components, the choice was exact in 76 % and within 1 in 86 %, see Accuracy.
#'
#' @section Procedure:
#' 1. **Outliers.** The search for outliers begins only if an entry is at least four times every
#'    other entry of its feature and of its sample. Then fits of the rank of step 2 predict entries
#'    hidden from them. An entry that lies ten times the usual distance above its prediction,
#'    relative to the root of that, is set aside too, in up to three rounds. Entries set aside count
#'    as missing in all later steps. Nothing is set aside in ratings, or if more than 1 % of the
#'    entries would go.
#' 2. **A first guess from the singular values.** Each row and each column may have a noise level of
#'    its own. After both are made equal, the singular values above what noise alone reaches are
#'    counted (Landa and Kluger 2025). If the smaller side has more than 1000 rows or columns, or
#'    the larger one more than 2000, a random selection of these represents them.
#' 3. **Hidden entries.** All observed entries are dealt at random into groups of `fraction`, so
#'    that ten masks of a tenth hide each entry once. All ranks see the same masks. For sparse data
#'    the stored entries are dealt, and each mask hides as many of the zeros that are not stored (at
#'    most `fraction` of them). In the error, each of these stands for its share of all zeros. No
#'    mask hides all that was observed of a feature or sample. A feature with one observed entry
#'    keeps it.
#' 4. **Two fits.** For each mask a fit begins at a random start. If the rank below was visited,
#'    another one begins at its fit, with one more component made from the residual. The better of
#'    the two counts.
#' 5. **The error** is the mean of \eqn{|x_{ij} - p_{ij}|}{|x_ij - p_ij|} at the hidden entries. For
#'    `loss = "kl"` it is the mean of \eqn{x \log(x / p) - x + p}{x log(x / p) - x + p}, with p at
#'    least a thousandth of the mean. The prediction p is that of a least-squares fit, or with
#'    [nb_loss()] of a fit by that loss. It is cut to the largest entry seen of its feature and of
#'    its sample, because a single wild prediction could otherwise decide. If all that was seen of a
#'    feature or sample is 0, p is 0.
#' 6. **Search.** Rank 1 is visited, then the guess and the ranks above it until `patience` in a row
#'    are no better, and then the ranks below it in the same way.
#' 7. **The choice** is the rank with the least error, or the guess, if its error is within one
#'    standard error of the least, paired by mask.
#'
#' @section Verdicts:
#' The rates are those of 2200 planted sets and 200 of noise, see Accuracy.
#' - `"determined"`: the choice is the count of the spectrum, above 1. It was exact in 93 % of 1336
#'   planted sets, and within 1 in 97 %.
#' - `"about"`: the two differ by 1. Of 414 sets it was exact in 72 %, and within 1 in 92 %.
#' - `"one"`: no further component helps to predict, and the spectrum shows at most 2. All of the
#'   sets of noise were answered so, and 57 planted ones.
#' - `"not determined"`: they differ by 2 or more, or the smallest error is at the largest rank, or
#'   too many ranks predict alike, or the gain over one component is below 5 %. The best rank is
#'   returned all the same, with its reason. Of 393 sets it was exact in 32 %, and within 1 in 50 %.
#'   `print()` says when the worst hundredth of the hidden entries has most of the squared error.
#'
#' @section Accuracy: The share of sets with exactly the planted rank, 200 of each family, with
#'   sizes from 30 x 50 to 500 x 400. Without step 7 it is .73 instead of .76. The step was chosen
#'   on the first 60 sets of each family, and makes .76 of .72 on the others. The reference is the
#'   procedure below without its first step, in plain R, with ten masks of all data. It is ahead by
#'   2.5 percentage points with dense factors, and nowhere else. RcppML 1.0.0 chose the lowest mean
#'   `test_mse` of `nmf(k = 1:15, test_fraction = 0.1, cv_seed = 1:3)` for the first 50 sets, for
#'   which this procedure is shown a second time. The file `rank/sets.tsv.xz` of the installed
#'   package has a row for each set. `Rscript bench/rank.R 200 sets.tsv reference` and then `Rscript
#'   bench/rank.R 50 sets.tsv rcppml` in the sources make the table.
#'
#' | data | this | determined | spectrum | reference | this, of 50 | RcppML, of 50 |
#' | --- | --- | --- | --- | --- | --- | --- |
#' | normal noise: dense factors | .80 | .71 | .68 | .82 | .80 | .66 |
#' | sparse factors | .90 | .53 | .52 | .90 | .90 | .56 |
#' | components of unequal weight | .75 | .57 | .52 | .72 | .70 | .54 |
#' | correlated components | .91 | .69 | .68 | .89 | .92 | .78 |
#' | clusters in both ways | .88 | .81 | .91 | .64 | .92 | .90 |
#' | clusters on a background | .91 | .80 | .76 | .90 | .88 | .88 |
#' | counts: Poisson | .63 | .48 | .48 | .61 | .68 | .58 |
#' | with a level of each gene | .61 | .51 | .56 | .51 | .68 | .38 |
#' | overdispersed | .29 | .24 | .29 | .26 | .20 | .16 |
#' | noise of heavy tails | .73 | .65 | .59 | .65 | .72 | .50 |
#' | .2 % outliers | .95 | .69 | .68 | .01 | .98 | .00 |
#' | all | .76 | .61 | .61 | .63 | .76 | .54 |
#' | noise alone, answered 1 | 1.00 | .00 | 1.00 | 1.00 | 1.00 | 1.00 |
#'
#' @section Large data: Of 66 sets of 60,000 to 200,000 entries without outliers the least error
#'   of five masks was exact in 59, and of ten in 57. On six sets of 500 x 400 five masks chose
#'   what ten did, and so did five of 200 or 100 of the 400 samples; one of 1000 x 2000 had its
#'   planted rank from 500 of the samples too. A part of the samples is enough. Of a
#'   [block_source()] the search looks at 1000 samples, evenly spaced, or at all if there are fewer.
#'   For others give `x[, at]`, which is a matrix.
#'
#' @section Down-weighting outliers: Instead of step 1 each entry got Huber's or Cauchy's weight by
#'   its distance from what fits that did not see it predict. On 220 planted sets of 30 x 50 or 50 x
#'   80, twenty of each family, the choice was exact in 63 % as it is made here, in 55 % with
#'   either weights and in 56 % with outliers left as they are. With outliers it was exact in 16
#'   of 20 sets (Huber 12, Cauchy 17, left 0), with noise of heavy tails in 11 (13, 13, 11), with
#'   clusters in both ways in 19 (13, 14, 19), and with counts (Poisson, genes) in 20 of 40 (13,
#'   11, 20). `Rscript bench/rank-weights.R 20` in the sources prints this.
#'
#' @section Missing, weighted and sparse data: We planted ten sets of 60 x 90 for each case, with
#'   dense factors and normal noise. The choice was exact in 9 of them, in 8 with 10 % of the
#'   entries missing, and in 7 with 30 % missing. If half of the samples had twice the noise, it was
#'   exact in 8, and in 9 with weights that say so; with Poisson counts of that kind, in 8 and 7.
#'   Poisson counts were exact in 8, both as a sparse and as a dense matrix. The two choices were
#'   the same in 9, because masks of sparse data are drawn in another way.
#'   `Rscript bench/rank-cases.R` in the sources prints this and what follows.
#'
#' @section Penalties: The rank is better chosen without a penalty. On sets like these, with dense
#'   factors, the choice was exact in 8 of ten without one, in 4 with `penalty_sparse(0.05)` and in
#'   1 with `penalty_ridge(0.1)`. With these penalties it was too large by 0.5 and 3.2 on average.
#'
#' @section Other losses: Which fits and which error find the planted rank where the noise is that
#'   of another loss: the share of 30 sets of 60 x 90 with exactly the planted rank, 3 to 12, by
#'   fits of least squares (LS), of Kullback-Leibler (KL) and of the loss itself, and by the
#'   absolute error, by Kullback-Leibler and by the loss at hidden entries (there p is at least a
#'   thousandth of the mean). This function has least squares and the absolute error, but for
#'   `nb_loss()` fits by the loss with dispersions that a fit of all entries at the first guess
#'   estimated.
#'
#' | data | LS, absolute | LS, KL | LS, loss | KL, absolute | loss, absolute | loss, loss |
#' | --- | --- | --- | --- | --- | --- | --- |
#' | `"is"`, gamma noise, dense factors | .53 | .50 | .40 |  | .37 | .37 |
#' | the same, sparse factors | .77 | .83 | .33 |  | .53 | .40 |
#' | `beta_loss(0.5)`, compound Poisson | .67 | .67 | .53 |  | .53 | .47 |
#' | `beta_loss(1.5)`, normal noise | .97 | .90 | .90 |  | .40 | .43 |
#' | `nb_loss()`, mean .3 to 8 | .30 | .27 | .27 | .63 | .67 | .47 |
#' | the same, mean 8 to 80 | .40 | .40 | .27 | .57 | .73 | .57 |
#'
#'   Fits by Itakura-Saito and by the beta-divergence found fewer ranks than least squares, and took
#'   up to 12 times as long. `Rscript bench/rank-losses.R 30` in the sources prints this.
#'
#' @section Real data: The number of components that help to predict pixels is not the number of
#'   kinds of samples. We took 300 samples of four data sets, and five masks:
#'
#' | data | classes | choice | near | spectrum |
#' | --- | --- | --- | --- | --- |
#' | [digits], each feature scaled to 0..1 | 10 | about 15 | 15 to 17 | 14 |
#' | blood cells (pbmc3k), log counts of 1000 genes | 9 | 7 not determined | 6 to 10 | 7 |
#' | images of objects (COIL-20), 16 x 16 pixels | 20 | 79 not determined | 79, 81 | 49 |
#' | faces (Olivetti), 16 x 16 pixels | 40 | 67 not determined | 64 to 69 | 52 |
#'
#'   `Rscript bench/rank-real.R --data=FOLDER --samples=300` in the sources prints this.
#'
#' @section Other criteria: We chose this procedure in a study on 44 other planted sets. The table
#'   has the share of sets in which a criterion gave exactly the planted rank, among all sets, and
#'   among the 33 sets whose planted rank predicts best.
#'
#' | criterion | all | best predicting |
#' | --- | --- | --- |
#' | this procedure, prediction alone | .73 | .97 |
#' | the spectral count alone | .80 | .94 |
#' | the same masks with squared errors | .66 | .88 |
#' | information criterion ICp2 (Bai and Ng) | .61 | .82 |
#' | BIC; AIC | .50; .34 | .67; .45 |
#' | stability of components (NMFk, smallest silhouette above .75) | .52 | .70 |
#' | consensus of runs: largest cophenetic correlation; its first fall | .20; .11 | .27; .15 |
#' | parallel analysis | .07 | .09 |
#'
#' @inheritParams nmf
#' @param ranks `NULL` (default) searches from 1 to half of the smaller side of `x`. Otherwise give
#'   the ranks to visit, at least two.
#' @param ... Must be empty. What follows is matched by its whole name only.
#' @param penalty,weights,missing As in [nmf()], used in all fits. A penalty makes the choice too
#'   large, see below.
#' @param loss The loss of the fit whose rank you want, as in [nmf()]: `"frobenius"` (default),
#'   `"kl"`, `"is"`, [beta_loss()] or [nb_loss()]. It decides which data are refused, and how the
#'   error is measured: by the divergence for `"kl"`, else by the absolute error. The fits are least
#'   squares, which found more ranks than fits by the loss did. Only with [nb_loss()] the fits are
#'   by that loss, see Other losses. If its dispersions are to be estimated, they are taken from a
#'   fit of all entries at the first guess.
#' @param masks Number of masks. `NULL` (default) takes 10, with which every entry is hidden once,
#'   or 5 if there are more than 50,000 observed entries, see Large data.
#' @param fraction Share of the entries that a mask hides, .1 by default.
#' @param patience The search ends after so many ranks in a row without a smaller error, 2 by
#'   default.
#' @param labels `NULL` (default), or known labels of the samples. With labels, 10 fits of all
#'   entries are made for each rank visited, and the [nmi()] of their clusters with the labels is
#'   reported.
#' @param stability Whether to report how far 10 fits of each rank agree. The default is `FALSE`,
#'   since it takes the time of these fits. The choice does not depend on it, see Other criteria.
#' @param folder `NULL` (default), or a folder in which every fit is kept, see Interruptions.
#' @param control Options of the fits, made by [nmf_control()]. Short fits are enough: the default
#'   is at most 100 iterations and a tolerance of 3e-4.
#' @return An object of class `rank_choice`, a list:
#' - `rank`: the choice;
#' - `near`: ranks whose error is within two standard errors of it, paired by mask;
#' - `verdict` and `reason`, see below;
#' - `spectral`: the count of singular values above the noise, `NA` if most of them are 0, and for
#'   ratings;
#' - `ranks`: a data frame with a row for each rank visited: `rank`, `error`, `above` (error minus
#'   the best), `spread` (standard error of that difference over the masks), `gain` (1 minus the
#'   error over that of rank 1), `near`, `explained` (mean explained deviance of the
#'   fits, see [summary.nmf_fit()]), `failed` (the message of a fit that failed, else `NA`); with
#'   `labels`, `nmi` (mean over 10 fits) and `nmi_spread` (its standard deviation); with
#'   `stability`, of the consensus of 10 fits (Brunet and others 2004) over at most 1000 samples
#'   `cophenetic`, the cophenetic correlation, `dispersion` and `silhouette`, the mean width of its
#'   r clusters, and `stability`, see [basis_stability()] (`NA` without package clue);
#' - `outliers`: a matrix with the `feature` and `sample` of each entry that was set aside;
#' - `masks`, `hidden` (entries in a mask, those stored and those not), `worst` (the share of the
#'   squared error that the worst hundredth of the hidden entries has), `loss`, `searched` (how
#'   many samples of how many, of data in blocks), `stopped` (whether it was interrupted) and
#'   `call`.
#' @section Interruptions: Ctrl-C returns a choice among the ranks visited until then, with
#'   `stopped = TRUE`. Before the first rank was visited it is an error of class
#'   `metanmf_interrupted`. If a fit fails, its rank is a row with the message in `failed`, and is
#'   never chosen. With a `folder` every finished fit is kept. After an interruption or a crash, the
#'   same call with that folder makes the fits that are missing, and returns the choice of one
#'   uninterrupted call. There is no need to call [set.seed()] again. You may ask for more `ranks`.
#'   A folder of other data, masks or options is refused and left as it is. The folder takes 8 bytes
#'   for each entry of W and H, for every rank and mask, and can be removed afterwards.
#' @section Errors: Class `metanmf_error` for data with fewer than 2 rows or columns or with fewer
#'   than 5 entries in a mask, ranks outside 1..min(m, n), a single rank, labels of another number
#'   than the samples, a folder that belongs to another search, and what [nmf()]
#'   refuses with that loss.
#' @section Cost: Each rank visited takes one fit for each mask, and two where the rank below was
#'   visited too. Outliers add up to 30 fits. The search took 1.7 to 1.9 times as long as one fit
#'   for each rank and mask with the same control, on 12 sets of six families each of 80 x 120, 300
#'   x 200, 500 x 200 and 500 x 400. It took 2.0, 2.4, 2.6 and 3.1 times as long as that many plain
#'   fits of the chosen rank, which are shorter since nothing is hidden from them, and 70 to 130
#'   times as long as one. `Rscript bench/rank-cost.R 2` in the sources prints this. It is more
#'   with noise alone or of heavy tails. Masks are spread over `mirai::daemons()` or the workers of
#'   `future::plan()`; the answer does not depend on their number. [set.seed()] before the call
#'   makes it repeatable.
#' @references Brunet, J.-P., Tamayo, P., Golub, T. R. and Mesirov, J. P. (2004). Metagenes and
#'   molecular pattern discovery using matrix factorization. *PNAS* 101(12), 4164-4169.
#'   \doi{10.1073/pnas.0308531101}
#'
#'   Landa, B. and Kluger, Y. (2025). The Dyson equalizer: adaptive noise stabilization for
#'   low-rank signal detection and recovery. *Information and Inference* 14(1).
#'   \doi{10.1093/imaiai/iaae036}
#' @seealso [nmf()]
#' @examples
#' set.seed(1)
#' w <- matrix(rgamma(40 * 3, 0.5), 40)
#' x <- w %*% matrix(rgamma(3 * 60, 0.5), 3)
#' x <- pmax(x + rnorm(length(x), sd = sd(x) / 5), 0)
#' choice <- select_rank(x)
#' choice
#' plot(choice)
#' @export
select_rank <- function(x, ranks = NULL, ..., loss = c("frobenius", "kl", "is"), penalty = NULL,
                        missing = c("error", "mask", "unstored"), weights = NULL, masks = NULL,
                        fraction = 0.1, patience = 2, labels = NULL, stability = FALSE,
                        folder = NULL,
                        control = nmf_control(max_iter = 100, tol = 3e-4, scale = "none"),
                        samples = c("columns", "rows"), assay = NULL) {
  check_dots(list(...), "select_rank")
  check_given("x", "the data, features in rows and samples in columns")
  samples <- where_samples(samples, x)
  part <- searched_samples(x, labels, weights)
  x <- part$x
  weights <- turn_weights(weights, samples)
  data <- check_data(turn_samples(read_data(x, "x", which_assay(x, "x", assay)), samples, "x"),
                     "x", missing, weights, turned = samples == "rows")
  ranks <- check_ranks(ranks, data$x)
  loss <- check_loss(loss)
  options <- list(loss = loss, error = rank_error(loss), penalty = check_penalty(penalty),
                  weights = weights, control = check_control(control))
  check_loss_data(loss, data, options$control)
  masks <- check_masks(masks, data)
  fraction <- check_fraction(fraction, data)
  patience <- check_count(patience, "patience")
  labels <- check_sample_labels(part$labels, data$x)
  stability <- check_flag(stability, "stability")
  folder <- open_search_folder(rank_store, folder, rank_owner(masks, fraction, options), data,
                               weights)
  stream <- list("select_rank", search_number(folder))
  outliers <- find_outliers(data, options, stream)
  if (length(outliers)) data <- set_aside(data, outliers, weights)
  largest <- if (is.null(ranks)) most_ranks(data) else max(ranks)
  spectral <- with_stream(guess_rank(data), stream, "spectral")
  first <- first_rank(spectral, largest)
  options$model_loss <- rank_model(loss, data, first, options, stream)
  search <- new_search(data, masks, fraction, options, stream)
  search$largest <- largest
  bar <- rank_progress(masks, if (stability || !is.null(labels)) described_runs else 0L)
  search <- c(search, list(patience = patience, folder = folder, outliers = outliers,
                           searched = part$searched))
  search[names(bar)] <- bar
  found <- search_ranks(search, first, ranks)
  choice <- new_rank_choice(found, spectral, search, short_call(match.call(), "select_rank"))
  describe_choice(choice, search, labels, stability)
}

# What all visits have in common. The stream of random numbers begins with one draw from the user's
# generator, so that the fits of a rank do not depend on which ranks were visited before.
new_search <- function(data, masks, fraction, options,
                       stream = list("select_rank", search_number(NULL))) {
  list(data = data, masks = with_stream(draw_masks(data, masks, fraction), stream, "masks"),
       stream = stream, options = options, begin = function(...) NULL, ended = function(...) NULL)
}

# The largest rank that the search tries by itself: half of the smaller side.
most_ranks <- function(data) max(1L, min(dim(data$x)) %/% 2L)

# The rank at which the search begins: the guess, or 4 without a guess.
first_rank <- function(spectral, largest) {
  if (is.na(spectral)) max(1L, min(largest, 4L)) else min(spectral, largest)
}

# The count of the spectrum. It needs every entry, so a missing one is replaced by the mean of its
# feature. In ratings too little was observed for that.
guess_rank <- function(data) {
  if (isTRUE(data$partial)) NA_integer_ else spectral_rank(fill_missing(data$x, data$weights))
}
