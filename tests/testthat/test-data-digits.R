test_that("the digits have the documented shape, types and range", {
  expect_named(digits, c("x", "labels", "image_size", "source", "licence", "author_split"))
  expect_identical(dim(digits$x), c(64L, 1797L))
  expect_type(digits$x, "integer")
  expect_identical(range(digits$x), c(0L, 16L))
  expect_identical(digits$image_size, c(8L, 8L))
  expect_match(digits$licence, "CC BY 4.0")
  expect_match(digits$source, "Alpaydin and C. Kaynak")
})

test_that("there are as many images of each digit as UCI counts in its test part", {
  expect_identical(tabulate(digits$labels + 1L, 10),
                   c(178L, 182L, 177L, 183L, 181L, 182L, 181L, 179L, 174L, 180L))
})

test_that("pixels, labels and their orientation are those of scikit-learn", {
  known <- read_fixture("digits_pixels")
  expect_identical(digits$labels[known$sample], known$label)
  for (i in seq_len(nrow(known))) {
    image <- matrix(digits$x[, known$sample[[i]]], 8, 8)
    expect_identical(image[known$row[[i]], known$column[[i]]], known$value[[i]])
    expect_equal(c(sum(image), sum(image * row(image)), sum(image * col(image))),
                 as.numeric(known[i, c("total", "by_row", "by_column")]))
  }
  expect_false(isTRUE(all.equal(known$by_row, known$by_column)))
})

test_that("the author's halves part the images and start as scikit-learn's split does", {
  split <- digits$author_split
  expect_identical(sort(c(split$learning, split$evaluation)), 1:1797)
  expect_identical(lengths(split), c(learning = 898L, evaluation = 899L))
  known <- read_fixture("digits_split")
  expect_identical(split$learning[known$position], known$learning)
  expect_identical(split$evaluation[known$position], known$evaluation)
})
