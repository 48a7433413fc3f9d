# tests/README.md says which test holds which promise; here, that these tests are there.

# The titles of the tests in a file.
titles_in <- function(file) {
  calls <- Filter(function(call) identical(call[[1L]], quote(test_that)), as.list(parse(file)))
  vapply(calls, function(call) call[[2L]], "")
}

# A data frame of `file` and `title`, a row for each - `file`: "title" of the page, where the
# title may stand on a line of its own.
quoted_tests <- function(lines) {
  text <- gsub(":\n +\"", ": \"", paste(lines, collapse = "\n"))
  pattern <- "^ +- `(test-[^`]+[.]R)`: \"(.*)\"$"
  named <- grep("^ +- `test-", strsplit(text, "\n")[[1L]], value = TRUE)
  data.frame(file = sub(pattern, "\\1", named), title = sub(pattern, "\\2", named))
}

# What the page names that is no test, in its words.
stale <- function(lines) {
  quoted <- quoted_tests(lines)
  there <- vapply(seq_len(nrow(quoted)), function(i) {
    file <- test_path(quoted$file[[i]])
    file.exists(file) && quoted$title[[i]] %in% titles_in(file)
  }, NA)
  sprintf("%s: %s", quoted$file, quoted$title)[!there]
}

test_that("every test that tests/README.md names is there under its title", {
  page <- test_path("..", "README.md")
  skip_if_not(file.exists(page), "tests/README.md is not here")
  lines <- readLines(page, encoding = "UTF-8")
  expect_gt(nrow(quoted_tests(lines)), 100)
  expect_identical(stale(lines), character())
})

test_that("a title that was changed, a file that went away and a garbled line are stale", {
  true <- c("  - `test-promises.R`:",
            "    \"a title that was changed, a file that went away and a garbled line are stale\"")
  expect_identical(stale(true), character())
  wrong <- c("  - `test-promises.R`: \"a title that was\"", "  - `test-gone.R`: \"a title\"",
             "  - `test-promises.R`: a title without its marks")
  expect_length(stale(wrong), 3)
})

# What no file of R/ holds.
test_that("citation() names the package, the thesis and the papers behind its parts", {
  said <- format(utils::citation("metanmf"), style = "text")
  expect_match(said[[1]], "metanmf")
  for (name in c("Khan", "Lee", "Cichocki", "Gillis", "Kim", "Fevotte", "Cai", "Choi", "Boutsidis",
                 "Arthur")) {
    expect_match(said, name, all = FALSE, label = name)
  }
})
