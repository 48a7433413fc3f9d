# Entries so large beside all others of their row and column that they are outliers. Their squares
# decide a least-squares fit, which then predicts nothing else: they are set aside as if missing.

# An entry that is at least so many times every other one of its row and of its column makes us look
# for more. Of 1100 planted sets without outliers 11 had one, 10 of them with noise of heavy tails;
# of 100 with outliers all had.
outlier_ratio <- 4

# What lies so many times the usual distance above its prediction is set aside too.
outlier_distance <- 10

# Predictions get better with each outlier that is gone; none was found after three rounds.
outlier_rounds <- 3L

# More than this share of the entries are no outliers: the data are like that.
outlier_share <- 0.01

# The numbers of the outliers of data as check_data() returns them, none in ratings. `options` are
# those of the fits, `stream` is the name of the random numbers.
find_outliers <- function(data, options, stream) {
  if (isTRUE(data$partial)) return(numeric())
  most <- outlier_share * data$facts$observed
  at <- lone_entries(data, most)
  if (!length(at)) return(at)
  for (round in seq_len(outlier_rounds)) {
    if (length(at) > most) return(numeric())
    more <- unpredicted_entries(set_aside(data, at, options$weights), options,
                                c(stream, "outliers", round))
    if (!length(more)) break
    at <- c(at, more)
  }
  if (length(at) > most) numeric() else sort(at)
}

# The data with these entries missing.
set_aside <- function(data, at, weights) {
  check_data(hide_entries(data$x, list(at = at, stored = length(at))), "x", "mask", weights)
}

# Entries of at least `outlier_ratio` times all others of their row and column, again without those
# found before, which may hide each other; at most about `most` of them. Where all others are 0,
# nothing is said.
lone_entries <- function(data, most) {
  if (is.matrix(data$x) && !any_far_above(data$x)) return(numeric())
  at <- observed_entries(data)
  value <- if (is.matrix(data$x)) data$x[at] else data$x@x[!is.na(data$x@x)]
  by_size <- order(value, decreasing = TRUE)
  at <- at[by_size]
  value <- value[by_size]
  places <- arrayInd(at, dim(data$x))
  lone <- numeric()
  repeat {
    rows <- two_largest(places[, 1L], value)
    columns <- two_largest(places[, 2L], value)
    alone <- intersect(rows$largest, columns$largest)
    others <- pmax(rows$second[places[alone, 1L]], columns$second[places[alone, 2L]])
    found <- alone[others > 0 & value[alone] >= outlier_ratio * others]
    lone <- c(lone, at[found])
    if (!length(found) || length(lone) > most) return(lone)
    at <- at[-found]
    value <- value[-found]
    places <- places[-found, , drop = FALSE]
  }
}

# Whether a column of x has an entry of at least `outlier_ratio` times all its others: without one
# no entries need be put in order.
any_far_above <- function(x) {
  for (j in seq_len(ncol(x))) {
    column <- x[, j]
    first <- which.max(column)
    if (length(first) && column[[first]] >= outlier_ratio * max(0, column[-first], na.rm = TRUE)) {
      return(TRUE)
    }
  }
  FALSE
}

# Of values from the largest to the smallest: where the largest of each line stands, and the value
# of the next one by line, 0 where there is none.
two_largest <- function(line, value) {
  largest <- which(!duplicated(line))
  rest <- seq_along(line)[-largest]
  second <- rest[!duplicated(line[rest])]
  next_value <- numeric(max(line))
  next_value[line[second]] <- value[second]
  list(largest = largest, second = next_value)
}

# Entries far above what fits that did not see them predict, at the rank that the spectrum shows.
unpredicted_entries <- function(data, options, stream) {
  spectral <- with_stream(guess_rank(data), stream, "spectral")
  rank <- first_rank(spectral, most_ranks(data))
  masks <- with_stream(draw_masks(data, 10L, 0.1), stream, "masks")
  jobs <- lapply(seq_along(masks), function(i) {
    list(data, masks[[i]], rank, c(stream, i), options)
  })
  ended <- map_jobs(jobs, hidden_distances, failed = identity)
  apart <- unlist(Filter(is.numeric, ended))
  seen <- unlist(lapply(masks[vapply(ended, is.numeric, NA)], `[[`, "at"))
  usual <- stats::median(abs(apart)) / stats::qnorm(0.75)
  seen[apart > outlier_distance * usual & usual > 0]
}

# How far each hidden entry lies above its prediction, in units of the root of the latter, since
# larger entries of most data vary more.
hidden_distances <- function(data, mask, rank, stream, options, after) {
  seen <- hide_entries(data$x, mask)
  fit <- with_stream(masked_fit(seen, rank, "random", data, options), stream)
  p <- predict_entries(fit, mask)
  (mask$value - p) / sqrt(pmax(p, 0.05 * data$facts$x_sum / prod(dim(data$x))))
}

# Where they are: a matrix with columns feature and sample.
outlier_places <- function(search) {
  at <- arrayInd(search$outliers, dim(search$data$x))
  colnames(at) <- c("feature", "sample")
  at
}
