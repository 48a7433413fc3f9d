# What select_rank() costs: its time beside that of one fit for each rank visited and mask, with the
# mask's entries missing and the same control; and beside one plain fit of the chosen rank.
#   Rscript bench/rank-cost.R [SETS [FAMILY ...]]
# SETS (default 3) of each family (default: dense, poisson, corr, backgr, sparse, genes) at 80 x
# 120, 300 x 200, 500 x 200 and 500 x 400. The seed of set i is 500000 + i. Two sets of each take
# a minute.
source(file.path("bench", "common.R"))
one_thread()
library(metanmf)
source(file.path("bench", "rank-families.R"))
inner <- asNamespace("metanmf")

arguments <- commandArgs(trailingOnly = TRUE)
sets <- if (length(arguments) > 0L) as.numeric(arguments[[1L]]) else 3
asked <- c("dense", "poisson", "corr", "backgr", "sparse", "genes")
if (length(arguments) > 1L) asked <- arguments[-1L]
control <- nmf_control(max_iter = 100, tol = 3e-4, scale = "none")
seconds_of <- function(code) system.time(code)[[1L]]

# One random start for each of these ranks and masks.
fit_all <- function(x, ranks, masks) {
  for (mask in masks) {
    seen <- replace(x, mask$at, NA)
    for (rank in ranks) suppressWarnings(nmf(seen, rank, missing = "mask", control = control))
  }
}

cost_of <- function(family, size) {
  drawn <- plant(family, size[[1L]], size[[2L]])
  search <- seconds_of(choice <- select_rank(drawn$x, loss = drawn$loss))
  masks <- inner$draw_masks(inner$check_data(drawn$x, "x", "error"), choice$masks, 0.1)
  single <- seconds_of(fit_all(drawn$x, choice$ranks$rank, masks))
  plain <- seconds_of(suppressWarnings(for (i in 1:5) nmf(drawn$x, choice$rank, control = control)))
  c(fits = nrow(choice$ranks) * choice$masks, search = search, single = single, plain = plain / 5)
}

for (size in list(c(80, 120), c(300, 200), c(500, 200), c(500, 400))) {
  found <- NULL
  for (i in seq_len(sets)) for (family in asked) {
    set.seed(500000 + i)
    found <- rbind(found, cost_of(family, size))
  }
  total <- colSums(found)
  cat(size[[1L]], "x", size[[2L]], "of", nrow(found), "sets: select_rank()",
      round(total[["search"]] / nrow(found), 2), "s,",
      round(total[["search"]] / total[["single"]], 2), "times one fit a rank and mask,",
      round(total[["search"]] / sum(found[, "fits"] * found[, "plain"]), 2),
      "times as many plain fits,", round(total[["search"]] / total[["plain"]]),
      "times one plain fit\n")
}
