# Whether a fit that weighs down what it does not predict chooses the rank better than setting
# outliers aside, as select_rank() does, on planted data of all families.
#   Rscript bench/rank-weights.R [SETS [FILE]]
# SETS of each family (default 5), 30 x 50 or 50 x 80, rank 3 to 12. "none" leaves outliers in the
# data, "aside" is select_rank(). "huber" and "cauchy" give each entry a weight: fits of the rank
# that the spectrum shows predict entries hidden from them, and the weight is min(1, 1.345 / t) or
# 1 / (1 + (t / 2.385)^2), where t is the distance from the prediction, relative to its root, in
# units of the usual one. Three rounds, each with the weights of the last; the search has them in
# its fits and in its error. FILE keeps the choices, and sets that are there are not run again. The
# seed of set i of the f-th family is 600000 + 1000 f + i. 20 sets take 10 minutes on one free
# processor.
source(file.path("bench", "common.R"))
one_thread()
library(metanmf)
source(file.path("bench", "rank-families.R"))
inner <- asNamespace("metanmf")

arguments <- commandArgs(trailingOnly = TRUE)
sets <- if (length(arguments) > 0L) as.numeric(arguments[[1L]]) else 5
file <- if (length(arguments) > 1L) arguments[[2L]] else tempfile(fileext = ".tsv")

options_of <- function(loss, weights) {
  loss <- inner$check_loss(loss)
  list(loss = loss, error = inner$rank_error(loss), model_loss = "frobenius", weights = weights,
       control = nmf_control(max_iter = 100, tol = 3e-4, scale = "none"))
}

# The search of select_rank() on data as they are, or with weights.
choose <- function(data, options) {
  largest <- inner$most_ranks(data)
  spectral <- inner$guess_rank(data)
  search <- inner$new_search(data, 10, 0.1, options)
  search[c("largest", "patience")] <- list(largest, 2L)
  found <- inner$search_ranks(search, inner$first_rank(spectral, largest))
  table <- inner$rank_table(found$visits, 10)
  table$rank[[inner$chosen_row(table, spectral)]]
}

weigh <- list(huber = function(t) pmin(1.345 / t, 1), cauchy = function(t) 1 / (1 + (t / 2.385)^2))

# A weight for each entry of x.
robust_weights <- function(x, loss, kind) {
  weights <- NULL
  for (round in 1:3) {
    options <- options_of(loss, weights)
    data <- inner$check_data(x, "x", "error", weights)
    rank <- inner$first_rank(inner$guess_rank(data), inner$most_ranks(data))
    apart <- matrix(NA_real_, nrow(x), ncol(x))
    for (mask in inner$draw_masks(data, 10, 0.1)) {
      stream <- list(sample.int(1e9, 1L))
      apart[mask$at] <- inner$hidden_distances(data, mask, rank, stream, options, NULL)
    }
    usual <- stats::median(abs(apart), na.rm = TRUE) / stats::qnorm(0.75)
    weights <- weigh[[kind]](abs(apart) / usual)
    # An entry that no mask could hide keeps its weight.
    weights[is.na(weights)] <- 1
  }
  weights
}

rank_by <- list(
  none = function(x, loss) choose(inner$check_data(x, "x", "error"), options_of(loss, NULL)),
  aside = function(x, loss) select_rank(x, loss = loss)$rank,
  huber = function(x, loss) weighted_choice(x, loss, "huber"),
  cauchy = function(x, loss) weighted_choice(x, loss, "cauchy"))

weighted_choice <- function(x, loss, kind) {
  weights <- robust_weights(x, loss, kind)
  choose(inner$check_data(x, "x", "error", weights), options_of(loss, weights))
}

run_set <- function(family, number) {
  set.seed(600000 + 1000 * match(family, names(families)) + number)
  size <- list(c(30, 50), c(50, 80))[[sample(2, 1)]]
  drawn <- plant(family, size[[1L]], size[[2L]])
  chosen <- vapply(rank_by, function(by) as.integer(by(drawn$x, drawn$loss)), 0L)
  data.frame(family, number, planted = drawn$rank, t(chosen))
}

done <- if (file.exists(file)) utils::read.delim(file) else NULL
for (number in seq_len(sets)) for (family in names(families)) {
  if (any(done$family == family & done$number == number)) next
  row <- run_set(family, number)
  utils::write.table(row, file, append = file.exists(file), col.names = !file.exists(file),
                     sep = "\t", row.names = FALSE, quote = FALSE)
}

results <- utils::read.delim(file)
results <- results[results$number <= sets, ]
exact <- function(rows) colMeans(rows[names(rank_by)] == rows$planted)
print(round(t(vapply(split(results, results$family), exact, double(4))), 2))
cat("\nall but noise alone\n")
print(round(exact(results[results$family != "null", ]), 3))
