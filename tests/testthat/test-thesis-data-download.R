# Fetches `file` whatever the address, and counts how often.
fetcher <- function(file) {
  count <- 0
  list(fetch = function(address, path) {
    count <<- count + 1
    file.copy(file, path)
  }, count = function() count)
}

small_set <- function(...) in_places(load_dataset("faces", 64), ...)
in_cache <- function(cache) list.files(cache, recursive = TRUE, all.files = TRUE)

test_that("an allowed download is verified, kept, and not fetched again", {
  fetched <- fetcher(small_matlab_file())
  local_mocked_bindings(data_sets = small_registry(), fetch_file = fetched$fetch)
  cache <- tempfile("cache")
  data <- small_set(cache = cache, download = TRUE)
  known <- read_fixture("faces_small")$faces
  expect_identical(data$x, array(as.integer(known), dim(known)))
  expect_identical(in_cache(cache), file.path("R", "metanmf", "olivettifaces.mat"))
  expect_identical(list.dirs(file.path(cache, "R", "metanmf"), recursive = FALSE), character())
  expect_identical(small_set(cache = cache), data)
  expect_identical(fetched$count(), 1)
})

test_that("addresses are fetched by R's own means, here from a file", {
  registry <- small_registry()
  registry$faces$makers_files <- "faces_bytes.mat"
  registry$faces$address <- paste0("file://", normalizePath(test_path("fixtures")), "/")
  local_mocked_bindings(data_sets = registry)
  old <- getOption("timeout")
  expect_identical(dim(small_set(download = TRUE)$x), c(4L, 6L))
  expect_identical(getOption("timeout"), old)
  registry$faces$makers_files <- "no_such_file.mat"
  local_mocked_bindings(data_sets = registry)
  expect_error(small_set(download = TRUE), "no_such_file.mat", class = "metanmf_missing_data")
})

test_that("a torn or another file is never taken for data, nor kept", {
  torn <- tempfile()
  writeBin(readBin(small_matlab_file(), "raw", 250), torn)
  page <- tempfile()
  writeLines("<html>not found</html>", page)
  other <- test_path("fixtures", "faces_small.csv")
  for (file in c(torn, page, other)) {
    local_mocked_bindings(data_sets = small_registry(), fetch_file = fetcher(file)$fetch)
    cache <- tempfile("cache")
    wrong <- expect_error(small_set(cache = cache, download = TRUE), class = "metanmf_wrong_file")
    expect_match(conditionMessage(wrong), "nyu.edu/~roweis/data/olivettifaces.mat", fixed = TRUE)
    expect_match(conditionMessage(wrong), "has been removed")
    expect_identical(in_cache(cache), character())
  }
})

test_that("right bytes in wrong places are told by the sum of the pixels", {
  registry <- small_registry()
  registry$faces$pixels_md5 <- md5_of(as.raw(rev(read_fixture("faces_small")$faces)))
  local_mocked_bindings(data_sets = registry, fetch_file = fetcher(small_matlab_file())$fetch)
  cache <- tempfile("cache")
  wrong <- expect_error(small_set(cache = cache, download = TRUE), class = "metanmf_wrong_file")
  expect_match(gsub("\\s+", " ", conditionMessage(wrong)), "the pixels of Olivetti faces")
  expect_identical(in_cache(cache), character())
})

test_that("what an earlier run left half way is not read, and a new download replaces it", {
  fetched <- fetcher(small_matlab_file())
  local_mocked_bindings(data_sets = small_registry(), fetch_file = fetched$fetch)
  cache <- tempfile("cache")
  half_way <- file.path(cache, "R", "metanmf", "download-1", "olivettifaces.mat")
  dir.create(dirname(half_way), recursive = TRUE)
  file.copy(small_matlab_file(), half_way)
  expect_error(small_set(cache = cache), class = "metanmf_missing_data")
  writeLines("torn", file.path(cache, "R", "metanmf", "olivettifaces.mat"))
  expect_warning(data <- small_set(cache = cache, download = TRUE), class = "metanmf_removed_file")
  expect_identical(dim(data$x), c(4L, 6L))
  expect_identical(small_set(cache = cache), data)
})

