# plot() of a fit: which type draws what, and what it leaves alone.

test_that("plots return what they were given, invisibly, and leave par and layout alone", {
  fit <- drawn_fit()
  draw_pdf({
    graphics::par(mfrow = c(2, 3), mar = c(3, 3, 1, 1))
    names <- setdiff(names(graphics::par(no.readonly = TRUE)),
                     c("usr", "plt", "pin", "fig", "fin", "mfg", "new", "xaxp", "yaxp", "xlog"))
    before <- graphics::par(no.readonly = TRUE)[names]
    shown <- list(withVisible(plot(fit)), withVisible(plot(fit, "coef")),
                  withVisible(plot(fit, "basis")),
                  withVisible(plot(fit, "basis", image_size = c(3, 2))),
                  withVisible(plot_basis(fit, c(2, 3))))
    after <- graphics::par(no.readonly = TRUE)[names]
    where <- graphics::par("mfg")
  })
  for (one in shown) {
    expect_identical(one$value, fit)
    expect_false(one$visible)
  }
  expect_identical(after, before)
  # five plots: the last one drawn is row 2, column 2 of the 2 x 3
  expect_identical(where, c(2L, 2L, 2L, 3L))
})

test_that("arguments that do not fit are errors that say what would", {
  fit <- drawn_fit()
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  wrong <- list(
    quote(plot(fit, "objective")), quote(plot(fit, "coef", image_size = c(2, 3))),
    quote(plot(fit, "coef", colors = 1:2)), quote(plot(fit, "basis", image_size = 6)),
    quote(plot_basis(fit, c(8, 8))), quote(plot_basis(fit, c(1.5, 4))),
    quote(plot_basis(1:6, c(2, 3))), quote(plot_basis(list(fit, diag(4)), c(2, 3))),
    quote(plot_basis(fit, c(2, 3), colours = "nocolour")),
    quote(plot_basis(fit, c(2, 3), columns = 0)), quote(plot_basis(fit, c(2, 3),
                                                                   colour_range = "all")),
    quote(plot_basis(fit, c(2, 3), legend = NA)), quote(plot_basis(fit)),
    quote(plot_basis(image_size = c(2, 3)))
  )
  for (call in wrong) expect_error(eval(call), class = "metanmf_error", label = deparse(call))
  expect_bad(plot(fit, "objective"), "type")
  expect_bad(plot(fit, "coef", image_size = c(2, 3)), "image_size")
  expect_bad(plot(fit, "coef", colors = 1:2), "...")
  expect_bad(plot_basis(fit, c(8, 8)), "image_size")
  expect_bad(plot_basis(fit, "8x8"), "image_size")
  expect_bad(plot_basis(fit), "image_size")
  expect_bad(plot_basis(image_size = c(2, 3)), "fit")
  expect_bad(plot_basis(1:6, c(2, 3)), "fit")
  expect_bad(plot_basis(list(fit, diag(4)), c(2, 3)), "fit")
  expect_bad(plot_basis(fit, c(2, 3), colours = "nocolour"), "colours")
})

every_type <- function(fit, image_size, map_size, ...) {
  list(quote(plot(fit)), quote(plot(fit, "basis")), quote(plot(fit, "basis", image_size)),
       quote(plot(fit, "coef")), quote(plot(fit, "clusters")), quote(plot(fit, "features")),
       quote(plot(fit, "profile")), quote(plot(fit, "map", map_size)), quote(plot(fit, "parts")),
       quote(plot(fit, "parts", image_size)))
}

test_that("every type draws 1, 6 and 30 components, one sample, and what was not observed", {
  grDevices::pdf(NULL)
  on.exit(grDevices::dev.off())
  set.seed(1)
  fits <- lapply(c(1, 6, 30), function(rank) {
    nmf(matrix(runif(64 * 40), 64), rank, control = nmf_control(3, 0))
  })
  for (fit in fits) {
    image_size <- c(8, 8)
    map_size <- c(8, 5)
    for (call in every_type()) expect_no_warning(eval(call))
  }
  one <- nmf(matrix(runif(6)), 1, control = nmf_control(3, 0))
  for (fit in list(one, gappy_fit())) {
    image_size <- c(3, 2)
    map_size <- c(ncol(fit$h), 1)
    for (call in every_type()) expect_no_warning(eval(call))
  }
})

test_that("no type changes a graphical parameter", {
  fit <- named_fit()
  image_size <- c(3, 2)
  map_size <- c(5, 2)
  for (call in every_type()) {
    changed <- eval(bquote(parameters_changed(.(call))))
    expect_identical(changed, character(), label = deparse(call))
  }
})

test_that("an option of another type is refused with those that the type has", {
  fit <- drawn_fit()
  for (call in list(quote(plot(fit, "basis", groups = 1:10)), quote(plot(fit, "parts", n = 3)),
                    quote(plot(fit, "coef", axis = 1:6)),
                    quote(plot(fit, "features", legend = 1)))) {
    message <- conditionMessage(expect_error(eval(call), class = "metanmf_error"))
    expect_match(message, "Unknown option of type = ")
    expect_match(message, "Known: |Did you mean")
  }
  expect_bad(plot(fit, "clusters", image_size = c(2, 3)), "image_size")
  expect_bad(plot(fit, "basis", image_size = c(3, 2), col = 1:2), "...")
  expect_bad(plot(as_nmf(diag(3)), "coef"), "x")
  expect_no_error(draw_pdf(plot(as_nmf(diag(3)), "profile")))
})
