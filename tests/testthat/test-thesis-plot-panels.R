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
