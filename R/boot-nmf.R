# How sure the coefficients of samples are, given the basis.

#' Intervals for the coefficients of samples
#'
#' Says how far the coefficients of a sample would move with other features, or with other counts,
#' for the basis W of the fit. Each draw solves for H anew, exactly as
#' [predict()][predict.nmf_fit()] does, with the fit's loss, penalties and constraint. The intervals
#' are quantiles of the draws.
#'
#' `by = "features"` draws the m features with replacement. Each feature counts as often as it was
#' drawn, and the draw is the same for all samples. This assumes that features are exchangeable
#' given the basis and the sample, and nothing about the distribution of their errors. Since
#' residuals are smaller than errors, the deviations from the estimate are multiplied by
#' \eqn{\sqrt{m_j / (m_j - r)}}{sqrt(m_j / (m_j - r))}, where \eqn{m_j} is the number of features
#' observed in sample j. Values below 0 become 0.
#'
#' `by = "counts"` draws every observed entry from the fitted Poisson distribution,
#' \eqn{x^*_{ij} \sim \textrm{Poisson}((W h_j)_i)}{x*_ij ~ Poisson((W h_j)_i)}, for counts fitted by
#' `loss = "kl"`. The intervals are right if the counts are Poisson, and too narrow if they vary
#' more. For a fit by [nb_loss()] the draws are negative binomial with the dispersions of the fit,
#' which are taken as known.
#'
#' The interval for a coefficient runs from the (1 - level) / 2 quantile of its draws to the
#' (1 + level) / 2 quantile (Efron 1979; type 6 of [stats::quantile()]). A coefficient of 0 lies on
#' the boundary of what is possible, where the bootstrap is known to be inconsistent (Andrews 2000).
#' An interval that begins at 0 does not say that the component is absent, and for coefficients that
#' are truly 0 the coverage is not the level, see below.
#'
#' **There are no intervals for W.** Another pair, W R and \eqn{R^{-1} H}{solve(R) H}, can have the
#' same product, and unless the data have pure features or samples, R can do more than reorder and
#' rescale components. Entries of W are therefore not quantities that an interval could cover. The
#' spread over several [runs()] shows how much W depends on the start. The intervals here take W as
#' known, so they are too narrow if W was estimated from few samples.
#'
#' @section Coverage: The table has the percentage of planted coefficients that 95 % intervals
#' covered, for coefficients that are 0, for positive ones, and for the lowest quarter of the
#' positive ones. Each row is of 10 data sets of 35 samples, m features and 4 components, with about
#' a third of the coefficients 0. (In the first two rows there is a fifth component that all samples
#' have.) W is known, or estimated from the number of samples given. `Rscript bench/bootstrap.R`
#' makes the table, from seeds 1001 to
#' 1010.
#'
#' | data | m | W | by | zeros | positive | smallest quarter |
#' | --- | --- | --- | --- | --- | --- | --- |
#' | Gaussian | 100 | known | features | 97.3 | 93.4 | 93.1 |
#' | Gaussian | 30 | known | features | 96.0 | 93.4 | 92.5 |
#' | Gaussian, negative values set to 0 | 100 | known | features | 83.4 | 93.6 | 90.8 |
#' | Gaussian, negative values set to 0 | 100 | from 400 samples | features | 83.2 | 93.0 | 89.4 |
#' | Gaussian, negative values set to 0 | 100 | from 40 samples | features | 90.3 | 83.0 | 87.2 |
#' | Poisson counts | 100 | known | counts | 100.0 | 93.6 | 90.1 |
#' | Poisson counts | 30 | known | counts | 99.8 | 94.8 | 90.2 |
#' | Poisson counts | 100 | from 400 samples | counts | 99.8 | 94.9 | 92.8 |
#' | Poisson counts | 100 | from 40 samples | counts | 100.0 | 91.0 | 86.6 |
#' | Poisson counts | 100 | known | features | 100.0 | 93.1 | 89.4 |
#' | Poisson counts | 30 | known | features | 99.5 | 92.5 | 87.6 |
#' | counts of 5 times that variance | 100 | known | counts | 96.5 | 61.3 | 60.8 |
#' | counts of 5 times that variance | 100 | known | features | 100.0 | 92.4 | 90.3 |
#'
#' - With W known and the right distribution, the coverage of positive coefficients is 0 to 3
#'   percentage points below the level, and that of the smallest ones 2 to 7 points. Zeros are
#'   covered more often than the level says, and in counts nearly always.
#' - If negative values were set to 0, least squares are biased, and zeros are covered too rarely,
#'   in 83 % of cases.
#' - With W from 40 samples the intervals leave out the error of W: they cover 83 % instead of 94 %
#'   in the Gaussian case. With W from 400 samples the coverage is about that of a known W.
#' - Counts that vary more than Poisson ones need `by = "features"`; `"counts"` covers far less.
#' - Basic intervals, \eqn{2 \hat h}{2 h} minus the ends, covered positive coefficients and the
#'   smallest of them less often in every row (the same command). That is why quantiles are used.
#'
#' @param fit A fit of class `nmf_fit`. [as_nmf()] makes one from a known basis.
#' @param newdata The samples, as in [predict()][predict.nmf_fit()]: the data that were fitted
#'   (a fit does not keep them), or new ones. Features are in rows, unless `samples` says otherwise.
#' @param ... Must be empty. What follows is matched by its whole name only.
#' @param by `"features"` (default, which takes any loss) or `"counts"`, see above.
#' @param draws Number of draws, at least 20. With the default of 200, and draws that are about
#'   normal, the standard error of either end of a 95 % interval is 5 % of its width.
#' @param level Share of the intervals that should cover, between 0 and 1. The default is .95.
#' @param missing,weights,samples,assay As in [predict()][predict.nmf_fit()].
#' @param folder `NULL` (default), or a folder in which the intervals of every finished block of
#'   samples are kept, see the section Interruptions.
#' @return An object of class `nmf_bootstrap`, a list: `coef`, `lower`, `upper` and `sd` (standard
#'   deviation of the draws), each r x n; `by`, `draws`, `level` and `call`; `failed`, a data frame
#'   of `sample` (its number) and `message` with a row for each sample whose draws ended in an
#'   error; and `stopped`, whether it was interrupted. The intervals are `NA` for failed samples,
#'   for those of which nothing was observed, and with `by = "features"` for those with no more
#'   observed features than components. `as.data.frame()` gives a row for each component and sample
#'   with `component`, `sample`, `coef`, `lower`, `upper` and `sd`, `generics::tidy()` the same with
#'   broom's names `term`, `row`, `estimate`, `conf.low`, `conf.high` and `std.error`.
#'
#'   Call [set.seed()] before to make the draws repeatable. Samples are taken in blocks, which are
#'   spread over `mirai::daemons()` or the workers of `future::plan()`. The answer does not depend
#'   on their number. Sparse data are never made dense beyond a block.
#' @section Interruptions: Ctrl-C returns the intervals of the blocks that were finished (of at most
#'   64 samples each) and `NA` for the others, with `stopped = TRUE`. Before the first block is
#'   finished it is an error of class `metanmf_interrupted`. With a `folder`, the same call after an
#'   interruption or a crash draws what is missing, and returns what one uninterrupted call would
#'   have returned. There is no need to call [set.seed()] again. A folder of another fit, or of
#'   other samples or options, is refused and left as it is. The folder takes 24 bytes for each
#'   coefficient and can be removed afterwards.
#' @section Errors: Class `metanmf_error` for what [predict()][predict.nmf_fit()] refuses, for
#'   `by = "counts"` of a fit by another loss than `"kl"` or [nb_loss()], or of numbers that are not
#'   whole, fewer than 20 draws, a `level` outside 0 to 1, and a folder of another call.
#' @references
#' Andrews, D. W. K. (2000). Inconsistency of the bootstrap when a parameter is on the boundary of
#' the parameter space. *Econometrica* 68, 399-405. \doi{10.1111/1468-0262.00114}
#'
#' Efron, B. (1979). Bootstrap methods: another look at the jackknife. *Annals of Statistics* 7,
#' 1-26. \doi{10.1214/aos/1176344552}
#' @seealso [plot.nmf_bootstrap()]; [runs()] for the basis.
#' @examples
#' set.seed(1)
#' w <- matrix(rgamma(150, 0.5), 50)
#' counts <- matrix(rpois(300, 20 * w %*% matrix(rgamma(18, 1), 3)), 50)
#' sure <- bootstrap_nmf(as_nmf(w, loss = "kl"), counts, by = "counts", draws = 100)
#' sure
#' plot(sure, sample = 1:3)
#' head(as.data.frame(sure))
#' @export
bootstrap_nmf <- function(fit, newdata, ..., by = c("features", "counts"), draws = 200,
                          level = 0.95, missing = c("error", "mask", "unstored"), weights = NULL,
                          folder = NULL, samples = NULL, assay = NULL) {
  check_dots(list(...), "bootstrap_nmf")
  check_given("fit", "a fit, of class nmf_fit")
  check_given("newdata", "the samples, a matrix with the features of the fit in rows")
  if (!inherits(fit, "nmf_fit")) stop_input("fit", "a fit, of class nmf_fit", describe(fit))
  by <- check_choice(by, "by", c("features", "counts"))
  missing <- check_choice(missing, "missing", c("error", "mask", "unstored"))
  options <- list(by = by, draws = check_count(draws, "draws", 20), missing = missing,
                  level = check_interval_level(level))
  data <- bootstrap_data(fit, newdata, weights, samples, assay)
  coef <- stats::predict(fit, data$x, missing = missing, weights = data$weights,
                         samples = "columns")
  if (by == "counts") check_counts(data$x, fit)
  folder <- open_search_folder(boot_store, folder, boot_owner(fit, options), data, data$weights)
  found <- draw_intervals(fit, data, coef, options, folder)
  structure(c(list(coef = coef), found,
              list(by = by, draws = options$draws, level = options$level,
                   call = short_call(match.call(), "bootstrap_nmf"))), class = "nmf_bootstrap")
}

