# Few new samples, on Digits: predict() with the basis fixed, adapt(), and a fit of the new
# samples alone. W of rank 10 from 898 images; 10 to 200 new images of five classes drawn at
# random, clean or with noise N(0, 0.4) and then abs(), in both parts.
#   Rscript bench/few-shot.R [seeds]
# Prints the NMI of k-means clusters (five), means over seeds, three draws of new images each, and
# the paired differences of predict() to the others with their standard errors over the seeds.
library(metanmf)

seeds <- as.integer(c(commandArgs(TRUE), "20")[[1L]])
sizes <- c(10, 20, 50, 100, 200)
images <- digits$x / max(digits$x)

clusters <- function(w, h) {
  set.seed(1)
  stats::kmeans(unique_rows(t(h * sqrt(colSums(w^2)))), 5, nstart = 10)$cluster
}

# k-means needs as many different samples as clusters.
unique_rows <- function(x) if (nrow(unique(x)) < 5) x + 1e-9 * seq_along(x) else x

draw <- function(fit, x, at, labels) {
  new <- x[, at]
  adapted <- suppressWarnings(adapt(fit, new))
  fresh <- suppressWarnings(nmf(new, min(10, ncol(new)), max_iter = 300, tol = 1e-6))
  c(predict = nmi(clusters(basis(fit), predict(fit, new)), labels[at]),
    adapt = nmi(clusters(basis(adapted), coef(adapted)), labels[at]),
    fresh = nmi(clusters(basis(fresh), coef(fresh)), labels[at]))
}

one_seed <- function(seed, noise) {
  set.seed(seed)
  x <- if (noise > 0) abs(images + stats::rnorm(length(images), 0, noise)) else images
  order <- sample(ncol(x))
  fit <- suppressWarnings(nmf(x[, order[1:898]], 10, n_start = 3, max_iter = 300, tol = 1e-6))
  sapply(sizes, function(size) {
    rowMeans(replicate(3, {
      classes <- sample(0:9, 5)
      pool <- order[-(1:898)]
      pool <- pool[digits$labels[pool] %in% classes]
      draw(fit, x, sample(pool, size), digits$labels)
    }))
  })
}

for (noise in c(0, 0.4)) {
  all <- sapply(seq_len(seeds), one_seed, noise = noise, simplify = "array")
  cat("\nnoise", noise, "\n")
  means <- apply(all, 1:2, mean)
  colnames(means) <- sizes
  print(round(means, 3))
  for (other in c("adapt", "fresh")) {
    gap <- all["predict", , ] - all[other, , ]
    cat("predict -", other, ":", paste0(sizes, " ", sprintf("%+.3f", rowMeans(gap)), " (",
        sprintf("%.3f", apply(gap, 1, stats::sd) / sqrt(seeds)), ")", collapse = ", "), "\n")
  }
}
