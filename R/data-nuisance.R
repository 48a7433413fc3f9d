# Adds a nuisance to samples, such as that of a batch, an instrument or a study, for experiments in
# which the nuisance is known.

#' Add the nuisance of one batch to a matrix
#'
#' Draws a distortion that an instrument, a batch or a study could add to all its samples, and
#' applies it to `x`. The patterns, the ramp or the place of the patch are the same for all samples
#' of a call. The gains of patterns and the values of a patch vary from sample to sample. Call it
#' once for each batch. With nuisance that is known, one can measure how well a method removes it,
#' as `vignette("learning-across-studies")` does. `bench/studies/run.R` in the package's repository
#' makes all tables of that page again, on the data sets that its first lines name.
#'
#' Kinds, and their options with their defaults:
#' - `"patterns"`: \eqn{x_j + B g_j}{x_j + B g_j}. `count = 3` bumps are added, each with a `gain`
#'   of its own in every sample, `c(0, 1.5)`. Their `width` is `c(0.12, 0.3)`.
#' - `"ramp"`: every feature is multiplied by a number that rises in one direction across the image
#'   from `darkest = 0.15` to 1.
#' - `"patch"`: a block of features is overwritten, by one `value` in each sample, `c(0.3, 1)`. Its
#'   `side` is 0.35.
#' - `"noise"`: [add_noise()] with a `level` drawn for the batch, `c(0.05, 0.8)`.
#' - `"imbalance"`: only the samples of some classes are kept, `classes = 4`. It needs `labels`.
#'
#' If an option is a range, `c(low, high)`, its value is drawn uniformly from it: `gain` and `value`
#' for every sample (and pattern), `width` for every pattern, `level` once. A single number is taken
#' as it is. Gains, values and levels have the units of `x`, and the defaults are meant for data
#' scaled to 0..1. A bump lies at a random place. It is 1 at its middle and has the shape of a
#' normal density with the standard deviation `width`, which is a share of the longer side of the
#' image. `side` is a share of each side.
#'
#' All numbers are drawn from R's random number generator. Call `set.seed()` first to make them
#' repeatable.
#'
#' @param x Non-negative numeric matrix, m features in rows and n samples in columns, see
#'   [data_matrices]. It must be dense, except for `"imbalance"`.
#' @param kind One of the names above. There is no default.
#' @param ... Options of that kind, by name.
#' @param image_size Rows and columns of the images whose pixels are the features, such as
#'   `c(8, 8)` for [digits]. With `NULL` (default) the features lie along a line, as in a spectrum.
#' @param labels For `"imbalance"`: the class of each sample.
#' @param samples Whether `x` has its samples in its `"columns"` (default) or `"rows"`.
#' @return A double matrix with the shape and the dimnames of `x`, but with fewer samples for
#'   `"imbalance"`. For a data frame, a data frame. Its attribute `"nuisance"` is a list of `kind`
#'   and what was drawn: `basis` (m x count) and `coef` (count x n) for `"patterns"`, `factor` (m
#'   numbers) for `"ramp"`, `features` and `value` (n numbers) for `"patch"`, `level` for `"noise"`,
#'   `classes` and `kept` (numbers of samples) for `"imbalance"`.
#' @section Errors:
#'   A `metanmf_error` when `x` is not a matrix of finite, non-negative numbers or is sparse, for an
#'   unknown kind or option, an option out of its range, an `image_size` that does not fit the
#'   features, or fewer classes than are to be kept.
#' @seealso [add_noise()], [group_nmf()]
#' @examples
#' x <- scale_minmax(digits$x[, 1:100])
#' set.seed(1)
#' lit <- add_nuisance(x, "patterns", image_size = c(8, 8))
#' drawn <- attr(lit, "nuisance")
#' dim(drawn$basis)
#' range(lit - x - drawn$basis %*% drawn$coef)
#'
#' # Three batches, each with patterns of its own
#' batches <- lapply(1:3, function(i) add_nuisance(x, "patterns", count = 2, image_size = c(8, 8)))
#' @export
add_nuisance <- function(x, kind, ..., image_size = NULL, labels = NULL,
                         samples = c("columns", "rows")) {
  check_given("kind", "the name of a nuisance, such as \"patterns\"")
  kind <- check_choice(kind, "kind", names(nuisance_kinds))
  options <- nuisance_options(list(...), kind)
  samples <- where_samples(samples, x)
  turned <- samples == "rows"
  given <- turn_samples(x, samples, "x")
  checked <- checked_data(given, "x", turned = turned)$x
  if (kind != "imbalance" && !is.matrix(checked)) {
    stop_input("x", "a dense matrix, because nuisance leaves few entries at 0", describe(x),
               "Use as.matrix(x) if a dense copy fits into memory.")
  }
  if (is.null(image_size)) image_size <- c(nrow(checked), 1L)
  image_size <- check_image_size(image_size, nrow(checked))
  labels <- check_nuisance_labels(labels, kind, checked)
  made <- nuisance_kinds[[kind]]$apply(checked, options, image_size, labels)
  answer <- frame_again(as_given(made$x, turned), is.data.frame(x))
  attr(answer, "nuisance") <- c(list(kind = kind), made$drawn)
  answer
}

