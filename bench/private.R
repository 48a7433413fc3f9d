# What choose_private() is good for, on Digits: how often it answers 0 where tasks carry nothing of
# their own, and the number of patterns where they do.
#   Rscript bench/private.R [draws] [first seed]
# Five tasks of 100 images. Nuisance: q Gaussian bumps a task, with gains U(0, 1.5). Prints the
# errors' relative gain and its standard error for every draw, and the answers under several
# margins.
library(metanmf)

given <- as.integer(commandArgs(TRUE))
draws <- c(given, 20L)[[1L]]
first <- c(given[-1L], 1L)[[1L]]
images <- digits$x / max(digits$x)

bumps <- function(q, size = 8) {
  vapply(seq_len(q), function(k) {
    centre <- stats::runif(2) * size + 0.5
    width <- stats::runif(1, 0.12, 0.3) * size
    as.vector(outer(seq_len(size), seq_len(size), function(a, b) {
      exp(-((a - centre[[1]])^2 + (b - centre[[2]])^2) / (2 * width^2))
    }))
  }, numeric(size^2))
}

draw_tasks <- function(q, count = 5, size = 100) {
  lapply(split(sample(ncol(images), count * size), rep(seq_len(count), size)), function(at) {
    if (q == 0) return(images[, at])
    images[, at] + bumps(q) %*% matrix(stats::runif(q * size, 0, 1.5), q)
  })
}

answer <- function(choice, margin) {
  one <- choice$errors
  best <- which.min(one$error)
  if (one$gain[[best]] > margin * one$se[[best]]) one$private[[best]] else 0L
}

for (q in c(0, 1, 3)) {
  answers <- vapply(first - 1L + seq_len(draws), function(seed) {
    set.seed(seed)
    choice <- choose_private(unname(draw_tasks(q)), 10, 0:5)
    cat(q, seed, format(choice$errors$gain, digits = 2), "se", format(choice$errors$se, digits = 2),
        "\n")
    vapply(c(0, 1, 2), function(margin) answer(choice, margin), 0L)
  }, integer(3))
  for (row in 1:3) {
    cat("planted ", q, ", margin ", row - 1, ": ", sep = "")
    print(table(factor(answers[row, ], 0:5)))
  }
}
