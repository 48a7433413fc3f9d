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
                 "Arthur", "Hsieh", "Gouvert", "Mairal", "Landa", "Brunet", "Michailidis")) {
    expect_match(said, name, all = FALSE, label = name)
  }
})

# The DOIs in a text, in whatever form they are written.
dois_in <- function(text) {
  unique(unlist(regmatches(text, gregexpr("10[.][0-9]{4,9}/[^][:space:]}>\")]+", text))))
}

test_that("what citation() and DESCRIPTION cite is cited alike by the help pages", {
  pages <- test_path("..", "..", "man")
  skip_if_not(dir.exists(pages), "man/ is not here")
  known <- dois_in(unlist(lapply(list.files(pages, "[.]Rd$", full.names = TRUE), readLines)))
  own <- dois_in(c(readLines(system.file("CITATION", package = "metanmf")),
                   readLines(system.file("DESCRIPTION", package = "metanmf"))))
  expect_gt(length(own), 10)
  # The first paper on the method, which no page needs.
  expect_identical(setdiff(own, known), "10.1038/44565")
})
