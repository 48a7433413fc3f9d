# The components of bases matched: those of two, those of all pairs, those of all with their medoid.
# Bases have columns of length 1 or 0, as directions() makes them.

match_columns <- function(a, b) {
  cosine <- pmin(crossprod(a, b), 1)
  # A reward for zero with zero keeps zero columns from taking the partner of another column.
  cosine[outer(colSums(a) == 0, colSums(b) == 0, `&`)] <- NA
  partner <- as.integer(clue::solve_LSAP(replace(cosine, is.na(cosine), 1), maximum = TRUE))
  own <- seq_along(partner)
  data.frame(a = own, b = partner, cosine = cosine[cbind(own, partner)])
}

# All pairs of bases: list(a, b, cosine, matches), the mean cosine of each pair and its match.
match_pairs <- function(bases) {
  pairs <- utils::combn(length(bases), 2L)
  matches <- lapply(seq_len(ncol(pairs)), function(i) {
    match_columns(bases[[pairs[[1L, i]]]], bases[[pairs[[2L, i]]]])
  })
  cosine <- vapply(matches, function(match) {
    if (all(is.na(match$cosine))) NA_real_ else mean(match$cosine, na.rm = TRUE)
  }, 0)
  list(a = pairs[1L, ], b = pairs[2L, ], cosine = cosine, matches = matches)
}

# The medoid, the basis that agrees best with all others on average, and the match of each basis
# with it: list(medoid, agreement, component, cosine). `agreement` is each basis' mean cosine with
# the others; `component` and `cosine`, bases x r, say which component of a basis is matched to
# each of the medoid's, and how near it is.
match_medoid <- function(bases) {
  count <- length(bases)
  own <- seq_len(ncol(bases[[1L]]))
  if (count == 1L) {
    return(list(medoid = 1L, agreement = NA_real_, component = rbind(own, deparse.level = 0L),
                cosine = matrix(NA_real_, 1L, length(own))))
  }
  pairs <- match_pairs(bases)
  agreement <- matrix(NA_real_, count, count)
  agreement[cbind(c(pairs$a, pairs$b), c(pairs$b, pairs$a))] <- pairs$cosine
  agreement <- rowMeans(agreement, na.rm = TRUE)
  medoid <- which.max(replace(agreement, is.na(agreement), -1))
  component <- matrix(own, count, length(own), byrow = TRUE)
  cosine <- matrix(NA_real_, count, length(own))
  for (i in which(pairs$a == medoid | pairs$b == medoid)) {
    match <- pairs$matches[[i]]
    forward <- pairs$a[[i]] == medoid
    other <- if (forward) pairs$b[[i]] else pairs$a[[i]]
    at <- if (forward) own else order(match$b)
    component[other, ] <- (if (forward) match$b else match$a)[at]
    cosine[other, ] <- match$cosine[at]
  }
  list(medoid = medoid, agreement = agreement, component = component, cosine = cosine)
}
