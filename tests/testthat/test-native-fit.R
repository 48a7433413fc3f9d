# What one slice of a fit hands back.

test_that("a finished fit hands back its loss apart from the penalties, and ||X||^2 may be given", {
  set.seed(8)
  x <- drawn_data(9, 14, 3) + 0.01
  start <- drawn_start(x, 3)
  penalties <- list(penalty_sparse(0.2), penalty_ridge(0.3, "w", "raw"))
  run <- function(loss, solver, penalties, iterations = 6, ...) {
    model <- engine_model(3, loss, solver, engine_penalty(penalties, x), penalties)
    engine <- engine_control(nmf_control(6, tol = 0), loss)
    native_fit(utils::modifyList(engine_data(x), list(...)), start$w, start$h, model, engine,
               list(iteration = 0, value = NaN, budget = iterations))
  }
  for (case in list(c("frobenius", "mu"), c("frobenius", "hals"), c("kl", "mu"), c("is", "mu"))) {
    plain <- run(case[1], case[2], list())
    expect_identical(plain$loss, plain$value)
    out <- run(case[1], case[2], if (case[1] == "is") list() else penalties)
    expect_equal(out$loss, loss_value(x, out$w %*% out$h, case[1]), tolerance = 1e-10)
    expect_identical(run(case[1], case[2], list(), iterations = 2)$loss, NA_real_)
  }
  # F = ||X||^2 - 2 <W, B> + <G, A>, so the number given stands in each value.
  given <- run("frobenius", "mu", list(), x_norm2 = sum(x^2) + 1000)
  expect_equal(given$trace, run("frobenius", "mu", list())$trace + 1000, tolerance = 1e-12)
})
