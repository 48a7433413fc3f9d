results_of <- function() {
  small_experiment(models = c("NMF", "GNMF"), variants = c("baseline", "kmeans"))
}

test_that("results come back from a file as they were, to six digits, with their header", {
  results <- results_of()
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  write_experiment(results, file, c(purpose = "a test", cost = "0.1 hours"))
  back <- read_experiment(file)
  expect_identical(names(back), names(results))
  expect_equal(as.data.frame(back), as.data.frame(results), tolerance = 1e-5, ignore_attr = TRUE)
  expect_identical(vapply(back, class, ""), vapply(results, class, ""))
  header <- attr(back, "header")
  expect_identical(unname(header[c("purpose", "cost", "seeds")]), c("a test", "0.1 hours", "1"))
  expect_true(all(c("version", "r", "blas", "date", "checksum") %in% names(header)))
})

test_that("a compressed file holds the bytes of the plain one and is read alike", {
  files <- tempfile(fileext = c(".csv", ".csv.gz", ".csv.xz"))
  on.exit(unlink(files))
  results <- results_of()
  for (file in files) write_experiment(results, file, c(date = "a day"))
  expect_identical(content_of(files[[2]])[1:2], as.raw(c(0x1f, 0x8b)))
  expect_lt(file.size(files[[2]]), file.size(files[[1]]))
  expect_identical(readLines(files[[2]]), readLines(files[[1]]))
  expect_identical(read_experiment(files[[2]]), read_experiment(files[[1]]))
})

test_that("names and messages with commas, quotes or marks of comments come back", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  results <- results_of()
  results$dataset <- "a, \"b\" # c"
  results$message[[1]] <- "it said: \"no\", twice"
  write_experiment(results, file)
  back <- read_experiment(file)
  expect_identical(back$dataset, results$dataset)
  expect_identical(back$message, results$message)
})

test_that("results stored with the names that version 0.1.0 gave variants are read with today's", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  results <- small_experiment(variants = c("plain_matched", "plain_long"), ranks = 4)
  write_experiment(results, file)
  lines <- sub(",plain_matched,", ",c2,", sub(",plain_long,", ",long,", readLines(file)))
  body <- lines[!startsWith(lines, "#")]
  lines[startsWith(lines, "# checksum:")] <- paste("# checksum:", text_digest(body))
  writeLines(lines, file)
  expect_length(grep(",(c2|long),", lines), nrow(results))
  expect_identical(read_experiment(file)$variant, results$variant)
  old <- as.data.frame(results)
  old$variant <- c(plain_matched = "c2", plain_long = "long")[old$variant]
  expect_identical(summary(old <- new_experiment(old)), summary(new_experiment(results)))
  row <- as.list(results[results$variant == "plain_matched", ][1, ])
  refit <- function(row) experiment_fit(row, small_protocol(), small_data()["first"])
  expect_identical(refit(replace(row, "variant", "c2"))$h, refit(row)$h)
})

test_that("any program that can skip comments reads the file", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  results <- results_of()
  write_experiment(results, file)
  plain <- utils::read.csv(file, comment.char = "#")
  expect_equal(plain$nmi, results$nmi, tolerance = 1e-5)
})

test_that("a file that was cut off or changed in any byte of its rows is refused", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  write_experiment(results_of(), file)
  content <- readBin(file, "raw", file.size(file))
  rows <- tail(gregexpr("\n\"?protocol", rawToChar(content))[[1]], 1)
  set.seed(3)
  for (at in sample(seq(rows + 1, length(content) - 2), 25)) {
    changed <- content
    changed[[at]] <- xor(changed[[at]], as.raw(1))
    writeBin(changed, file)
    expect_error(read_experiment(file), class = "metanmf_error")
    writeBin(content[seq_len(at)], file)
    expect_error(read_experiment(file), class = "metanmf_corrupt_file")
  }
})

test_that("what is no results file is refused by its name", {
  expect_error(read_experiment("no-such-file.csv"), "no-such-file.csv", class = "metanmf_error")
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  utils::write.csv(head(iris), file)
  expect_error(read_experiment(file), class = "metanmf_corrupt_file")
})
