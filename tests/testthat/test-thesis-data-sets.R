test_that("the sums in the registry are those of the prepared files and of what they hold", {
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  for (set in data_sets) {
    path <- file.path(folder, set$file)
    expect_identical(unname(tools::md5sum(path)), set$file_md5)
    stored <- readRDS(path)
    expect_identical(dim(stored$x), c(as.integer(prod(set$image_size)), set$samples))
    expect_setequal(stored$labels, set$classes)
    if (!is.null(set$pixels_md5)) expect_identical(md5_of(as.vector(stored$x)), set$pixels_md5)
    if (!is.null(set$labels_md5)) expect_identical(md5_of(as.raw(stored$labels)), set$labels_md5)
  }
})

test_that("every set is described in full, and every address is a folder", {
  needed <- c("name", "title", "file", "file_md5", "makers_files", "address", "megabytes",
              "samples", "classes", "image_size", "source", "licence")
  for (set in data_sets) expect_identical(setdiff(needed, names(set)), character())
  expect_identical(names(data_sets), vapply(data_sets, `[[`, "", "name", USE.NAMES = FALSE))
  expect_match(vapply(data_sets, `[[`, "", "address"), "^https://.*/$")
})
