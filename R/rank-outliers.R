# Outliers: entries far larger than all others of their row and column. Their squares dominate a
# least-squares fit, which then predicts nothing else. They are set aside as if they were missing.

# The search for outliers begins if an entry is at least this many times every other entry of its
# row and column. Of 1100 planted sets without outliers 11 had such an entry, 10 of them with noise
# of heavy tails. All of 100 sets with outliers had one.
outlier_ratio <- 4

# An entry that lies this many times the usual distance above its prediction is set aside too.
outlier_distance <- 10

# Predictions get better as outliers are removed. After three rounds no more were found.
outlier_rounds <- 3L

# If more than this share of the entries stand out, they are not outliers but how the data are.
outlier_share <- 0.01

# The numbers of the outliers in data as check_data() returns them. Ratings have none. `options` are
# those of the fits, and `stream` names the random numbers.
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

# Entries of at least `outlier_ratio` times all others of their row and column. The search is
# repeated without those found, since one outlier may hide another, until about `most` are found. An
# entry beside which all others are 0 is no outlier.
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

# Whether a column of x has an entry of at least `outlier_ratio` times all its others. If none has,
# no entries need to be sorted.
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

# For values sorted from the largest to the smallest: the place of the largest value of each line,
# and the second largest value of each line, 0 if there is none.
two_largest <- function(line, value) {
  largest <- which(!duplicated(line))
  rest <- seq_along(line)[-largest]
  second <- rest[!duplicated(line[rest])]
  next_value <- numeric(max(line))
  next_value[line[second]] <- value[second]
  list(largest = largest, second = next_value)
}

# Entries far above the predictions of fits that did not see them, at the rank that the spectrum
# shows.
unpredicted_entries <- function(data, options, stream) {
  spectral <- with_stream(guess_rank(data), stream, "spectral")
  rank <- first_rank(spectral, most_ranks(data))
  masks <- with_stream(draw_masks(data, 10L, 0.1), stream, "masks")
  jobs <- lapply(seq_along(masks), function(i) {
    c(masked_data(data, masks[[i]]), list(rank, c(stream, i), options))
  })
  ended <- map_jobs(jobs, hidden_distances, failed = identity)
  apart <- unlist(Filter(is.numeric, ended))
  seen <- unlist(lapply(masks[vapply(ended, is.numeric, NA)], `[[`, "at"))
  usual <- stats::median(abs(apart)) / stats::qnorm(0.75)
  seen[apart > outlier_distance * usual & usual > 0]
}

# How far each hidden entry lies above its prediction, divided by the root of the prediction, since
# larger entries vary more in most data.
hidden_distances <- function(data, mask, rank, stream, options, after) {
  seen <- what_is_seen(data, mask)
  fit <- with_stream(masked_fit(seen, rank, "random", data, options), stream)
  p <- predict_entries(fit, mask)
  (mask$value - p) / sqrt(pmax(p, 0.05 * data$facts$x_sum / prod(dim(data$x))))
}

# The places of outliers, as a matrix with the columns feature and sample.
outlier_places <- function(search) {
  at <- arrayInd(search$outliers, dim(search$data$x))
  colnames(at) <- c("feature", "sample")
  at
}
