# Checks of ranks, labels, masks and fractions for select_rank() and select_lambda().

check_ranks <- function(ranks, x) {
  if (min(dim(x)) < 2L) {
    stop_input("x", "a matrix of at least 2 features and 2 samples", describe(x))
  }
  if (is.null(ranks)) return(NULL)
  whole <- is.numeric(ranks) && length(ranks) > 1L && all(is.finite(ranks)) &&
    all(ranks == round(ranks)) && !anyDuplicated(ranks)
  largest <- min(dim(x))
  outside <- if (whole) ranks[ranks < 1 | ranks > largest]
  if (!whole || length(outside)) {
    stop_input("ranks", paste0("NULL, or at least two different whole numbers in 1..", largest),
               if (!is.numeric(ranks)) describe(ranks)
               else if (length(outside)) paste(toString(utils::head(outside, 5L)), "among others")
               else if (length(ranks) == 1L) paste(format(ranks), "alone")
               else toString(utils::head(ranks, 5L)),
               paste0("Use select_rank(x), which searches by itself, or ranks = 1:",
                      min(10L, largest), "."))
  }
  sort(as.integer(ranks))
}

check_sample_labels <- function(labels, x) {
  if (is.null(labels)) return(NULL)
  if (!is.atomic(labels) || length(labels) != ncol(x)) {
    stop_input("labels", paste("NULL, or a label for each of the", ncol(x), "samples"),
               describe(labels))
  }
  order_labels(labels, colnames(x), "labels", "the samples of `x`")
}

# With more observed entries than this, 5 masks are enough.
many_entries <- 50000

check_masks <- function(masks, data) {
  if (!is.null(masks)) return(check_count(masks, "masks", 2))
  if (data$facts$observed > many_entries) 5L else 10L
}

check_fraction <- function(fraction, data) {
  fraction <- check_number(fraction, "fraction", 0)
  if (fraction <= 0 || fraction > 0.5) {
    stop_input("fraction", "a number above 0 and at most 0.5", format(fraction))
  }
  observed <- data$facts$observed
  if (observed * fraction < 5) {
    stop_input("x", paste("a matrix with enough entries to hide", format(fraction), "of them"),
               paste(observed, "entries that were observed"),
               "Use a larger `fraction`, up to 0.5, or choose a rank by other knowledge.")
  }
  fraction
}
