# Entries that are hidden from a fit, to see how well it predicts them.

# `masks` masks of data as check_data() returns them. Each is list(at, stored, rows, columns, value,
# weight, most, seen): `at` numbers the hidden entries down the columns of x, with the `stored` ones
# of a sparse x first; then come their rows and columns, their values, their weights in the error,
# and the largest value that a prediction may have. `seen` is x without them, for the fits of all
# ranks; it is left out if that is much to keep for every mask. All ranks see the same masks.
# The observed entries (of sparse data the stored ones) are dealt into 1 / fraction groups, so that
# each is hidden once in every round. Further rounds are dealt until there are enough groups. From
# the zeros that sparse data do not store, each mask takes as many as it has stored entries, or
# `fraction` of them if that is less. No mask hides all that was observed of a row or a column.
draw_masks <- function(data, masks, fraction) {
  observed <- observed_entries(data)
  groups <- floor(1 / fraction)
  drawn <- list()
  while (length(drawn) < masks) {
    group <- sample(rep_len(seq_len(groups), length(observed)))
    levels(group) <- as.character(seq_len(groups))
    drawn <- c(drawn, unname(split(observed, structure(group, class = "factor"))))
  }
  zeros <- count_zeros(data)
  counts <- line_counts(observed, data)
  keeps <- masks * stored_count(data$x) <= most_kept
  lapply(drawn[seq_len(masks)], function(at) {
    at <- leave_something(at, counts, data)
    extra <- min(length(at), round(fraction * zeros))
    mask <- new_mask(data, c(at, draw_zeros(extra, data)), length(at))
    if (keeps) mask else mask[names(mask) != "seen"]
  })
}

# 32 MB of numbers.
most_kept <- 2^22

# The mask of the entries `at`, of which the first `stored` are stored.
new_mask <- function(data, at, stored) {
  mask <- list(at = at, stored = stored, rows = line_numbers(at, dim(data$x), 1L),
               columns = line_numbers(at, dim(data$x), 2L))
  mask$value <- hidden_values(data$x, mask)
  mask$weight <- hidden_weights(data, mask)
  mask$seen <- hide_entries(data$x, mask)
  mask$most <- hidden_limits(mask)
  mask
}

# What a job is given, list(data, mask): if the mask has x without its entries, that stands for x.
masked_data <- function(data, mask) {
  if (is.null(mask$seen)) return(list(data, mask))
  data$x <- mask$seen
  list(c(data, hidden = TRUE), mask[names(mask) != "seen"])
}

# x without the entries of the mask, of masked_data().
what_is_seen <- function(data, mask) {
  if (isTRUE(data$hidden)) data$x else hide_entries(data$x, mask)
}

# The rows (side 1) or columns (side 2) of entries that are numbered down the columns.
line_numbers <- function(at, shape, side) {
  if (side == 1L) (at - 1L) %% shape[[1L]] + 1L else (at - 1L) %/% shape[[1L]] + 1L
}

# The numbers of the observed entries. Of sparse data, only stored ones are counted.
observed_entries <- function(data) {
  x <- data$x
  if (is.matrix(x)) return(which(!is.na(x)))
  entry_numbers(entry_places(x), x)[!is.na(x@x)]
}

# The entries that sparse data do not store, and that are therefore 0.
count_zeros <- function(data) {
  x <- data$x
  if (is.matrix(x) || isTRUE(data$partial)) 0 else prod(dim(x)) - length(x@x)
}

# `count` of them, drawn without replacement.
draw_zeros <- function(count, data) {
  if (count < 1) return(integer())
  stored <- entry_numbers(entry_places(data$x), data$x)
  size <- prod(dim(data$x))
  drawn <- numeric()
  while (length(drawn) < count) {
    more <- floor(stats::runif(2 * count) * size) + 1
    drawn <- setdiff(unique(c(drawn, more)), stored)
  }
  drawn[seq_len(count)]
}