# list(x, weights): the samples in columns, the fit's features in their order, and the weights as
# margins or a matrix of that shape.
bootstrap_data <- function(fit, newdata, weights, samples, assay) {
  given <- formula_data(newdata, fit, "newdata")
  samples <- where_samples(samples, given, "newdata", fit)
  given <- read_data(given, "newdata", which_assay(given, "newdata", assay, fit))
  x <- as_numbers(turn_samples(given, samples, "newdata"), "newdata")
  matched <- fit_features(x, turn_weights(weights, samples), fit, NULL, samples, given)
  turned <- samples == "rows"
  weights <- matched$weights
  if (length(dim(weights)) == 2L) weights <- check_entry_weights(weights, matched$x, turned)
  else if (!is.null(weights)) weights <- check_margins(weights, matched$x, turned)
  list(x = matched$x, weights = weights)
}

check_interval_level <- function(level) {
  level <- check_number(level, "level")
  if (level <= 0 || level >= 1) stop_input("level", "above 0 and below 1", describe(level))
  level
}

check_counts <- function(x, fit) {
  if (!fit$loss %in% c("kl", "nb")) {
    stop_input("by", "\"features\" unless the loss is \"kl\" or nb_loss(), which are for counts",
               paste0("\"counts\" for a fit with loss = \"", fit$loss, "\""),
               "Use by = \"features\".")
  }
  values <- stored_values(x)
  values <- values[!is.na(values)]
  if (any(values != round(values))) {
    stop_input("newdata", "whole numbers for by = \"counts\"", "numbers that are not whole",
               "Use by = \"features\".")
  }
}
