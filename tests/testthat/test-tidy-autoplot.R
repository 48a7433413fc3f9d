plot_of <- function(...) ggplot2::autoplot(...)

# What ggplot2 would draw, so that a plot which cannot be drawn fails.
drawn_layer <- function(plot) ggplot2::layer_data(plot, 1L)

test_that("the trace is the excess of each iteration over the lowest objective", {
  skip_if_not_installed("ggplot2")
  fit <- seeded(nmf(drawn_data(8, 10, 2), 2, control = nmf_control(20, tol = 0)))
  plot <- plot_of(fit)
  above <- which(fit$trace > min(fit$trace))
  expect_identical(plot$data$iteration, above)
  layer <- drawn_layer(plot)
  expect_equal(layer$y, log10((fit$trace[above] - min(fit$trace)) / min(fit$trace)))
  expect_match(plot$labels$caption, format(objective(fit), digits = 6), fixed = TRUE)
})

test_that("a trace without an excess, or over epochs, is the objective itself", {
  skip_if_not_installed("ggplot2")
  one <- seeded(nmf(drawn_data(8, 10, 2), 2, control = nmf_control(1, tol = 0)))
  expect_equal(drawn_layer(plot_of(one))$y, objective(one))
  meta <- seeded(meta_nmf(split_tasks(drawn_data(12, 15, 3), n_tasks = 1, task_size = 3), 2))
  expect_equal(drawn_layer(plot_of(meta))$y, meta$trace)
  expect_identical(names(plot_of(meta)$data)[[1]], "epoch")
})

test_that("coefficients are drawn relative to the largest of their component", {
  skip_if_not_installed("ggplot2")
  fit <- seeded(nmf(t(as.matrix(iris[, 1:4])), 2, control = nmf_control(20, tol = 0)))
  drawn <- plot_of(fit, "coef")$data
  component <- as.character(drawn$component)
  h <- coef(fit)
  colnames(h) <- 1:150
  expect_equal(drawn$weight, h[cbind(component, drawn$sample)])
  expect_equal(drawn$relative, drawn$weight / unname(apply(h, 1, max)[component]))
  largest <- max.col(t(coef(fit, type = "proportion")))
  expect_false(is.unsorted(largest[as.integer(drawn$sample[drawn$component == "c1"])]))
  expect_identical(nrow(drawn_layer(plot_of(fit, "coef"))), 300L)
})

test_that("groups are panels that hold their samples, by name where both have some", {
  skip_if_not_installed("ggplot2")
  x <- drawn_data(6, 8, 2)
  colnames(x) <- letters[1:8]
  fit <- seeded(nmf(x, 2, control = nmf_control(5, tol = 0)))
  groups <- stats::setNames(rep(c("low", "high"), 4), letters[8:1])
  drawn <- plot_of(fit, "coef", groups = groups)
  expect_identical(as.character(drawn$data$group), unname(groups[drawn$data$sample]))
  expect_identical(length(unique(drawn_layer(drawn)$PANEL)), 2L)
  expect_bad(plot_of(fit, "coef", groups = 1:3), "groups")
  expect_bad(plot_of(fit, groups = groups), "groups")
})

test_that("what was not observed is blank, and a basis alone has a picture of its basis", {
  skip_if_not_installed("ggplot2")
  fit <- seeded(nmf(unobserved_case(), 3, missing = "mask", control = nmf_control(5, tol = 0)))
  drawn <- plot_of(fit, "coef")$data
  expect_identical(unique(drawn$sample[is.na(drawn$relative)]), "s5")
  basis <- plot_of(fit, "basis")$data
  expect_identical(unique(basis$feature[is.na(basis$relative)]), "f3")
  alone <- as_nmf(cbind(c(1, 2), 0))
  expect_identical(plot_of(alone, "basis")$data$relative, c(0.5, 1, 0, 0))
  expect_bad(plot_of(alone), "object")
  expect_bad(plot_of(alone, "parts"), "type")
  expect_bad(plot_of(alone, "basis", colour = 1), "...")
})

test_that("a picture that only plot() draws is named with its call", {
  skip_if_not_installed("ggplot2")
  fit <- drawn_fit()
  expect_error(ggplot2::autoplot(fit, "clusters"), "use plot(fit, \"clusters\").", fixed = TRUE,
               class = "metanmf_error")
  expect_error(ggplot2::autoplot(fit, type = "profile"), "use plot(fit, type = \"profile\").",
               fixed = TRUE, class = "metanmf_error")
  expect_true(all(c("trace", "coef", "basis") %in% plot_types))
  expect_identical(plot_types, eval(formals(plot.nmf_fit)$type))
})
