# What README and ?gnmf say of the digits from longer runs. About three minutes on one core:
#
#   OPENBLAS_NUM_THREADS=1 Rscript bench/digits.R
library(metanmf)
options(metanmf.progress = FALSE, digits = 3)

x <- scale_minmax(digits$x)
fixed <- function(count) nmf_control(max_iter = count, tol = 0)
score <- function(fit, labels) nmi(cluster_samples(fit, k = 10), labels)

# meta-learning against three fits without it, paired by seed, all by the same updates
meta_scores <- function(seed, noise, epochs = 5, rank = 10) {
  set.seed(seed)
  noisy <- add_noise(x, noise)
  split <- split_tasks(noisy, labels = digits$labels)
  learning <- noisy[, split$index$learning]
  here <- split$evaluation
  fits <- list(
    baseline = nmf(here, rank, solver = "mu", control = fixed(100)),
    longer = nmf(here, rank, solver = "mu", control = fixed(100 * epochs + 100)),
    meta = adapt(meta_nmf(split, rank, control = meta_control(epochs = epochs)), here),
    plain_matched = adapt(nmf(learning, rank, solver = "mu", control = fixed(100 * epochs)), here)
  )
  vapply(fits, score, 0, labels = split$labels$evaluation)
}

cat("meta minus the others, mean (standard error) over seeds 1-20\n")
for (noise in c(0, 0.4)) {
  scores <- vapply(1:20, meta_scores, numeric(4), noise = noise)
  gain <- scores["meta", ] - t(scores[c("baseline", "longer", "plain_matched"), ])
  print(data.frame(noise, other = colnames(gain), mean = colMeans(gain),
                   error = apply(gain, 2, sd) / sqrt(nrow(gain))), row.names = FALSE)
}

cat("gnmf() by form and iterations, NMI of seeds 1-3\n")
for (form in c("raw", "scale_invariant")) for (count in c(1000, 10000)) {
  found <- vapply(1:3, function(seed) {
    set.seed(seed)
    fit <- gnmf(x, 10, lambda = 100, form = form, solver = "mu", control = fixed(count))
    score(fit, digits$labels)
  }, 0)
  cat(form, count, format(found), "\n")
}

# Normalised cut (Shi and Malik) and its row-normalised variant (Ng, Jordan and Weiss).
spectral <- function(unit_rows) {
  set.seed(1)
  graph <- as.matrix(knn_graph(x))
  degree <- rowSums(graph)
  vectors <- eigen(graph / sqrt(outer(degree, degree)), symmetric = TRUE)$vectors[, 1:10]
  points <- if (unit_rows) vectors / sqrt(rowSums(vectors^2)) else vectors / sqrt(degree)
  nmi(kmeans(points, 10, iter.max = 100, nstart = 20)$cluster, digits$labels)
}
cat("spectral clustering of the same graph:", spectral(FALSE), spectral(TRUE), "\n")

cat("gnmf() on noisy digits by lambda, and k-means on the pixels: NMI of seeds 1-3\n")
for (seed in 1:3) {
  set.seed(seed)
  noisy <- add_noise(x, 0.4)
  found <- vapply(c(1, 10, 100), function(lambda) {
    score(gnmf(noisy, 10, lambda = lambda, solver = "mu"), digits$labels)
  }, 0)
  pixels <- nmi(kmeans(t(noisy), 10, iter.max = 100, nstart = 10)$cluster, digits$labels)
  cat(format(found), "pixels", format(pixels), "\n")
}