# How many entries were observed of each row and of each column, or NULL if no mask can hide all of
# them: in a sparse x zeros are left in each of them, unless zeros were not observed.
line_counts <- function(observed, data) {
  if (!is.matrix(data$x) && !isTRUE(data$partial)) return(NULL)
  shape <- dim(data$x)
  lapply(1:2, function(side) tabulate(line_numbers(observed, shape, side), shape[[side]]))
}

# Drops entries of rows and columns of which otherwise nothing would be left to see.
leave_something <- function(at, counts, data) {
  shape <- dim(data$x)
  for (side in seq_along(counts)) {
    lines <- line_numbers(at, shape, side)
    hidden_whole <- tabulate(lines, shape[[side]]) == counts[[side]]
    at <- at[!hidden_whole[lines]]
  }
  at
}

# x with these entries missing. A sparse x stores the hidden zeros as NA.
hide_entries <- function(x, mask) {
  if (is.matrix(x)) {
    x[mask$at] <- NA_real_
    return(x)
  }
  places <- entry_places(x)
  x@x[entry_numbers(places, x) %in% mask$at] <- NA_real_
  if (mask$stored == length(mask$at)) return(x)
  zeros <- arrayInd(mask$at[-seq_len(mask$stored)], dim(x))
  Matrix::sparseMatrix(i = c(places[, 1L], zeros[, 1L]), j = c(places[, 2L], zeros[, 2L]),
                       x = c(x@x, rep(NA_real_, nrow(zeros))), dims = dim(x),
                       dimnames = dimnames(x))
}

# How many entries a mask hides on average: c(stored =, zeros =).
hidden_counts <- function(masks) {
  stored <- vapply(masks, `[[`, 0L, "stored")
  c(stored = mean(stored), zeros = mean(lengths(lapply(masks, `[[`, "at")) - stored))
}

# The values of the hidden entries.
hidden_values <- function(x, mask) {
  if (is.matrix(x)) return(x[mask$at])
  values <- numeric(length(mask$at))
  stored <- seq_len(mask$stored)
  values[stored] <- x@x[match(mask$at[stored], entry_numbers(entry_places(x), x))]
  values
}

# The weights of hidden entries in the error. The hidden zeros of sparse data stand for all zeros.
hidden_weights <- function(data, mask) {
  weights <- rep(1, length(mask$at))
  if (is.matrix(data$weights)) weights <- data$weights[mask$at]
  else if (!is.null(data$weights)) {
    stored <- seq_len(mask$stored)
    own <- entry_numbers(entry_places(data$x), data$x)
    weights[stored] <- data$weights[match(mask$at[stored], own)]
  }
  if (!is.null(data$margins$features)) weights <- weights * data$margins$features[mask$rows]
  if (!is.null(data$margins$samples)) weights <- weights * data$margins$samples[mask$columns]
  zeros <- length(mask$at) - mask$stored
  if (zeros == 0) return(weights)
  rates <- c(mask$stored / length(data$x@x), zeros / count_zeros(data))
  weights / rep(rates, c(mask$stored, zeros))
}

# For each hidden entry, the smaller of the largest entries seen in its row and in its column. It is
# 0 if all that was seen of one of them is 0.
hidden_limits <- function(mask) {
  limits <- seen_limits(mask$seen)
  pmin(limits$rows[mask$rows], limits$columns[mask$columns])
}

# list(rows, columns): the largest entries seen in each row and column, 0 if none was seen.
seen_limits <- function(x) {
  if (is.matrix(x)) return(native_limits(x))
  places <- entry_places(x)
  seen <- which(!is.na(x@x))
  largest <- function(side) {
    limits <- numeric(dim(x)[[side]])
    by_size <- seen[order(x@x[seen])]
    limits[places[by_size, side]] <- x@x[by_size]
    limits
  }
  list(rows = largest(1L), columns = largest(2L))
}