# B of Gaussian bumps and G of gains: x + B G.
add_patterns <- function(x, options, image_size, labels) {
  basis <- vapply(seq_len(options$count), function(k) bump(options$width, image_size),
                  numeric(nrow(x)))
  basis <- matrix(basis, nrow(x))
  coef <- matrix(draw_from(options$gain, options$count * ncol(x)), options$count)
  list(x = x + basis %*% coef, drawn = list(basis = basis, coef = coef))
}

bump <- function(width, image_size) {
  at <- pixel_places(image_size)
  middle <- stats::runif(2L, 0.5, image_size + 0.5)
  spread <- draw_from(width, 1L) * max(image_size)
  exp(-((at$row - middle[[1L]])^2 + (at$column - middle[[2L]])^2) / (2 * spread^2))
}

pixel_places <- function(image_size) {
  list(row = rep(seq_len(image_size[[1L]]), image_size[[2L]]),
       column = rep(seq_len(image_size[[2L]]), each = image_size[[1L]]))
}

# A plane that rises from `darkest` to 1 in a direction drawn at random.
multiply_ramp <- function(x, options, image_size, labels) {
  at <- pixel_places(image_size)
  angle <- stats::runif(1L, 0, 2 * pi)
  height <- cos(angle) * at$row + sin(angle) * at$column
  span <- diff(range(height))
  rise <- if (span > 0) (height - min(height)) / span else rep(1, length(height))
  factor <- options$darkest + (1 - options$darkest) * rise
  list(x = x * factor, drawn = list(factor = factor))
}

overwrite_patch <- function(x, options, image_size, labels) {
  at <- pixel_places(image_size)
  side <- pmax(1L, round(options$side * image_size))
  corner <- vapply(image_size - side + 1L, sample.int, 0L, size = 1L)
  features <- which(at$row >= corner[[1L]] & at$row < corner[[1L]] + side[[1L]] &
                      at$column >= corner[[2L]] & at$column < corner[[2L]] + side[[2L]])
  value <- draw_from(options$value, ncol(x))
  x[features, ] <- rep(value, each = length(features))
  list(x = x, drawn = list(features = features, value = value))
}

add_drawn_noise <- function(x, options, image_size, labels) {
  level <- draw_from(options$level, 1L)
  list(x = add_noise(x, level), drawn = list(level = level))
}

keep_classes <- function(x, options, image_size, labels) {
  known <- sort(unique(labels))
  if (length(known) < options$classes) {
    stop_input("classes", paste("at most", length(known), "the number of classes in `labels`"),
               options$classes)
  }
  classes <- known[sort(sample.int(length(known), options$classes))]
  kept <- which(labels %in% classes)
  list(x = x[, kept, drop = FALSE], drawn = list(classes = classes, kept = kept))
}

# A number as it is, or `count` numbers from a range.
draw_from <- function(range, count) {
  if (length(range) == 1L) rep(range, count) else stats::runif(count, range[[1L]], range[[2L]])
}

# What a kind does, its defaults, and the limits of its options. An option whose default has two
# values is a range.
nuisance_kinds <- list(
  patterns = list(apply = add_patterns,
                  options = list(count = 3, gain = c(0, 1.5), width = c(0.12, 0.3)),
                  least = c(count = 1, gain = 0, width = 1e-6)),
  ramp = list(apply = multiply_ramp, options = list(darkest = 0.15), least = c(darkest = 0),
              most = c(darkest = 1)),
  patch = list(apply = overwrite_patch, options = list(side = 0.35, value = c(0.3, 1)),
               least = c(side = 0, value = 0), most = c(side = 1)),
  noise = list(apply = add_drawn_noise, options = list(level = c(0.05, 0.8)),
               least = c(level = 0)),
  imbalance = list(apply = keep_classes, options = list(classes = 4), least = c(classes = 1)))

nuisance_options <- function(given, kind) {
  known <- nuisance_kinds[[kind]]
  if (length(given)) check_names(given, names(known$options), paste0("... of \"", kind, "\""))
  options <- utils::modifyList(known$options, given)
  for (name in names(options)) {
    most <- if (name %in% names(known$most)) known$most[[name]] else Inf
    options[[name]] <- check_nuisance_option(options[[name]], name, known$least[[name]], most,
                                             length(known$options[[name]]) == 2L)
  }
  options
}

check_nuisance_option <- function(value, name, least, most, ranges) {
  if (name %in% c("count", "classes")) return(check_count(value, name, least))
  if (!ranges) return(check_number(value, name, least, most))
  ok <- is_number(value) && length(value) %in% 1:2 && all(is.finite(value)) &&
    all(value >= least) && !is.unsorted(value)
  if (!ok) {
    stop_input(name, paste("a number of at least", least, "or a range c(low, high) of them"),
               if (is_number(value)) toString(value) else describe(value))
  }
  as.double(value)
}

check_nuisance_labels <- function(labels, kind, x) {
  if (kind == "imbalance" && is.null(labels)) {
    stop_input("labels", paste("the class of each of the", ncol(x), "samples of `x`"), "nothing",
               "They say which samples \"imbalance\" may keep.")
  }
  if (kind != "imbalance" && !is.null(labels)) {
    stop_input("labels", "left out unless `kind` is \"imbalance\"", describe(labels))
  }
  if (is.null(labels)) return(NULL)
  if (!is.atomic(labels) || length(labels) != ncol(x)) {
    stop_input("labels", paste("the class of each of the", ncol(x), "samples of `x`"),
               describe(labels))
  }
  order_labels(labels, colnames(x), "labels", "the samples of `x`")
}
