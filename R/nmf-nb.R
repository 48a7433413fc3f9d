# The negative binomial as a loss: its dispersions, one for all features or one for each.

#' The negative binomial as a loss
#'
#' Makes a `loss` for [nmf()] for over-dispersed counts, such as reads of genes or words of texts.
#' An entry with mean z has the variance \eqn{z + \phi z^2}{z + phi z^2}: that of a Poisson variable
#' plus a term that grows with the square of the mean.
#'
#' \deqn{F = \sum_{ij} x_{ij} \log \frac{x_{ij}}{z_{ij}} - (x_{ij} + 1 / \phi_i)
#'           \log \frac{1 + \phi_i x_{ij}}{1 + \phi_i z_{ij}}}{
#'   F = sum_ij x log(x / z) - (x + 1 / phi) log((1 + phi x) / (1 + phi z))}
#' with \eqn{Z = WH}, plus the penalties. The dispersion \eqn{\phi}{phi} is one number for all
#' entries or one for each feature. [deviance()] is that of `MASS::glm.nb()` for `theta` =
#' \eqn{1 / \phi}{1 / phi}. With \eqn{\phi}{phi} = 0, F is the Kullback-Leibler divergence; for
#' large
#' \eqn{\phi z}{phi z} it approaches Itakura-Saito divided by \eqn{\phi}{phi}. For counts without
#' over-dispersion use `"kl"`, whose iterations are faster.
#'
#' @section Updates: The only solver is `"mu"`,
#'   \deqn{H \leftarrow H \circ \frac{W'(X / (Z \circ (1 + \phi Z)))}{W'(1 / (1 + \phi Z))},}{
#'         H <- H * (W'(X / (Z * (1 + phi Z)))) / (W'(1 / (1 + phi Z))),}
#'   with W alike and its own Z. F never rises. It is the sum of
#'   \eqn{x \log(\phi + 1 / z)}{x log(phi + 1 / z)}, convex in z, which Jensen's inequality bounds,
#'   and of \eqn{\log(1 + \phi z) / \phi}{log(1 + phi z) / phi}, concave, which its tangent bounds.
#'   With \eqn{u} the ratio above, the difference of this bound at u and at 1 is a sum of terms
#'   \eqn{\log(1 - y) + y \le 0}{log(1 - y) + y <= 0} with
#'   \eqn{y = (1 - 1 / u) / (1 + \phi z)}{y = (1 - 1 / u) / (1 + phi z)}.
#'   With the ratio of Gouvert et al. (2020), \eqn{W'(X / Z)} over
#'   \eqn{W'((1 + \phi X) / (1 + \phi Z))}{W'((1 + phi X) / (1 + phi Z))}, F does not rise either,
#'   but steps shrink as \eqn{\phi z}{phi z} grows; `bench/dispersion.R` compares both. A sparse
#'   penalty adds its weight to the denominator. A penalty that is quadratic in the factor adds its
#'   slope; the ratio is then taken to the power 1/2, with which F does not rise either.
#'
#'   Blocks of columns of a sparse `x` are filled with their zeros one at a time.
#'
#' @section Estimated dispersions: The fit estimates dispersions by maximum likelihood. The first 10
#'   iterations have dispersion 0, which is Kullback-Leibler. After these and after every 10 more,
#'   the dispersions become the most likely ones for the present W H, between 1e-4 and 1000, or 0 if
#'   the likelihood falls from 1e-4 on. The joint likelihood therefore never falls. The objective is
#'   here the negative log-likelihood of the counts minus its smallest value for Poisson variables,
#'   which have mean x, plus the penalties. [deviance()] is that of the last dispersions. A fit has
#'   converged when W and H have and new dispersions lower the objective by less than the tolerance.
#'   A feature without counts keeps 0. An estimate computes W H several times, block by block.
#'   `fit$kkt` belongs to the fit before the last estimate.
#'
#'   The estimates are too low, since W and H follow some of the noise. On planted counts of 200
#'   features and 100 samples, rank 5 and mean 4, the median estimate of a feature was 0.82 of a
#'   true dispersion of 0.2 and 0.88 of 1. That of one dispersion for all was 0.85 and 0.90 (3 data
#'   sets each, `Rscript bench/dispersion.R`). The bias is larger with fewer samples, which is why
#'   the default below 100 samples is one dispersion for all.
#'
#'   On planted counts of 60 features and 120 samples (same command, 8 data sets) the means of
#'   hidden entries were closer to the truth than those of Kullback-Leibler, and with one dispersion
#'   for all so was the basis. The likelihood of hidden entries was not always better, since a few
#'   entries dominate it where a fit is almost 0.
#'
#' @param dispersion `"estimate"` (default) estimates one dispersion for each feature, as
#'   `"feature"`, from 100 samples on, and one for all, as `"common"`, from fewer. `"feature"` with
#'   fewer samples becomes `"common"` too, with a message. Or the dispersions themselves: one number
#'   of at least 0 for all features, or a vector with one for each, matched by name if it and `x`
#'   have names. 0 is Kullback-Leibler. The largest dispersion times the largest entry of the data
#'   must be at most 1e100.
#' @return A loss for `loss` of [nmf()] and [as_nmf()]. A fit has `"nb"` as its `model$loss` and the
#'   dispersions as its `model$dispersion`, `NA` for features of which nothing was observed. Its
#'   `model$estimated` says how they were estimated, `"feature"` or `"common"`, and is `NULL` if
#'   they were given. [predict()][predict.nmf_fit()] and [adapt()] use the dispersions of the fit.
#' @section Errors: Class `metanmf_error` for a dispersion that is negative or missing. From
#'   [nmf()], for a number of dispersions that is not that of the features; and, if dispersions are
#'   estimated, for data that are not counts and for `revive_dead` of [nmf_control()]. [as_nmf()]
#'   has no data and needs given dispersions. Columns of H on the simplex and [meta_nmf()]
#'   do not take this loss.
#' @references Gouvert, O., Oberlin, T. and Fevotte, C. (2020). Negative binomial matrix
#'   factorization. *IEEE Signal Processing Letters* 27, 815-819. \doi{10.1109/LSP.2020.2991613}
#' @examples
#' set.seed(1)
#' means <- matrix(rgamma(40 * 2, 1), 40) %*% matrix(rgamma(2 * 30, 1), 2)
#' counts <- matrix(rnbinom(1200, mu = 5 * means, size = 2), 40)
#' fit <- nmf(counts, 2, loss = nb_loss())
#' fit
#' fit$model$dispersion
#' c(AIC(fit), AIC(nmf(counts, 2, loss = "kl")))
#'
#' # A dispersion that is known
#' deviance(nmf(counts, 2, loss = nb_loss(0.5)))
#' @export
nb_loss <- function(dispersion = c("estimate", "feature", "common")) {
  if (is.character(dispersion)) {
    return(new_nb_loss(0, check_choice(dispersion, "dispersion", dispersion_words)))
  }
  given <- is_number(dispersion) && length(dispersion) && is.null(dim(dispersion))
  if (!given || (is.logical(dispersion) && !all(is.na(dispersion)))) {
    stop_input("dispersion", paste("numbers of at least 0, one for all features or one for each,",
                                   "or \"estimate\", \"feature\" or \"common\""),
               describe(dispersion), "Use nb_loss(0.5), for example.")
  }
  bad <- which(!(is.finite(dispersion) & dispersion >= 0))
  if (length(bad)) {
    stop_input("dispersion", "finite and of at least 0",
               paste0(format(dispersion[[bad[[1L]]]]), " at ", bad[[1L]]),
               "The variance is z + dispersion * z^2: 0 is that of Poisson counts.")
  }
  if (all(dispersion == 0)) return("kl")
  new_nb_loss(dispersion)
}

