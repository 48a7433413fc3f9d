# Heat maps of W and H: the right cells under the right names.

test_that("plot() draws W and H of a fit with their first row at the top", {
  fit <- drawn_fit(scale = "none")
  grey <- function(values) 255 * (1 - values / max(values))
  within <- function(image, values) {
    expect_lt(max(abs(image$grey - grey(values))), 1.01)
    # a negative height would turn the image upside down
    expect_gt(image$height, 0)
  }
  within(drawn_images(plot(fit, "coef", scale = "none", order = "data"))[[1]], unname(fit$h))
  within(drawn_images(plot(fit, "basis"))[[1]], unname(fit$w))
  first <- drawn_images(plot(fit, "basis", image_size = c(3, 2)))[[1]]
  expect_lt(max(abs(first$grey - 255 * (1 - matrix(fit$w[, 1], 3) / max(fit$w)))), 1.01)
})

test_that("a heat map of more columns than a device can hold is averaged, and says so", {
  values <- matrix(seq_len(4001 * 2), 4001)
  # Groups of two or three neighbours: the first of two, the second of two.
  thin <- mean_of_neighbours(values)
  expect_identical(dim(thin), c(2000L, 2L))
  expect_equal(unname(thin[1:2, 1]), c(1.5, 3.5))
  expect_equal(mean(rep(thin[, 1], tabulate(ceiling(seq_len(4001) * 2000 / 4001)))), 2001)
  expect_identical(mean_of_neighbours(values[1:2000, ]), values[1:2000, ])
  set.seed(1)
  fit <- nmf(matrix(stats::runif(2 * 4001), 2), 1, control = nmf_control(1, 0))
  expect_match(drawn_text(plot(fit, "coef")), "a cell is the mean of up to 3", all = FALSE)
})

test_that("what is NA has no colour, is not averaged, and is counted by the axis", {
  expect_identical(to_colours(matrix(c(0, NA, 2), 1), c(0, 2), c("white", "black")),
                   matrix(c("white", NA, "black"), 1))
  values <- matrix(as.numeric(1:4001), 4001)
  thin <- mean_of_neighbours(replace(values, c(1, 3:4), NA))
  expect_equal(thin[1:3, ], c(2, NaN, mean(5:6)), ignore_attr = TRUE)
  set.seed(1)
  x <- matrix(stats::runif(60), 6)
  x[2, ] <- NA
  x[, c(3, 9)] <- NA
  fit <- suppressMessages(nmf(x, 2, missing = "mask", control = nmf_control(5, 0)))
  fit_samples <- drawn_text(plot(fit, "coef", order = "data"))
  expect_match(fit_samples, "sample \\(nothing observed of 2\\)", fixed = TRUE,
               all = FALSE)
  expect_match(drawn_text(plot(fit, "basis")), "feature \\(nothing observed of 1\\)", fixed = TRUE,
               all = FALSE)
})

test_that("coefficients are sorted by component and relative to the largest of each", {
  fit <- named_fit(3)
  fit$h[2, ] <- fit$h[2, ] / 100
  p <- coef(fit, type = "proportion")
  at <- order(max.col(t(p)), -apply(p, 2, max))
  image <- drawn_images(plot(fit, "coef"))[[1]]
  right <- 255 * (1 - fit$h[, at] / apply(fit$h, 1, max))
  expect_lt(max(abs(image$grey - right)), 1.01)
  expect_drawn(drawn_text(plot(fit, "coef")), " largest of its component")
})

test_that("names of features, samples and components are drawn, and numbers without names", {
  fit <- named_fit()
  shown <- drawn_text(plot(fit, "coef"))
  expect_drawn(shown, c("c1", "c2", paste0("s", 1:10)))
  shown <- drawn_text(plot(fit, "basis"))
  expect_drawn(shown, c("c1", "c2", paste0("gene", 1:6)))
  shown <- drawn_text(plot(drawn_fit(), "basis"))
  expect_drawn(shown, c("c1", "2", "4", "6"))
})

test_that("the axis title is clear of five-digit numbers and of long names", {
  # the left end of every string on the page is right of the title, which stands upright
  left_of <- function(fit) {
    lines <- draw_pdf(plot(fit, "basis"))
    text <- grep("T[jJ]", lines, value = TRUE)
    at <- numbers_of(sub(" Tm.*", "", sub("^.*Tf ", "", text)))
    upright <- vapply(at, function(one) one[[1]] == 0, NA)
    title <- grepl("feature", gsub("\\) *-?[0-9.]+ *\\(", "", text)) & upright
    stopifnot(sum(title) == 1)
    list(title = at[title][[1]][[5]], others = vapply(at[!upright], `[[`, 0, 5L))
  }
  set.seed(1)
  many <- nmf(matrix(runif(40000), 20000), 1, control = nmf_control(1, 0))
  place <- left_of(many)
  expect_gt(min(place$others), place$title)
  fit <- named_fit()
  rownames(fit$w) <- paste("an uncommonly long name of a feature, the number of which is", 1:6)
  place <- left_of(fit)
  expect_gt(min(place$others), place$title)
})

test_that("groups are sorted, a bar shows them, and their names are drawn", {
  fit <- named_fit()
  groups <- rep(c("well", "ill"), 5)
  shown <- drawn_text(plot(fit, "coef", groups = groups))
  expect_drawn(shown, c("well", "ill"))
  at <- sample_order(coef(fit, type = "proportion"), factor(groups))
  expect_identical(groups[at], rep(c("ill", "well"), each = 5))
  right <- 255 * (1 - fit$h[, at] / apply(fit$h, 1, max))
  image <- drawn_images(plot(fit, "coef", groups = groups))[[1]]
  expect_lt(max(abs(image$grey - right)), 1.01)
  # by name, whatever their order
  named <- stats::setNames(groups, colnames(fit$h))[10:1]
  expect_identical(drawn_text(plot(fit, "coef", groups = named)), shown)
  long <- paste("a group whose name has no room above its columns,", rep(1:5, 2))
  expect_match(drawn_text(plot(fit, "coef", groups = long)), "columns, 5", all = FALSE)
})

test_that("a dendrogram orders samples by average linkage, unobserved ones last", {
  fit <- gappy_fit()
  relative <- fit$h / apply(fit$h, 1, max, na.rm = TRUE)
  known <- setdiff(1:10, c(3, 9))
  tree <- stats::hclust(stats::dist(t(relative[, known])), "average")
  expect_identical(sample_tree(relative)$order, c(known[tree$order], 3L, 9L))
  paths <- drawn_paths(plot(fit, "coef", dendrogram = TRUE))
  expect_length(paths_of(paths, 4, "S"), 7)
  expect_bad(plot(drawn_fit(), "coef", dendrogram = 1), "dendrogram")
  fit$h <- fit$h[, 1, drop = FALSE]
  expect_bad(plot(fit, "coef", dendrogram = TRUE), "dendrogram")
})
