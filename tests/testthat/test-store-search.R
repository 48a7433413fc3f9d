# The folders of the searches: what a full disk and files that were cut do to them.

cut_data <- local({
  set.seed(1)
  matrix(rgamma(24, 0.5), 8) %*% matrix(rgamma(45, 0.5), 3) + matrix(runif(120) / 10, 8)
})
few <- nmf_control(4, tol = 0)

# Each verb with its folder, from one seed; what it gives, but for the call.
search_in <- function(verb, folder) {
  set.seed(2)
  found <- unclass(suppressWarnings(verb(folder), classes = "metanmf_not_converged"))
  found[setdiff(names(found), "call")]
}
searches <- list(
  runs = function(folder) nmf(cut_data, 2, n_start = 2, keep = "all", folder = folder,
                              control = few),
  consensus = function(folder) consensus_nmf(cut_data, 2, n_start = 3, density = 9,
                                             folder = folder, control = few),
  rank = function(folder) select_rank(cut_data, 1:2, masks = 2, control = few, folder = folder),
  lambda = function(folder) select_lambda(cut_data, 2, penalty_ridge(), c(0, 1), masks = 2,
                                          control = few, folder = folder),
  bootstrap = function(folder) bootstrap_nmf(as_nmf(cut_data[, 1:2]), cut_data, draws = 20,
                                             folder = folder))

test_that("a folder with a file cut at any length gives the same answer, or is refused", {
  skip_on_cran()
  for (name in names(searches)) {
    folder <- tempfile("folder")
    read <- function() search_in(searches[[name]], folder)
    known <- read()
    for (file in list.files(folder, full.names = TRUE)) {
      content <- content_of(file)
      cuts <- some_of(seq_along(content) - 1L, share_of_cases(1 / 1000))
      changes <- lapply(cuts, function(size) content[seq_len(size)])
      outcomes <- read_mutated(file, read = read, known = known, changes = changes)
      expect_identical(setdiff(outcomes, c("refused", "unchanged")), character(),
                       label = paste(name, basename(file)))
    }
    unlink(folder, recursive = TRUE)
  }
})

test_that("a folder whose description was cut is not taken for one of other data", {
  folder <- tempfile("folder")
  search_in(searches$lambda, folder)
  file <- file.path(folder, lambda_store$description)
  lines <- readLines(file)
  writeLines(lines[!startsWith(lines, "x: ")], file)
  expect_error(search_in(searches$lambda, folder), "the same data x",
               class = "metanmf_other_folder")
})

test_that("a disk that takes no more ends every search, and the next call goes on", {
  put <- put_bytes
  for (name in names(searches)) {
    folder <- tempfile("folder")
    whole <- search_in(searches[[name]], tempfile("folder"))
    begun <- 0
    local({
      local_mocked_bindings(put_bytes = function(bytes, file, mode, argument, before = 0) {
        begun <<- begun + grepl("[.](run|basis|fit|visit|intervals)[.]new$", file)
        if (begun == 2 || (name == "bootstrap" && begun == 1)) {
          stop_disk(argument, file, "0 bytes could be written")
        }
        put(bytes, file, mode, argument, before)
      })
      expect_error(search_in(searches[[name]], folder), "on a disk", class = "metanmf_disk")
    })
    expect_identical(search_in(searches[[name]], folder), whole, label = name)
  }
})
