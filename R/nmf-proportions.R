# How the samples of a factorisation divide among its components.

# The share of each component in each sample's fitted total, r x n. Factors are brought to maximum 1
# first, so that no unit overflows. A sample of zeros has no shares.
component_proportions <- function(w, h) {
  usable <- has_numbers(w, "rows")
  w <- keep_rows(w, which(usable))
  largest <- apply(w, 2L, max)
  total <- colSums(w / rep(ifelse(largest > 0, largest, 1), each = nrow(w)))
  total[largest == 0] <- 0
  amount <- log(h) + log(largest) + log(total)
  top <- if (nrow(h) && ncol(h)) apply(amount, 2L, max) else numeric(ncol(h))
  parts <- exp(amount - rep(top, each = nrow(h)))
  parts <- parts / rep(colSums(parts), each = nrow(h))
  parts[is.nan(parts)] <- NA
  dimnames(parts) <- dimnames(h)
  parts
}
