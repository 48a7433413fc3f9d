# Entries that are hidden from a fit, to see how well it predicts them.

# `masks` lists of entries of the data, as check_data() returns them: list(at, stored, value,
# weight, most), the numbers of the entries down the columns of x, those that a sparse x stores
# first, how many these are, what is hidden there, what it counts in the error, and the most that a
# prediction may be. All ranks see the same.
# The observed entries (of sparse data the stored ones) are dealt into 1 / fraction groups, so that
# each is hidden once in every round; further rounds are dealt until there are enough groups. Of the
# zeros that sparse data do not store each mask has as many as of stored entries, or that fraction
# of them where this is less. No mask hides all that was observed of a row or a column.
draw_masks <- function(data, masks, fraction) {
  observed <- observed_entries(data)
  groups <- floor(1 / fraction)
  drawn <- list()
  while (length(drawn) < masks) {
    group <- sample(rep_len(seq_len(groups), length(observed)))
    drawn <- c(drawn, unname(split(observed, factor(group, seq_len(groups)))))
  }
  zeros <- count_zeros(data)
  lapply(drawn[seq_len(masks)], function(at) {
    at <- leave_something(at, observed, data)
    extra <- min(length(at), round(fraction * zeros))
    mask <- list(at = c(at, draw_zeros(extra, data)), stored = length(at))
    mask$value <- hidden_values(data$x, mask)
    mask$weight <- hidden_weights(data, mask)
    mask$most <- hidden_limits(data$x, mask)
    mask
  })
}

# The numbers of the entries that were observed; of sparse data, of those that are stored.
observed_entries <- function(data) {
  x <- data$x
  if (is.matrix(x)) return(which(!is.na(x)))
  entry_numbers(entry_places(x), x)[!is.na(x@x)]
}

# Entries that are 0 since sparse data do not store them.
count_zeros <- function(data) {
  x <- data$x
  if (is.matrix(x) || isTRUE(data$partial)) 0 else prod(dim(x)) - length(x@x)
}

# So many of them, drawn without repeats.
draw_zeros <- function(count, data) {
  if (count < 1) return(numeric())
  stored <- entry_numbers(entry_places(data$x), data$x)
  size <- prod(dim(data$x))
  drawn <- numeric()
  while (length(drawn) < count) {
    more <- floor(stats::runif(2 * count) * size) + 1
    drawn <- setdiff(unique(c(drawn, more)), stored)
  }
  drawn[seq_len(count)]
}

# Without the entries of rows and columns of which nothing would be left. A sparse x has zeros left
# in every one of them, unless these were not observed.
leave_something <- function(at, observed, data) {
  if (!is.matrix(data$x) && !isTRUE(data$partial)) return(at)
  shape <- dim(data$x)
  for (side in 1:2) {
    lines <- function(at) arrayInd(at, shape)[, side]
    hidden_whole <- tabulate(lines(at), shape[[side]]) == tabulate(lines(observed), shape[[side]])
    at <- at[!hidden_whole[lines(at)]]
  }
  at
}

# x with these entries missing, a sparse one with the hidden zeros stored as NA.
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

# What a hidden entry counts in the error. The sample of the zeros of sparse data stands for all.
hidden_weights <- function(data, mask) {
  places <- arrayInd(mask$at, dim(data$x))
  weights <- rep(1, length(mask$at))
  if (is.matrix(data$weights)) weights <- data$weights[mask$at]
  else if (!is.null(data$weights)) {
    stored <- seq_len(mask$stored)
    own <- entry_numbers(entry_places(data$x), data$x)
    weights[stored] <- data$weights[match(mask$at[stored], own)]
  }
  if (!is.null(data$margins$features)) weights <- weights * data$margins$features[places[, 1L]]
  if (!is.null(data$margins$samples)) weights <- weights * data$margins$samples[places[, 2L]]
  zeros <- length(mask$at) - mask$stored
  if (zeros == 0) return(weights)
  rates <- c(mask$stored / length(data$x@x), zeros / count_zeros(data))
  weights / rep(rates, c(mask$stored, zeros))
}

# The largest entry that was seen of a hidden entry's row and of its column, the smaller of the two:
# 0 where all that was seen of one of them is 0.
hidden_limits <- function(x, mask) {
  places <- arrayInd(mask$at, dim(x))
  limits <- seen_limits(hide_entries(x, mask))
  pmin(limits$rows[places[, 1L]], limits$columns[places[, 2L]])
}

# The largest entries seen of each row and column, 0 where none was: list(rows, columns).
seen_limits <- function(x) {
  if (is.matrix(x)) {
    largest <- function(side) pmax(suppressWarnings(apply(x, side, max, na.rm = TRUE)), 0)
    return(list(rows = largest(1L), columns = largest(2L)))
  }
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
