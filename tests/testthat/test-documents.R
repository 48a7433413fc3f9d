# Numbers that are typed in the prose of vignettes, instead of computed while they are built.

# The prose of a vignette: no header, chunks, code letters, equations, addresses or headings.
prose_of <- function(lines) {
  lines <- lines[-seq_len(which(lines == "---")[[2L]])]
  fences <- grepl("^```", lines)
  lines <- lines[cumsum(fences) %% 2 == 0 & !fences & !startsWith(lines, "#")]
  text <- gsub("[$][$].*?[$][$]|`[^`]*`|[$][^$]*[$]", " ", paste(lines, collapse = "\n"))
  gsub("\\]\\([^)]*\\)", "]", text)
}

# Decimals and shares, which are results as a rule; numbers of tables, figures and versions are not.
typed_numbers <- function(text) {
  text <- gsub("[0-9]+[.][0-9]+[.-][0-9]+|[0-9][.][.][0-9]", " ", text) # versions, ranges
  text <- gsub("([Tt]ables?|[Ff]igures?|and|to|,) [0-9][.][0-9]+|[(][0-9][.][0-9]+[)]", " ", text)
  found <- regmatches(text, gregexpr("[0-9]*[.][0-9]+|[0-9]+[ \n\u00a0]%", text))[[1L]]
  unique(gsub("[ \n\u00a0]", " ", found))
}

test_that("prose is what is left without code, and typed results are found in it", {
  text <- prose_of(c("---", "title: 0.1", "---", "## 0.2", "Of `r 0.3` and $0.4$ it is 0.5,",
                     "```{r}", "0.6", "```", "and 7", "% of table 4.8 [see](0.9)."))
  expect_identical(typed_numbers(text), c("0.5", "7 %"))
})

# Those that vignettes may have, each with what it has to be equal to, or why it is no result.
stored_noise <- function() {
  file <- system.file("thesis", "results", "author.csv.xz", package = "metanmf", mustWork = TRUE)
  unique(read_experiment(file)$noise)
}

# The share that the table "Other criteria" of ?select_rank has in the row of `criterion`.
share_of <- function(criterion) {
  page <- test_path("..", "..", "R", "rank-select.R")
  row <- grep(criterion, readLines(page, encoding = "UTF-8"), fixed = TRUE, value = TRUE)[[1L]]
  as.numeric(sub("^[^|]*[|][^|]*[|] *([.0-9]+).*", "\\1", row))
}

typed <- list(
  "choosing-the-rank" = list("20 %" = function() 100 * share_of("largest cophenetic correlation"),
                             "73 %" = function() 100 * share_of("prediction alone")),
  "coming-from" = list("0.25" = "a version"),
  # A stored entry takes 8 bytes for the value and 4 for the row.
  "large-data" = list("2.4" = function() 100000 * 2000 * 12 / 1e9),
  "learning-across-studies" = list("95 %" = "the level of an interval"),
  "thesis-tables" = list(
    "0.1" = function() intersect(stored_noise(), 0.1),
    "0.4" = function() intersect(stored_noise(), 0.4),
    "0.6" = function() intersect(stored_noise(), 0.6), "95 %" = "the level of an interval",
    "83 %" = "cover of a bootstrap of five normal numbers", "90 %" = "cover of one of ten",
    "0.05" = "a level", ".01" = "a rule of the comparison", "0.5" = "the width of a kernel"),
  "what-meta-learning-buys" = list("1 %" = "a rule of the comparison"))

test_that("a result in a vignette's prose is computed there, or is what it was typed from", {
  folder <- test_path("..", "..", "vignettes")
  skip_if_not(dir.exists(folder), "the sources of the vignettes are not here")
  files <- list.files(folder, "[.]Rmd$", full.names = TRUE)
  expect_gt(length(files), 10)
  for (file in files) {
    name <- sub("[.]Rmd$", "", basename(file))
    found <- typed_numbers(prose_of(readLines(file, encoding = "UTF-8")))
    expect_identical(setdiff(found, names(typed[[name]])), character(), label = name)
    for (number in intersect(found, names(typed[[name]]))) {
      source <- typed[[name]][[number]]
      if (is.function(source)) {
        expect_equal(source(), as.numeric(sub(" %", "", number)), label = paste(name, number))
      }
    }
  }
})
