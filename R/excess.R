# What the data have above the model: where a new component can take something away.

# What the sample that the model falls short of most has above it: m numbers of at least 0,
# weighed. Samples are looked at in parts, so that nothing of the size of X is formed.
worst_excess <- function(data, w, h, loss) {
  n <- ncol(h)
  costs <- numeric(n)
  entries <- if (is.null(data$dense)) length(data$value) / n else nrow(w)
  size <- max(1, 2^18 %/% max(1, entries))
  for (first in seq.int(1, n, by = size)) {
    samples <- first:min(first + size - 1, n)
    costs[samples] <- sample_costs(sample_entries(data, w, h, samples), loss, length(samples))
  }
  entries <- sample_entries(data, w, h, which.max(costs))
  above <- is_above(entries)
  excess <- numeric(nrow(w))
  excess[entries$row[above]] <- (entries$weight * (entries$x - entries$z))[above]
  excess
}

# The entries of some samples that can be above the model: all, or the stored ones.
sample_entries <- function(data, w, h, samples) {
  weight <- function(part) if (is.null(data$weight)) 1 else part(data$weight)
  if (!is.null(data$dense)) {
    columns <- function(from) from[, samples, drop = FALSE]
    return(list(x = columns(data$dense), z = w %*% columns(h), weight = weight(columns),
                row = rep(seq_len(nrow(w)), length(samples)),
                sample = rep(seq_along(samples), each = nrow(w))))
  }
  sizes <- data$start[samples + 1] - data$start[samples]
  at <- data$start[[samples[[1L]]]] + seq_len(sum(sizes))
  row <- data$row[at] + 1L
  sample <- rep(seq_along(samples), sizes)
  z <- rowSums(w[row, , drop = FALSE] * t(h)[samples[sample], , drop = FALSE])
  list(x = data$value[at], z = z, weight = weight(function(from) from[at]), row = row,
       sample = sample)
}

is_above <- function(entries) !is.na(entries$x) & entries$x > entries$z

# What the entries above the model cost, by sample.
sample_costs <- function(entries, loss, count) {
  above <- is_above(entries)
  x <- entries$x
  z <- entries$z
  cost <- switch(loss, frobenius = (x - z)^2, kl = x * log(x / z) - x + z,
                 is = x / z - log(x / z) - 1)
  sums <- rowsum((entries$weight * cost)[above], entries$sample[above])
  replace(numeric(count), as.integer(rownames(sums)), sums)
}
