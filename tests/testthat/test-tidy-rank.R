set.seed(1)
planted <- matrix(rgamma(60, 0.5), 20) %*% matrix(rgamma(90, 0.5), 3)
choice <- select_rank(pmax(planted + rnorm(600, sd = 0.2), 0), ranks = 1:5, masks = 4)

test_that("tidy() is the table of ranks, of which one is chosen", {
  skip_if_not_installed("generics")
  tidied <- as.data.frame(generics::tidy(choice))
  expect_equal(tidied[names(choice$ranks)], choice$ranks)
  expect_identical(tidied$rank[tidied$chosen], choice$rank)
  expect_error(generics::tidy(choice, what = 1), class = "metanmf_error")
})

test_that("glance() is one row that says what the print says", {
  skip_if_not_installed("generics")
  glanced <- as.data.frame(generics::glance(choice))
  expect_identical(nrow(glanced), 1L)
  expect_identical(as.list(glanced[c("rank", "verdict", "reason", "spectral", "stopped")]),
                   choice[c("rank", "verdict", "reason", "spectral", "stopped")])
  expect_identical(glanced$visited, 5L)
  expect_equal(c(glanced$lowest, glanced$highest), range(choice$near))
})

test_that("autoplot() has the numbers, the count and the words of plot()", {
  skip_if_not_installed("ggplot2")
  plot <- ggplot2::autoplot(choice)
  expect_equal(plot$data$above, choice$ranks$error / min(choice$ranks$error) - 1)
  expect_equal(plot$data$high - plot$data$above, 2 * choice$ranks$spread / min(choice$ranks$error))
  expect_match(plot$labels$title, paste0("^", choice$rank, " components: "))
  lines <- Filter(function(layer) inherits(layer$geom, "GeomVline"), plot$layers)
  expect_identical(lines[[1L]]$data$xintercept, choice$spectral)
  expect_no_error(ggplot2::ggplot_build(plot))
  one <- choice
  one$spectral <- NA_integer_
  expect_length(Filter(function(layer) inherits(layer$geom, "GeomVline"),
                       ggplot2::autoplot(one)$layers), 0L)
})
