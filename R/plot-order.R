# The order of samples in a picture, and their groups.

# list(labels, groups): `labels` a factor with a group for each sample, NULL without groups.
check_groups <- function(groups, fit) {
  if (is.null(groups)) return(NULL)
  samples <- ncol(fit$h)
  if (!is.atomic(groups) || length(dim(groups)) > 1L || length(groups) != samples) {
    stop_input("groups", paste("a factor or vector with a label for each of the", samples,
                               "samples"), describe(groups))
  }
  groups <- order_labels(groups, colnames(fit$h), "groups", "the samples of the fit")
  if (all(is.na(groups))) stop_input("groups", "labels", "NA alone")
  droplevels(as.factor(groups))
}

# Samples by group, within a group by their largest component, within that by its proportion, and
# where these are equal by `size`, the largest first. Samples without a group or without
# proportions come last. `proportions` is r x n.
sample_order <- function(proportions, groups = NULL, size = numeric(ncol(proportions))) {
  # An unobserved sample has no largest component
  known <- has_numbers(proportions, "columns")
  class <- rep(NA_integer_, ncol(proportions))
  largest <- rep(NA_real_, ncol(proportions))
  if (any(known)) {
    class[known] <- max.col(t(proportions[, known, drop = FALSE]), ties.method = "first")
    largest[known] <- proportions[cbind(class, seq_along(class))][known]
  }
  group <- if (is.null(groups)) rep(1L, ncol(proportions)) else as.integer(groups)
  order(group, class, -largest, -size)
}

# Runs of equal groups in their order: list(name, first, last), without those of NA.
group_runs <- function(groups) {
  names <- as.character(groups)
  runs <- rle(ifelse(is.na(names), "", paste0("_", names)))
  last <- cumsum(runs$lengths)
  named <- runs$values != ""
  list(name = substring(runs$values, 2L)[named], first = (last - runs$lengths + 1L)[named],
       last = last[named])
}
