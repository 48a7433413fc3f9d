# What can be said from one difference a seed: interval, test, and correction of several tests.

# Percentile interval of the mean; a column of draws is one resample. NA for fewer than two.
bootstrap_interval <- function(values, level, n_boot) {
  n <- length(values)
  if (n < 2L) return(c(NA_real_, NA_real_))
  draws <- matrix(values[sample.int(n, n * n_boot, replace = TRUE)], n)
  stats::quantile(colMeans(draws), c(1 - level, 1 + level) / 2, names = FALSE)
}

# Two-sided p of the signed-rank test, exact with ties too: under no difference each rank is
# positive or not with probability 1/2, and the probabilities of the rank sum are built up rank
# by rank. Mean ranks of ties are halves, so ranks are doubled to count in whole numbers.
signed_rank_p <- function(difference) {
  if (length(difference) < 2L) return(NA_real_)
  difference <- signif(difference[difference != 0], 8L)
  ranks <- 2 * rank(abs(difference))
  probability <- 1
  for (rank in ranks) {
    probability <- (c(probability, numeric(rank)) + c(numeric(rank), probability)) / 2
  }
  positive <- sum(ranks[difference > 0]) + 1
  tail <- min(sum(probability[seq_len(positive)]), sum(probability[positive:length(probability)]))
  min(1, 2 * tail)
}

# Holm's correction within families of rows that agree in `family`; noise counts as there or
# not. p_holm grows with every p of its family, so it is smallest where all are.
correct_table <- function(table, family) {
  keys <- table[c("protocol", family)]
  if ("noise" %in% family) keys$noise <- table$noise > 0
  groups <- row_keys(keys, names(keys))
  by_family <- function(p, method) stats::ave(p, groups, FUN = method)
  holm <- function(p) stats::p.adjust(p, "holm")
  table$p_holm <- by_family(table$p, holm)
  table$p_holm_smallest <- by_family(table$p_smallest, holm)
  table$family <- by_family(as.integer(!is.na(table$p)), sum)
  table$bound <- is.na(table$p) | table$p_holm_smallest > 1 - table$level
  table
}
