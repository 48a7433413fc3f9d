# KL coefficients on samples whose entries lie up to fifteen orders of magnitude apart: Newton
# steps that leave the domain, and steps that rounding keeps from any descent.

# The divergence of every column after so many multiplicative updates in plain R.
divergences <- function(x, w, h, updates = 0) {
  for (i in seq_len(updates)) h <- h * over(t(w) %*% over(x, w %*% h), colSums(w) + 0 * h)
  z <- w %*% h
  colSums(ifelse(x > 0 & z > 0, x * log(x / z), 0) - x + z)
}

test_that("no coefficients are better by more than rounding, on entries far apart", {
  set.seed(1)
  for (i in seq_len(60 * share_of_cases(1 / 5))) {
    m <- sample(3:8, 1)
    r <- sample(2:min(m, 4), 1)
    w <- matrix(stats::rexp(m * r) * (stats::runif(m * r) < 0.5), m)
    w[cbind(seq_len(r), seq_len(r))] <- 1
    x <- matrix(stats::rexp(m * 20) * 10^sample(-3 * (0:5), m * 20, TRUE), m)
    fit <- nmf(matrix(1, m, r), r, init = list(w = matrix(1, m, r)), loss = "kl",
               control = nmf_control(1, 0))
    fit$w[] <- w
    h <- predict(fit, x)
    expect_true(all(is.finite(h) & h >= 0))
    # Updates cannot leave 0, so they begin beside the answer, and the answer itself counts too.
    total <- colSums(x)
    beside <- h + 1e-6 * rep(total, each = r)
    best <- pmin(divergences(x, w, h, 500), divergences(x, w, beside, 500))
    expect_gt(min((best - divergences(x, w, h)) / total), -1e-12)
  }
})
