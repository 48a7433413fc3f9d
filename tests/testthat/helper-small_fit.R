# A fit of 6 x 9 drawn data by 20 iterations, for what is asked of any fit.
small_fit <- function(loss = "frobenius", scale = "max", ...) {
  set.seed(1)
  x <- drawn_data(6, 9, 2)
  nmf(x, 2, loss = loss, control = nmf_control(20, tol = 0, scale = scale), ...)
}
