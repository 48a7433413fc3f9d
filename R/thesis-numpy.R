# The random numbers of numpy's RandomState, on which scikit-learn draws: MT19937 started from
# one integer. R's own Mersenne Twister yields the same 32-bit words once its state is the same.

# The value of `code`, evaluated with R's generator in the state RandomState(seed) starts from.
with_numpy_random <- function(seed, code) with_random_state(mersenne_state(seed), code)

# .Random.seed of a Mersenne Twister after init_genrand(seed) of Matsumoto and Nishimura (2002):
# word i is 1812433253 (w xor (w >> 30)) + i modulo 2^32, w the word before. A product of two
# 32-bit numbers does not fit a double, so the multiplier is cut into its two 16-bit halves.
mersenne_state <- function(seed) {
  half <- 2^16
  upper <- 1812433253 %/% half
  lower <- 1812433253 %% half
  words <- c(seed, numeric(623L))
  for (i in seq_len(623L)) {
    word <- words[[i]]
    low <- bitwXor(as.integer(word %% half), as.integer(word %/% 2^30))
    mixed <- word - word %% half + low
    words[[i + 1L]] <- (mixed * lower + (mixed * upper) %% half * half + i) %% 2^32
  }
  signed <- words - 2^32 * (words >= 2^31)
  # -2^31 is how R writes NA_integer_. 10403: Mersenne Twister, inversion, rejection; 624: all
  # words are used up, so the first draw makes new ones.
  signed[signed == -2^31] <- NA
  c(10403L, 624L, as.integer(signed))
}

# n words of 32 bits, as doubles. runif() is a word times 2^-32, but for word 0, which it raises.
draw_words <- function(n) floor(stats::runif(n) * 2^32)

# n doubles in [0, 1) of 53 bits: 27 bits of one word above 26 bits of the next.
draw_uniform <- function(n) {
  words <- matrix(draw_words(2 * n), nrow = 2L)
  (words[1L, ] %/% 2^5 * 2^26 + words[2L, ] %/% 2^6) / 2^53
}

# n standard normals by Marsaglia's polar method. Of each accepted point numpy hands out the
# second coordinate first. Points are drawn as many as are lacking, never more, so that what is
# drawn next is what numpy draws next.
draw_normal <- function(n) {
  drawn <- list()
  lacking <- ceiling(n / 2)
  while (lacking > 0) {
    point <- matrix(2 * draw_uniform(2 * lacking) - 1, nrow = 2L)
    radius <- point[1L, ]^2 + point[2L, ]^2
    inside <- radius < 1 & radius != 0
    radius <- radius[inside]
    stretch <- sqrt(-2 * log(radius) / radius)
    drawn <- c(drawn, list(rbind(stretch * point[2L, inside], stretch * point[1L, inside])))
    lacking <- lacking - length(radius)
  }
  unlist(drawn)[seq_len(n)]
}

# A permutation of 1..n: Fisher and Yates from the end, each position cut out of a word by the
# smallest mask of ones that covers it, and drawn again when it lies beyond.
draw_permutation <- function(n) {
  order <- seq_len(n)
  for (last in rev(seq_len(n)[-1L])) {
    mask <- 2^ceiling(log2(last))
    repeat {
      other <- draw_words(1L) %% mask + 1
      if (other <= last) break
    }
    order[c(last, other)] <- order[c(other, last)]
  }
  order
}

# train_test_split(n samples, test_size, random_state = 42) of scikit-learn: the evaluation set
# comes first in the permutation. The halves in the thesis author's experiments have test_size 0.5.
author_split <- function(n, test_size = 0.5) {
  order <- with_numpy_random(42, draw_permutation(n))
  n_evaluation <- ceiling(test_size * n)
  list(learning = order[-seq_len(n_evaluation)], evaluation = order[seq_len(n_evaluation)])
}

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
