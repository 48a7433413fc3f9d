# Data in blocks for select_rank(): some of the samples, in memory.

most_searched <- 1000L

# list(x, labels, searched): the samples that the search looks at, their labels, and how many they
# are of how many, which is NULL for a matrix, of which all are looked at.
searched_samples <- function(x, labels, weights) {
  if (!is_source(x)) return(list(x = x, labels = labels, searched = NULL))
  if (!is.null(weights)) {
    stop_input("weights", "left out for data in blocks", describe(weights),
               paste("Take the samples yourself: select_rank(x[, at], weights = weights[at]) for",
                     "at = sample(ncol(x), 1000)."))
  }
  at <- spaced_places(ncol(x), most_searched)
  labels <- check_sample_labels(labels, x)[at]
  if (length(at) < ncol(x)) {
    tell(paste0("`x` has ", ncol(x), " samples, and the search looks at ", length(at),
                " of them, evenly spaced. For others give x[, at], a matrix."))
  }
  list(x = some_entries(x, NULL, at), labels = labels, searched = c(length(at), ncol(x)))
}