dispersion_words <- c("estimate", "feature", "common")

# Dispersions from fewer samples than this are one for all features.
least_samples <- 100L

# `estimate`: NULL, or how the dispersions are estimated, which are then those to begin with.
new_nb_loss <- function(dispersion, estimate = NULL) {
  structure("nb", dispersion = as_doubles(dispersion), estimate = estimate, class = "nmf_loss")
}

# Doubles with their names.
as_doubles <- function(values) stats::setNames(as.double(values), names(values))

# "nb_loss(0.5)", or how many there are.
format_dispersion <- function(loss) {
  dispersion <- attr(loss, "dispersion")
  estimate <- attr(loss, "estimate")
  if (!is.null(estimate)) return(paste0("nb_loss(\"", estimate, "\")"))
  if (length(dispersion) == 1L) return(paste0("nb_loss(", format(dispersion, digits = 4), ")"))
  paste0("nb_loss(<", length(dispersion), " dispersions, median ",
         format(stats::median(dispersion, na.rm = TRUE), digits = 4), ">)")
}

# The loss of the features that a fit is made of.
layout_loss <- function(loss, layout) {
  if (!is.null(attr(loss, "estimate"))) return(estimated_loss(loss, layout))
  dispersion <- attr(loss, "dispersion")
  features <- layout$dim[[1L]]
  if (length(dispersion) < 2L) return(loss)
  if (length(dispersion) != features) {
    stop_input("loss", paste("one dispersion for all, or one for each of", features, "features"),
               paste("nb_loss() of", length(dispersion), "dispersions"))
  }
  attr(loss, "dispersion") <- order_labels(dispersion, layout$names[[1L]], "loss", "the features")
  rows_loss(loss, if (is.null(layout$rows)) seq_len(features) else layout$rows)
}

