# How often select_rank() finds the planted rank, by family of data and by verdict, beside the
# reference procedure and RcppML's cross-validation on the same draws.
#   Rscript bench/rank.R [SETS [FILE [reference] [rcppml]]]
# SETS of each family (default 5), twelve families (bench/rank-families.R), rank 3 to 12, sizes 30
# x 50 to 150 x 50 and in every tenth set 300 x 200 to 500 x 400. FILE keeps a row for each set,
# and sets that have one are not run again, so that a long run can be stopped; a row that lacks
# RcppML alone gets its rank. `predicted` is the rank with the least error. `reference`
# runs bench/rank-reference.R too, `rcppml` RcppML::nmf(k = 1:15, test_fraction = 0.1, cv_seed =
# 1:3), where version 1.0.0 is installed. The seed of set i of the f-th family is 700000 + 1000 f +
# i. 200 sets take about an hour on one free processor, with the reference two. What was found is in
# inst/rank/sets.tsv.xz, after xz -d a FILE from which the tables are printed at once. The seconds
# in it are of earlier versions, which made the same choices.
source(file.path("bench", "common.R"))
one_thread()
library(metanmf)
source(file.path("bench", "rank-families.R"))
source(file.path("bench", "rank-reference.R"))

options <- commandArgs(trailingOnly = TRUE)
sets <- if (length(options) > 0L) as.numeric(options[[1L]]) else 5
file <- if (length(options) > 1L) options[[2L]] else tempfile(fileext = ".tsv")
with_reference <- "reference" %in% options
# Versions before 1.0 have no cross-validation.
with_rcppml <- "rcppml" %in% options && requireNamespace("RcppML", quietly = TRUE) &&
  utils::packageVersion("RcppML") >= "1.0.0"
if (with_rcppml) cat("RcppML", format(utils::packageVersion("RcppML")), "\n")
if ("rcppml" %in% options && !with_rcppml) cat("RcppML 1.0.0 is not installed: left out\n")

sizes <- list(c(30, 50), c(50, 80), c(80, 120), c(150, 50), c(50, 150))
large <- list(c(300, 200), c(500, 400), c(150, 400), c(400, 150), c(200, 500))

seconds_of <- function(code) system.time(code)[[1L]]

# Called on a set that was just drawn, since RcppML uses R's generator.
rcppml_rank <- function(x) {
  table <- as.data.frame(RcppML::nmf(x, k = 1:15, test_fraction = 0.1, cv_seed = 1:3,
                                     verbose = FALSE))
  means <- tapply(table$test_mse, table$k, mean)
  as.integer(names(means)[which.min(means)])
}

seed_of <- function(family, number) 700000 + 1000 * match(family, names(families)) + number

draw_set <- function(family, number) {
  set.seed(seed_of(family, number))
  size <- if (number %% 10 == 0) large[[sample(5, 1)]] else sizes[[sample(5, 1)]]
  plant(family, size[[1L]], size[[2L]])
}

# One set: the ranks that were planted and chosen, and the seconds beside those of one plain fit.
run_set <- function(family, number) {
  drawn <- draw_set(family, number)
  seconds <- seconds_of(choice <- select_rank(drawn$x, loss = drawn$loss))
  row <- data.frame(family, number, entries = length(drawn$x), planted = drawn$rank,
                    rank = choice$rank,
                    predicted = choice$ranks$rank[[which.min(choice$ranks$error)]],
                    spectral = choice$spectral, verdict = choice$verdict,
                    covered = drawn$rank %in% choice$near, outliers = nrow(choice$outliers),
                    visited = nrow(choice$ranks), masks = choice$masks, seconds)
  row$reference <- row$reference_seconds <- NA
  if (with_reference) {
    set.seed(seed_of(family, number))
    row$reference_seconds <- seconds_of(
      row$reference <- reference_rank(drawn$x, drawn$loss)$rank)
  }
  row$rcppml <- if (with_rcppml) rcppml_rank(draw_set(family, number)$x) else NA_integer_
  control <- nmf_control(max_iter = 100, tol = 3e-4, scale = "none")
  # A single fit can be as short as the clock's step.
  row$plain <- seconds_of(suppressWarnings(
    for (turn in 1:3) nmf(drawn$x, choice$rank, control = control))) / 3
  timed <- c("seconds", "reference_seconds", "plain")
  row[timed] <- round(row[timed], 3)
  row
}

# A set that lacks a column is run again, or only RcppML if that is all it lacks. Its last row
# counts.
done <- if (file.exists(file)) utils::read.delim(file) else NULL
done <- done[!duplicated(done[c("family", "number")], fromLast = TRUE), ]
if (with_reference) done <- done[!is.na(done$reference), ]
for (number in seq_len(sets)) for (family in names(families)) {
  row <- done[done$family == family & done$number == number, ]
  if (NROW(row) && (!with_rcppml || !is.na(row$rcppml))) next
  if (NROW(row)) row$rcppml <- rcppml_rank(draw_set(family, number)$x)
  else row <- run_set(family, number)
  utils::write.table(row, file, append = file.exists(file), col.names = !file.exists(file),
                     sep = "\t", row.names = FALSE, quote = FALSE)
}

results <- utils::read.delim(file)
results <- results[!duplicated(results[c("family", "number")], fromLast = TRUE), ]
results <- results[results$number <= sets, ]
share <- function(rows) {
  same <- function(name) mean(rows[[name]] == rows$planted, na.rm = TRUE)
  c(sets = nrow(rows), exact = same("rank"), within_1 = mean(abs(rows$rank - rows$planted) <= 1),
    bias = mean(rows$rank - rows$planted), predicted = same("predicted"),
    spectral = same("spectral"),
    reference = same("reference"), rcppml = same("rcppml"), near = mean(rows$covered),
    visited = mean(rows$visited))
}
table_by <- function(rows, by) round(t(vapply(split(rows, rows[[by]]), share, numeric(10))), 2)
print(table_by(results, "family"))
planted <- results[results$family != "null", ]
cat("\nby verdict, without null\n")
print(table_by(planted, "verdict"))
cat("\nall but null\n")
print(round(share(planted), 3))
# The last step of the procedure was chosen on the first 60.
if (any(planted$number > 60)) {
  cat("\nabove number 60\n")
  print(round(share(planted[planted$number > 60, ]), 3))
}
null <- results[results$family == "null", ]
cat("noise: rank 1 in", sum(null$rank == 1), "of", nrow(null), "and determined above 1 in",
    sum(null$rank > 1 & null$verdict == "determined"), "\n")
cat("seconds against one plain fit of the chosen rank, all sets together:",
    round(sum(results$seconds) / sum(results$plain)), "\n")
by_fit <- function(rows) round(sum(rows$seconds) / sum(rows$plain * rows$visited * rows$masks), 2)
cat("and for each rank and mask, by the number of entries, without outliers\n")
usual <- results[results$family != "outlier", ]
print(vapply(split(usual, cut(usual$entries, c(0, 2e4, 7e4, 1.2e5, Inf))), by_fit, 0))
