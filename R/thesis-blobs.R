# The synthetic set of the thesis: clouds of normally distributed points, made, not stored.

# make_blobs() of scikit-learn: n samples in `m` features, spread evenly over `clouds` centres
# that are uniform on [-10, 10), normal around them with standard deviation `deviation`, in
# random order. List of x (m x n) and labels (from 0).
make_blobs <- function(n, m, clouds, deviation, seed) {
  # The first clouds take what an even spread leaves over.
  labels <- rep(seq_len(clouds), n %/% clouds + (seq_len(clouds) <= n %% clouds))
  with_numpy_random(seed, {
    centres <- matrix(-10 + 20 * draw_uniform(m * clouds), nrow = m)
    x <- centres[, labels, drop = FALSE] + deviation * draw_normal(m * n)
    order <- draw_permutation(n)
  })
  list(x = x[, order, drop = FALSE], labels = labels[order] - 1L)
}

# Features scaled to [0, 1] with the roundings of scikit-learn's MinMaxScaler, which multiplies
# and adds where scale_minmax() subtracts and divides. No feature of the blobs is constant.
scale_features <- function(x) {
  low <- apply(x, 1L, min)
  stretch <- 1 / (apply(x, 1L, max) - low)
  x * stretch + (0 - low * stretch)
}

load_blobs <- function() {
  made <- make_blobs(n = 10000L, m = 500L, clouds = 5L, deviation = 25, seed = 0)
  list(x = scale_features(made$x), labels = made$labels, image_size = NULL,
       source = paste("Synthetic: scikit-learn's make_blobs(n_samples = 10000, centers = 5,",
                      "cluster_std = 25, n_features = 500, random_state = 0), features scaled",
                      "to [0, 1]"),
       licence = "none needed: generated", author_split = author_split(10000L))
}