# One dispersion for each feature where there are samples enough, beginning from 0.
estimated_loss <- function(loss, layout) {
  count <- function(side) {
    if (is.null(layout[[side]])) layout$dim[[match(side, c("rows", "columns"))]]
    else length(layout[[side]])
  }
  few <- count("columns") < least_samples
  if (few && attr(loss, "estimate") == "feature") {
    tell(paste0("One dispersion is estimated for all features: ", count("columns"),
                " samples are too few for one for each (", least_samples, " at least).\n",
                "Use nb_loss(\"common\") to ask for this without a message."))
  }
  if (few || attr(loss, "estimate") == "common") return(new_nb_loss(0, "common"))
  new_nb_loss(numeric(count("rows")), "feature")
}

# The loss of entries in these rows, or of these features.
rows_loss <- function(loss, rows) {
  dispersion <- attr(loss, "dispersion")
  if (length(dispersion) > 1L) attr(loss, "dispersion") <- unname(dispersion[rows])
  loss
}

# The dispersions of all features of the whole data, for the fit.
spread_dispersion <- function(loss, layout) {
  dispersion <- attr(loss, "dispersion")
  if (length(dispersion) < 2L) return(dispersion)
  layout["w"] <- list(NULL)
  stats::setNames(drop(spread_rows(matrix(dispersion), layout)), layout$names[[1L]])
}

# x log(x / z) - (x + 1 / phi) log((1 + phi x) / (1 + phi z)); phi = 0 is Kullback-Leibler.
nb_terms <- function(x, z, dispersion) {
  of_log <- x * log(x / z)
  of_log[which(x == 0)] <- 0
  dispersion <- rep_len(dispersion, length(x))
  excess <- (x + 1 / dispersion) * (log1p(dispersion * x) - log1p(dispersion * z))
  none <- which(dispersion == 0)
  excess[none] <- (x - z)[none]
  of_log - excess
}

# Products of dispersions and entries, and their powers, must not overflow.
check_dispersed <- function(loss, data, argument) {
  if (!is.null(attr(loss, "estimate"))) return(check_whole_counts(data, argument))
  largest <- data$facts$largest
  if (!(max(attr(loss, "dispersion")) * largest > 1e100)) return(invisible())
  stop_input(argument, "a matrix whose largest entry times the dispersion is at most 1e100",
             paste("a largest entry of", format(largest)),
             "Use smaller units: if X is divided by a number, dispersions are multiplied by it.")
}

# The likelihood of dispersions is one of counts.
check_whole_counts <- function(data, argument) {
  values <- stored_values(data$x)
  other <- which(values != round(values) | values >= 2^53)
  if (!length(other)) return(invisible())
  stop_input(argument, "counts, whole numbers, where dispersions are estimated",
             paste0(length(other), " other entries (first: ", format(values[[other[[1L]]]]), ")"),
             "Give the dispersion, as in loss = nb_loss(0.5), or round the data.")
}

# The log-likelihood of counts with a mean for each, x itself; `row` of each.
saturated_nb <- function(counts, row, loss) {
  dispersion <- attr(rows_loss(loss, row), "dispersion")
  sum(stats::dnbinom(counts, size = 1 / dispersion, mu = counts, log = TRUE))
}

# The one mean that is best for features of several dispersions: the root of the sum of
# (x - level) / (1 + phi level), between the least and the largest mean of a feature.
nb_level <- function(data, loss) {
  largest <- data$facts$largest
  sums <- row_sums(data)
  if (!all(is.finite(sums$x))) {
    data$x <- data$x / largest
    attr(loss, "dispersion") <- attr(loss, "dispersion") * largest
    return(largest * nb_level(measure_data(data), loss))
  }
  dispersion <- attr(loss, "dispersion")
  means <- (sums$x / sums$weight)[sums$weight > 0]
  ends <- range(means[means > 0])
  slope <- function(level) {
    sum((sums$x / level - sums$weight) / (1 + dispersion * level))
  }
  if (ends[[1L]] == ends[[2L]] && all(means > 0)) return(ends[[1L]])
  lowest <- ends[[1L]]
  while (slope(lowest) < 0) lowest <- lowest / 2
  exp(stats::uniroot(function(level) slope(exp(level)), log(c(lowest, ends[[2L]])),
                     tol = 1e-12)$root)
}

# list(x, weight): the weighted sums of observed entries over each feature, and of their weights.
row_sums <- function(data) {
  x <- data$x
  weights <- if (is.null(data$weights)) 1 else data$weights
  if (is.matrix(x)) {
    weights <- weights * !is.na(x)
    return(list(x = rowSums(ifelse(weights > 0, weights * x, 0)), weight = rowSums(weights)))
  }
  known <- !is.na(x@x)
  over_rows <- function(values) {
    drop(rowsum(c(values, numeric(nrow(x))), c(x@i + 1L, seq_len(nrow(x)))))
  }
  unstored <- if (isTRUE(data$partial)) 0
              else (ncol(x) - over_rows(rep(1, length(known)))) * largest_weight(data$weights)
  list(x = unname(over_rows(ifelse(known, weights * x@x, 0))),
       weight = unname(over_rows(weights * known) + unstored))
}
