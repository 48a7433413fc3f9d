test_that("weights stand where their logarithms do, and 0 left of them", {
  places <- lambda_places(c(0, 0.1, 1, 10))
  expect_equal(places$at[-1L], c(-1, 0, 1))
  expect_lt(places$at[[1L]], -1)
  expect_identical(places$labels, c("0", "0.1", "1", "10"))
  expect_identical(lambda_places(c(2, 5))$labels, c("2", "5"))
})

drawn_choice <- function(...) {
  set.seed(1)
  x <- matrix(rgamma(24, 0.5), 12) %*% rbind(dnorm(1:20, 5, 4), dnorm(1:20, 15, 4))
  x <- x + 0.05 * runif(240)
  set.seed(2)
  select_lambda(x, 2, penalty_smooth(), c(0, 0.1, 1), masks = 2, ...)
}

test_that("a choice is drawn, with and without agreement, and given back invisibly", {
  pdf(NULL)
  on.exit(dev.off())
  plain <- drawn_choice()
  before <- par("mfrow")
  expect_invisible(plot(plain))
  expect_identical(plot(plain, main = NULL, ylim = c(0, 1)), plain)
  plot(drawn_choice(stability = TRUE, labels = rep(1:2, 10)))
  expect_identical(par("mfrow"), before)
})

test_that("the ggplot has the errors as data, and a panel for what else was asked for", {
  skip_if_not_installed("ggplot2")
  choice <- drawn_choice(stability = TRUE)
  plot <- ggplot2::autoplot(choice)
  expect_equal(plot$data$value,
               c(choice$lambdas$error / min(choice$lambdas$error) - 1, choice$lambdas$stability))
  expect_identical(levels(plot$data$panel), c("error above the least", "stability"))
  expect_bad(ggplot2::autoplot(choice, type = "error"), "...")
})