test_that("without leave nothing is fetched, and the error says all that can be done", {
  fetched <- fetcher(small_matlab_file())
  local_mocked_bindings(fetch_file = fetched$fetch, read_package = function(set) NULL,
                        is_interactive = function() FALSE)
  away <- data_sets
  away$fmnist$folder <- tempfile()
  local_mocked_bindings(data_sets = away)
  expect_snapshot(error = TRUE, {
    in_places(load_dataset("fmnist"))
    in_places(load_dataset("faces"))
    in_places(load_dataset("coil20"))
  })
  for (name in names(data_sets)) {
    missing <- expect_error(in_places(load_dataset(name)), class = "metanmf_missing_data")
    expect_s3_class(missing, "metanmf_error")
  }
  expect_error(in_places(load_dataset("faces"), download = "yes"), "TRUE or FALSE",
               class = "metanmf_error")
  expect_identical(fetched$count(), 0)
})

test_that("in an interactive session the answer decides, unless the option has", {
  fetched <- fetcher(small_matlab_file())
  asked <- character()
  answer <- FALSE
  local_mocked_bindings(data_sets = small_registry(), fetch_file = fetched$fetch,
                        is_interactive = function() TRUE,
                        ask = function(question) {
                          asked <<- c(asked, question)
                          answer
                        })
  expect_error(small_set(), class = "metanmf_missing_data")
  expect_identical(fetched$count(), 0)
  expect_match(asked, "Download Olivetti faces (4 MB)", fixed = TRUE)
  answer <- TRUE
  expect_identical(dim(small_set()$x), c(4L, 6L))
  expect_length(asked, 2L)
  expect_error(small_set(download = FALSE), class = "metanmf_missing_data")
  expect_identical(dim(small_set(download = TRUE)$x), c(4L, 6L))
  expect_length(asked, 2L)
})

test_that("off the net the error says what failed and what else can be done", {
  local_mocked_bindings(
    data_sets = small_registry(),
    fetch_file = function(address, path) {
      writeLines("half", path)
      warning("status was 'Couldn't resolve host name'")
    }
  )
  cache <- tempfile("cache")
  expect_snapshot(error = TRUE, small_set(cache = cache, download = TRUE))
  expect_identical(in_cache(cache), character())
})

test_that("a cache that cannot be written is told by name", {
  local_mocked_bindings(data_sets = small_registry(),
                        fetch_file = fetcher(small_matlab_file())$fetch)
  # A file stands where the folder should be.
  cache <- tempfile("cache")
  file.create(cache)
  expect_error(small_set(cache = cache, download = TRUE), "R_USER_CACHE_DIR",
               class = "metanmf_error")
})

test_that("a download that a full disk cut off is told as that, and nothing of it is kept", {
  torn <- tempfile()
  writeBin(readBin(small_matlab_file(), "raw", 250), torn)
  local_mocked_bindings(data_sets = small_registry(), fetch_file = fetcher(torn)$fetch,
                        put_bytes = function(bytes, file, mode, argument) {
                          if (argument == "tempdir()") return(NULL)
                          stop_disk(argument, file, "0 bytes could be written")
                        })
  cache <- tempfile("cache")
  expect_error(small_set(cache = cache, download = TRUE), "R_USER_CACHE_DIR` must be on a disk",
               class = "metanmf_disk")
  expect_identical(in_cache(cache), character())
})

test_that("of the two answers the first gives leave, and leaving the question none", {
  answer <- 0L
  local_mocked_bindings(menu = function(choices, ...) answer, .package = "utils")
  given <- vapply(0:2, function(chosen) {
    answer <<- chosen
    ask("Download?")
  }, NA)
  expect_identical(given, c(FALSE, TRUE, FALSE))
})

test_that("a download that ends without an error but with a status is none", {
  local_mocked_bindings(download.file = function(...) 22L, .package = "utils")
  local_mocked_bindings(data_sets = small_registry())
  expect_error(small_set(download = TRUE), "status 22", class = "metanmf_missing_data")
})

test_that("what the makers' file needs is asked for before it is fetched", {
  fetched <- fetcher(small_matlab_file())
  local_mocked_bindings(fetch_file = fetched$fetch, check_installed = function(package, ...) {
    stop_input(package, "an installed package", "none", class = "metanmf_missing_package")
  })
  expect_error(in_places(load_dataset("coil20"), download = TRUE), "png",
               class = "metanmf_missing_package")
  expect_identical(fetched$count(), 0)
})
