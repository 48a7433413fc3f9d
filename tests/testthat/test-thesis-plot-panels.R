test_that("no two variants, and no two models in a figure, look the same", {
  look <- function(looks) paste(looks$colour, looks$symbol, looks$line)
  expect_identical(anyDuplicated(look(variant_looks)), 0L)
  expect_identical(anyDuplicated(variant_looks$colour), 0L)
  expect_identical(anyDuplicated(variant_looks$line[1:5]), 0L)
  expect_identical(anyDuplicated(look(model_looks)), 0L)
  others <- looks_of_models(c("one", "GNMF", "two"))
  expect_identical(anyDuplicated(others$colour), 0L)
})

test_that("every colour is Okabe and Ito's", {
  known <- toupper(substr(grDevices::palette.colors(9, "Okabe-Ito"), 1, 7))
  expect_true(all(c(variant_looks$colour, model_looks$colour) %in% known))
})

test_that("a model looks the same whichever others are drawn, and unknown ones have a look", {
  alone <- looks_of_models("GNMF-NNDSVD")
  expect_equal(looks_of_models(c("mine", "NMF", "GNMF-NNDSVD"))[2, ], alone, ignore_attr = TRUE)
  many <- looks_of_models(paste("model", 1:20))
  expect_identical(many$name, paste("model", 1:20))
  expect_false(anyNA(many[c("colour", "symbol", "line")]))
})

test_that("seven, and up to 30 models look different, and more are refused", {
  looks <- looks_of_models(c(model_looks$name, "NMF-auto"))
  expect_identical(anyDuplicated(looks[c("colour", "symbol")]), 0L)
  looks <- looks_of_models(paste("model", 1:30))
  expect_identical(anyDuplicated(looks[c("colour", "symbol")]), 0L)
  expect_bad(looks_of_models(paste("model", 1:99)), "x")
})

test_that("the key of a figure begins and ends on the page, however narrow", {
  looks <- variant_looks[1:4, ]
  for (width in c(4, 5, 7)) {
    lines <- draw_pdf({
      old <- open_page(1, 1, c(4, 3, 2, 1), c(0.5, 0.3, 1.5, 0.3))
      graphics::plot.new()
      draw_key(looks)
    }, width, 3)
    # the lines of the key reach farther to the left than its words
    segments <- grep("^-?[0-9.]+ -?[0-9.]+ m -?[0-9.]+ -?[0-9.]+ l", lines, value = TRUE)
    expect_gt(min(vapply(numbers_of(segments), `[[`, 0, 1L)), 0)
    text <- sub(" Tm.*", "", sub("^.*Tf ", "", grep("T[jJ]", lines, value = TRUE)))
    expect_lt(max(vapply(numbers_of(text), `[[`, 0, 5L)), 72 * width)
  }
})

test_that("labels are left out at one step, and titles shrink to their panels", {
  grDevices::pdf(NULL, 5, 3)
  on.exit(grDevices::dev.off())
  graphics::plot.new()
  graphics::plot.window(c(1, 10), 0:1)
  labels <- as.character(c(2, 3, 4, 5, 6, 8, 9, 11, 13, 15))
  expect_identical(labels_apart(1:10, labels), labels)
  wide <- paste0(labels, ".00")
  shown <- which(labels_apart(1:10, wide) != "")
  expect_gt(length(shown), 1)
  expect_length(unique(diff(shown)), 1)
  # noise levels that stand to scale: 0.1 and 0.2 are near each other
  graphics::plot.window(c(0, 5), 0:1)
  shown <- labels_apart(c(0, 0.1, 0.2, 0.3, 5), c("0", "0.1", "0.2", "0.3", "5"))
  expect_length(unique(diff(which(shown != ""))), 1)
  expect_lt(fitting_size(strrep("M", 60), 1), 0.5)
  expect_identical(fitting_size("M", 1), graphics::par("cex"))
})

test_that("noise levels are counted within their data set, clean data being 0", {
  dataset <- c("blobs", "faces", "blobs", "faces", "faces")
  expect_identical(noise_kind(dataset, c(0, 0.6, 0.1, 0.3, 0)), c(0L, 2L, 1L, 1L, 0L))
})

test_that("labels are those of the thesis, and names it does not know stay", {
  expect_identical(unname(dataset_labels(c("fmnist", "mine", "coil20"))),
                   c("FMNIST", "mine", "COIL20"))
  expect_identical(noise_labels(c(0, 0.4, 0.25)), c("clean", "noise 0.4", "noise 0.25"))
  expect_identical(count_seeds(c(5, 5)), "5 seeds")
  expect_identical(count_seeds(1), "1 seed")
  expect_identical(count_seeds(c(3, 5, 4)), "3 to 5 seeds")
})
