# What comes of a set where the first place that has it is looked for.
small_set <- function(...) in_places(load_dataset("faces", 64), ...)

test_that("the option goes before the environment variable, and both before the cache", {
  local_mocked_bindings(data_sets = small_registry(), read_folder = function(set, folder) {
    if (!is.null(folder) && file.exists(file.path(folder, "here"))) list(x = basename(folder))
  })
  marked <- function() {
    folder <- folder_of()
    file.create(file.path(folder, "here"))
    folder
  }
  option <- marked()
  variable <- marked()
  cache <- tempfile("cache")
  dir.create(file.path(cache, "R", "metanmf"), recursive = TRUE)
  file.create(file.path(cache, "R", "metanmf", "here"))

  expect_identical(small_set(folder = option, variable = variable, cache = cache)$x,
                   basename(option))
  expect_identical(small_set(variable = variable, cache = cache)$x, basename(variable))
  expect_identical(small_set(folder = folder_of(), variable = variable, cache = cache)$x,
                   "metanmf")
})

test_that("a named folder that is not there is refused, not passed over", {
  expect_bad(in_places(load_dataset("faces"), folder = "nowhere"), "options(metanmf.data = )")
  expect_bad(in_places(load_dataset("faces"), folder = c("a", "b")), "options(metanmf.data = )")
  expect_bad(in_places(load_dataset("faces"), variable = "nowhere"), "METANMF_DATA")
})

test_that("a prepared file that was cut, changed or replaced is refused by name, and stays", {
  folder <- folder_of()
  path <- file.path(folder, "olivetti.rds")
  pixels <- read_fixture("faces_small")$faces
  saveRDS(list(x = matrix(as.raw(pixels), 4), labels = rep(1:2, each = 3), dim_image = c(2L, 2L),
               author_split = list(train = 1:3, test = 4:6)), path)
  registry <- small_registry()
  registry$faces$file_md5 <- unname(tools::md5sum(path))
  local_mocked_bindings(data_sets = registry)
  expect_identical(small_set(folder = folder)$x, array(as.integer(pixels), c(4L, 6L)))

  whole <- readBin(path, "raw", file.size(path))
  refused <- function(write) {
    write(path)
    wrong <- expect_error(small_set(folder = folder), class = "metanmf_wrong_file")
    expect_s3_class(wrong, "metanmf_error")
    expect_match(conditionMessage(wrong), path, fixed = TRUE)
    expect_true(file.exists(path))
  }
  refused(function(path) writeBin(whole[seq_len(length(whole) / 2)], path))
  refused(function(path) writeBin(c(whole, as.raw(0)), path))
  refused(function(path) writeBin(raw(), path))
  refused(function(path) saveRDS(list(x = 1, labels = 2), path))
  refused(function(path) saveRDS(quote(stop("evaluated")), path))
  refused(function(path) writeLines("<html>not found</html>", path))
})

test_that("the makers' file will do in place of the prepared one, and gives the same", {
  local_mocked_bindings(data_sets = small_registry())
  folder <- folder_of(small_matlab_file(), "olivettifaces.mat")
  data <- small_set(folder = folder)
  known <- read_fixture("faces_small")$faces
  expect_identical(data$x, array(as.integer(known), dim(known)))
  expect_identical(data$labels, rep(1:2, each = 3L))
  expect_setequal(unlist(data$author_split), 1:6)
})

test_that("a makers' file with other pixels, or of another size, is refused by name", {
  registry <- small_registry()
  registry$faces$pixels_md5 <- strrep("0", 32)
  local_mocked_bindings(data_sets = registry)
  folder <- folder_of(small_matlab_file(), "olivettifaces.mat")
  expect_error(small_set(folder = folder), "olivettifaces.mat", class = "metanmf_wrong_file")
  registry$faces$samples <- 8L
  local_mocked_bindings(data_sets = registry)
  expect_error(small_set(folder = folder), "4 x 8\\s+pixels", class = "metanmf_wrong_file")
})

test_that("a file in the cache is used, and one torn there is removed with a warning", {
  local_mocked_bindings(data_sets = small_registry())
  cache <- tempfile("cache")
  path <- file.path(cache, "R", "metanmf", "olivettifaces.mat")
  dir.create(dirname(path), recursive = TRUE)
  file.copy(small_matlab_file(), path)
  expect_identical(dim(small_set(cache = cache)$x), c(4L, 6L))

  writeBin(readBin(small_matlab_file(), "raw", 250), path)
  expect_warning(
    expect_error(small_set(cache = cache), class = "metanmf_missing_data"),
    "olivettifaces.mat", class = "metanmf_removed_file"
  )
  expect_false(file.exists(path))
})

test_that("what is installed gives the same numbers as the prepared files", {
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  skip_if_not_installed("loon.data")
  faces <- in_places(load_dataset("faces", 64))
  expect_identical(faces, in_places(load_dataset("faces", 64), folder = folder))
})

test_that("Debian's files of Fashion-MNIST give the same numbers as the prepared file", {
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  skip_if(!dir.exists(data_sets$fmnist$folder), "dataset-fashion-mnist is not installed")
  clothes <- in_places(load_dataset("fmnist"))
  expect_identical(clothes, in_places(load_dataset("fmnist"), folder = folder))
})

test_that("an installed package that does not hold the set is no error", {
  expect_silent(found <- read_package(list(package = "stats", name = "no_such_data")))
  expect_null(found)
})
