# Weights of the entries of x, and missing ones.

#' @section Missing values and weights: In each iteration, entries that were not observed are filled
#'   in from the present W H. This majorises F, so every solver and penalty works unchanged. The
#'   fill needs room for 64 columns. With `"mu"` it is slow when most entries are missing.
#'   [fitted()] gives the values that were missing.
#'
#'   With `missing = "unstored"` there is no fill. This is for ratings: sparse `x`, of which only
#'   the stored entries were observed. Every column of H and every row of W then has a problem of
#'   its own, made from what was observed of it, and takes one step of the solver there. So little
#'   data settle as fast as full ones. An iteration takes r^2 operations for each stored entry; the
#'   memory is that of `x`, its transpose and the factors. Start from `"nndsvda"` or from several
#'   `"random"` starts, which have the mean of what is stored. Other names are refused: they would
#'   take unstored entries for 0, which leads far from the best fit. A start without `h` and a graph
#'   that is a function do take them for 0. Sparse `weights` of sparse `x` have the same meaning:
#'   the entries that `weights` stores were observed with that weight, including zeros of `x`, and
#'   all others were not.
#'
#'   Weights \eqn{u_j}{u_j} of samples and \eqn{v_i}{v_i} of features need no fill. The fit is the
#'   plain one of \eqn{\sqrt{v_i u_j} x_{ij}}{sqrt(v_i u_j) x_ij}, for KL of
#'   \eqn{v_i u_j x_{ij}}{v_i u_j x_ij}, and for `beta_loss(b)` with b above 1 of their power 1 / b
#'   times x; its factors are then scaled back. This takes the time of a fit without weights, and
#'   sparse data stay sparse. Some models do not allow it: those with a penalty on the factor that
#'   is scaled (H for samples, W for features) or with any scale-invariant penalty, Itakura-Saito,
#'   `beta_loss(b)` for b below 1, and `nb_loss()`. There the weights are treated as a matrix, and
#'   sparse `x` and data in blocks are refused. Data in blocks take no matrix of weights.
#' @rdname nmf
#' @name nmf
NULL

mask_hint <- "With missing = \"mask\" missing entries carry no weight."

# The data of a verb that can leave out what is missing: list(x, weights, facts), as
# engine_data() takes them. `missing` as the verb got it; `turned`: x and weights are transposes of
# what was given, see checked_data(); `hint`: what to do about a missing entry.
check_data <- function(x, argument, missing, weights = NULL, turned = FALSE,
                       hint = mask_hint) {
  if (is_source(x)) return(source_data(x, argument, missing, weights))
  missing <- check_choice(missing, "missing", c("error", "mask", "unstored"))
  data <- checked_data(x, argument, missing != "error", hint, turned)
  if (missing == "unstored") return(unstored_data(data$x, weights, turned))
  if (is.null(weights)) return(data)
  if (length(dim(weights)) == 2L) {
    weights <- check_entry_weights(weights, data$x, turned)
    if (!is.matrix(weights) && !is.matrix(data$x)) {
      return(partial_data(entries_at(data$x, weights), weights@x))
    }
    return(weigh_entries(data$x, weights))
  }
  data$margins <- check_margins(weights, data$x, turned)
  measure_data(data)
}

# The data with a weight for every entry, as engine_data() takes them.
weigh_entries <- function(x, weights) {
  measure_data(apply_weights(x, weights))
}

# Data with the facts about all of their entries.
measure_data <- function(data) {
  data$facts <- data_facts(data$x, data$weights)
  if (!is.null(data$margins)) data$facts$x_norm2 <- scale_margins(data, "frobenius")$facts$x_norm2
  data
}

# Weights of a sparse x belong to its stored entries, so a 0 with another weight than the usual one
# becomes a stored zero.
apply_weights <- function(x, weights) {
  if (!is.matrix(x)) return(weights_of_stored(x, weights))
  weights <- as.matrix(weights)
  list(x = mask_zero_weight(x, weights), weights = weights)
}

# An entry of weight 0 is missing, whatever its value.
mask_zero_weight <- function(x, weights) {
  none <- which(weights == 0)
  if (length(none)) put_entries(x, none, NA_real_) else x
}

