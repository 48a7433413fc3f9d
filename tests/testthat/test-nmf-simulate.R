# Draws from the model behind the loss of a fit.

control <- nmf_control(20, tol = 0)

test_that("simulate draws from the model, repeatably, and leaves R's stream as it was", {
  set.seed(1)
  x <- matrix(stats::rpois(200, 4) + 0, 10)
  for (loss in nmf_losses) {
    fit <- nmf(x + 1, 2, loss = loss, control = control)
    set.seed(5)
    before <- .Random.seed
    drawn <- simulate(fit, 400, seed = 2)
    expect_identical(.Random.seed, before)
    expect_identical(simulate(fit, 400, seed = 2), drawn)
    expect_identical(names(drawn)[c(1, 400)], c("sim_1", "sim_400"))
    expect_identical(as.numeric(attr(drawn, "seed")), 2)
    z <- fitted(fit)
    values <- vapply(drawn, c, numeric(200))
    spread <- switch(loss, frobenius = sigma(fit)^2, kl = c(z), is = c(z)^2)
    expect_equal(rowMeans(values), c(z), tolerance = 0.05)
    expect_equal(mean(apply(values, 1, stats::var) / spread), 1, tolerance = 0.05)
    # Without a seed the stream goes on, and its state before is the attribute.
    on <- simulate(fit)
    assign(".Random.seed", attr(on, "seed"), globalenv())
    expect_identical(simulate(fit), on)
  }
})