check_entry_weights <- function(weights, x, turned) {
  weights <- checked_data(weights, "weights", turned = turned)$x
  if (!identical(dim(weights), dim(x))) {
    stop_input("weights", paste("a matrix of", shape_text(x, turned), "like `x`"),
               describe(as_given(weights, turned)))
  }
  if (largest_entry(weights) == 0) {
    stop_input("weights", "above 0 for at least one entry", "zeros alone",
               "Without weights all entries count alike: weights = NULL.")
  }
  order_entries(weights, x, "weights", "`x`")
}

# Weights without names belong to the features as these were given: with the names of the rows of x
# they follow them into another order.
name_weights <- function(weights, x) {
  features <- rownames(x)
  named <- function(vector) {
    if (length(vector) == nrow(x) && !has_names(names(vector))) names(vector) <- features
    vector
  }
  if (length(dim(weights)) == 2L) {
    weights <- as_numbers(weights, "weights")
    if (nrow(weights) == nrow(x) && !has_names(rownames(weights))) rownames(weights) <- features
  } else if (is.list(weights)) {
    if (!is.null(weights$features)) weights$features <- named(weights$features)
  } else {
    weights <- named(weights)
  }
  weights
}

# x and weights with one pattern: the stored entries of x, and those whose weight is not the one
# that the engine gives to entries that are not stored. That is 1, or the largest weight if there
# are larger ones; a stored entry then has it too.
weights_of_stored <- function(x, weights) {
  dense <- as.matrix(weights)
  usual <- largest_weight(dense)
  lighter <- dense != usual
  if (usual > 1) lighter[[match(usual, dense)]] <- TRUE
  lighter <- which(lighter, arr.ind = TRUE)
  stored <- entry_places(x)
  extra <- lighter[!entry_numbers(lighter, x) %in% entry_numbers(stored, x), , drop = FALSE]
  at <- rbind(stored, extra)
  wide <- Matrix::sparseMatrix(i = at[, 1L], j = at[, 2L], x = c(x@x, numeric(nrow(extra))),
                               dims = dim(x), dimnames = dimnames(x))
  stored_weights <- as.numeric(weights[entry_places(wide)])
  list(x = mask_zero_weight(wide, stored_weights), weights = stored_weights)
}

# Sparse data of which only stored entries were observed, as with missing = "unstored".
unstored_data <- function(x, weights, turned) {
  if (is.matrix(x)) {
    stop_input("missing", "\"error\" or \"mask\" for a dense matrix, which stores every entry",
               "\"unstored\"",
               "Set what was not observed to NA and use missing = \"mask\".")
  }
  if (is.null(weights)) return(partial_data(x, NULL))
  if (length(dim(weights)) == 2L) {
    weights <- check_entry_weights(weights, x, turned)
    return(partial_data(x, entries_at(weights, x)@x))
  }
  margins <- check_margins(weights, x, turned)
  ones <- x
  ones@x <- rep(1, length(x@x))
  partial_data(x, scale_entries(ones, margins)@x)
}

# The pattern without entries that are NA or have weight 0.
partial_data <- function(x, weights) {
  none <- is.na(x@x) | (if (is.null(weights)) FALSE else weights == 0)
  if (any(none)) {
    x <- drop_entries(x, none)
    weights <- weights[!none]
  }
  measure_data(list(x = x, weights = weights, partial = TRUE))
}

drop_entries <- function(x, none) {
  column <- rep(seq_len(ncol(x)), diff(x@p))[!none]
  x@p <- c(0L, cumsum(tabulate(column, ncol(x))))
  x@i <- x@i[!none]
  x@x <- x@x[!none]
  x
}

# The entries of `values` where `pattern`, a dgCMatrix, stores one, in that pattern.
entries_at <- function(values, pattern) {
  pattern@Dimnames <- if (is.null(dimnames(values))) list(NULL, NULL) else dimnames(values)
  if (is.matrix(values)) {
    pattern@x <- values[entry_places(pattern)]
    return(pattern)
  }
  at <- match(entry_numbers(entry_places(pattern), pattern),
              entry_numbers(entry_places(values), values))
  pattern@x <- ifelse(is.na(at), 0, values@x[at])
  pattern
}

# The entries at these rows and columns, numbered down the columns of x, as doubles.
entry_numbers <- function(places, x) places[, 1L] + (places[, 2L] - 1) * nrow(x)

# The data for graphs and units of penalties, which must not depend on missing entries.
seen_entries <- function(data, penalties) {
  if (is.null(penalties) || isTRUE(data$partial)) data$x else fill_missing(data$x, data$weights)
}
