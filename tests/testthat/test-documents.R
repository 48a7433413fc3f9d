# Numbers that are typed in the prose of vignettes, instead of computed while they are built, and
# the way of a reader from README. Not covered: numbers in words, single digits, and help pages,
# whose tables are held to stored results by the tests of what they are about.

# The lines of a vignette after its header: list(lines, code), `code` flags those of chunks.
body_of <- function(lines) {
  lines <- lines[-seq_len(which(lines == "---")[[2L]])]
  fences <- grepl("^```", lines)
  list(lines = lines, code = cumsum(fences) %% 2 == 1 | fences)
}

# The prose of a vignette: no chunks, code letters, equations, addresses or headings.
prose_of <- function(lines) {
  body <- body_of(lines)
  text <- paste(body$lines[!body$code & !startsWith(body$lines, "#")], collapse = "\n")
  text <- gsub("`[^`]*`", " ", text) # before equations: code has a $ too
  text <- gsub("(?s)[$][$].*?[$][$]|[$][^$]*[$]", " ", text, perl = TRUE)
  gsub("\\]\\([^)]*\\)", "]", text)
}

# Decimals and shares, which are results as a rule; numbers of tables, figures and versions are not.
typed_numbers <- function(text) {
  text <- gsub("[0-9]+[.][0-9]+[.-][0-9]+|[0-9][.][.][0-9]", " ", text) # versions, ranges
  text <- gsub("([Tt]ables?|[Ff]igures?|and|to|,) [1-9][.][0-9]+|[(][1-9][.][0-9]+[)]", " ", text)
  found <- regmatches(text, gregexpr("[0-9]*[.][0-9]+|[0-9]+[ \n\u00a0]%", text))[[1L]]
  unique(gsub("[ \n\u00a0]", " ", found))
}

# Whole numbers of two digits and more, but years of publications and of data.
typed_counts <- function(text) {
  whole <- "(?<![\\w.,^/-])([0-9]{2,}|[0-9]{1,3}(,[0-9]{3})+)(?![\\w]|[.,][0-9]|[ \n\u00a0]%)"
  found <- unlist(regmatches(text, gregexpr(whole, text, perl = TRUE)))
  years <- grepl("^(19[0-9]{2}|200[1-9]|20[1-9][0-9])$", found)
  unique(gsub(",", "", found[!years]))
}

# Those that the page's own code has, which is shown or makes what the words are about.
code_counts <- function(lines) {
  body <- body_of(lines)
  spans <- unlist(regmatches(lines, gregexpr("`[^`]*`", lines)))
  code <- c(body$lines[body$code], spans)
  alone <- "(?<![\\w.])[0-9]{2,}(?![\\w.])"
  unique(unlist(regmatches(code, gregexpr(alone, code, perl = TRUE))))
}

test_that("prose is what is left without code, and typed numbers are found in it", {
  lines <- c("---", "title: 0.1", "---", "## 0.2", "Of `r x$y[0.3]` and $0.4$ it is 0.5,",
             "```{r}", "0.6", "13", "```", "`a$b` and 7", "% of table 4.8 [see](0.9).",
             "Lee (2001) has 12 or 1,300 at 1e-10, 0.7 and 0.8.")
  text <- prose_of(lines)
  expect_identical(typed_numbers(text), c("0.5", "7 %", "0.7", "0.8"))
  expect_identical(typed_counts(text), c("12", "1300"))
  expect_identical(code_counts(lines), "13")
})

# -- What typed numbers have to be equal to, or why they are no result ---------------------------

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

# What the table of ?load_dataset says of the thesis' sets: "1024 or 4096 x 400".
set_sizes <- function() {
  rows <- Filter(function(row) grepl("^\"", row[[1L]]), table_rows("load_dataset"))
  as.numeric(unlist(regmatches(vapply(rows, `[[`, "", 3L),
                               gregexpr("[0-9]+", vapply(rows, `[[`, "", 3L)))))
}
a_size <- function(number) function() intersect(set_sizes(), number)

reports <- function(name) {
  skip_if_not_installed("tm")
  there <- new.env()
  utils::data(list = name, package = "tm", envir = there)
  length(there[[name]])
}

# Iterations of Algorithm 1, and with those of the evaluation after it.
learned <- function() {
  control <- experiment_protocol("thesis")$control
  control$epochs * control$inner$max_iter
}
tasks_of_thesis <- function(name) experiment_protocol("thesis")$task_size[[name]]

pixels <- function() nrow(digits$x)
typed <- list(
  "choosing-the-rank" = list("20 %" = function() 100 * share_of("largest cophenetic correlation"),
                             "73 %" = function() 100 * share_of("prediction alone"),
                             "64" = pixels),
  "coming-from" = list("0.25" = "a version"),
  "getting-started" = list("150" = function() nrow(iris), "64" = pixels,
                           "297" = function() length(1501:ncol(digits$x))),
  # A stored entry takes 8 bytes for the value and 4 for the row.
  "large-data" = list("2.4" = function() 100000 * 2000 * 12 / 1e9, "64" = pixels,
                      "100000" = "of the product above", "2000" = "of the product above"),
  "learning-across-studies" = list(
    "95 %" = "the level of an interval", "500" = "the size of data that are not here",
    "280" = "the size of data that are not here", "980" = "the size of data that are not here",
    "34" = "the size of data that are not here", "21" = "the size of data that are not here",
    "42" = "the size of data that are not here",
    "15" = "bench/studies/setting.R", "400" = "bench/studies/tasks.R",
    "60" = function() round(ncol(digits$x) %/% 2 / 15),
    "898" = function() length(digits$author_split$learning)),
  "spectra-and-images" = list("64" = pixels),
  "text" = list("70" = function() reports("acq") + reports("crude"),
                "50" = function() reports("acq"), "20" = function() reports("crude"),
                "100" = "an illustration"),
  "thesis-figures" = list("22" = "figure 3.1, and figures 4.1 to 4.21",
                          "200" = function() max(intersect(set_sizes(), 400)) / 2),
  "thesis-tables" = list(
    "0.1" = function() intersect(stored_noise(), 0.1),
    "0.4" = function() intersect(stored_noise(), 0.4),
    "0.6" = function() intersect(stored_noise(), 0.6), "95 %" = "the level of an interval",
    "83 %" = "cover of a bootstrap of five normal numbers", "90 %" = "cover of one of ten",
    "0.05" = "a level", ".01" = "a rule of the comparison", "0.5" = "the width of a kernel",
    "500" = a_size(500), "10000" = a_size(10000), "64" = pixels,
    "1797" = function() ncol(digits$x), "784" = a_size(784), "6000" = a_size(6000),
    "1024" = a_size(1024), "400" = a_size(400), "1440" = a_size(1440),
    "40" = "the table of ?load_dataset", "20" = function() tasks_of_thesis("faces"),
    "50" = function() formals(split_tasks)$task_size,
    "32" = function() experiment_protocol("thesis")$faces,
    "200" = function() max(intersect(set_sizes(), 400)) / 2,
    "250" = function() formals(split_tasks)$task_size * formals(split_tasks)$n_tasks),
  "what-meta-learning-buys" = list(
    "1 %" = "a rule of the comparison", ".9" = "the chunk below it", ".09" = "the chunk below it",
    "0.876" = "a comment of published code", "0.744" = "a comment of published code",
    "0.739" = "a comment of published code", "5000" = learned, "1440" = a_size(1440),
    "5100" = function() learned() + experiment_protocol("thesis")$control$inner$max_iter,
    "500" = a_size(500)))

vignette_files <- function() {
  folder <- test_path("..", "..", "vignettes")
  skip_if_not(dir.exists(folder), "the sources of the vignettes are not here")
  files <- list.files(folder, "[.]Rmd$", full.names = TRUE)
  stats::setNames(files, sub("[.]Rmd$", "", basename(files)))
}
lines_of <- function(file) readLines(file, encoding = "UTF-8")

test_that("a number in a vignette's prose is computed there, or is what it was typed from", {
  files <- vignette_files()
  expect_gt(length(files), 10)
  for (name in names(files)) {
    lines <- lines_of(files[[name]])
    text <- prose_of(lines)
    found <- c(typed_numbers(text), typed_counts(text))
    known <- as.character(names(typed[[name]]))
    expect_identical(setdiff(found, c(known, code_counts(lines))), character(), label = name)
    expect_identical(setdiff(known, found), character(), label = paste("stale of", name))
    for (number in intersect(found, known)) {
      source <- typed[[name]][[number]]
      if (is.function(source)) {
        expect_equal(source(), as.numeric(sub(" %", "", number)), label = paste(name, number))
      }
    }
  }
})

# -- Words -----------------------------------------------------------------------------------------

test_that("the glossary has an entry for every loss, solver, start, penalty and verdict", {
  page <- test_path("..", "..", "man", "metanmf-glossary.Rd")
  skip_if_not(file.exists(page), "man/ is not here")
  entries <- grep("^.item .strong[{]", readLines(page), value = TRUE)
  words <- unlist(strsplit(sub("^.item .strong[{]([^}]*)[}].*", "\\1", entries), ", "))
  expect_false(is.unsorted(sub("[,}].*", "", sub("^.item .strong[{]", "", entries))))
  expect_identical(anyDuplicated(words), 0L)
  printed <- c(nmf_losses, "beta", "nb", setdiff(nmf_solvers, "auto"), "online", start_names,
               "given", term_kinds, "graph", model_variants, "loto",
               "about", "determined", "not determined", "one")
  expect_identical(setdiff(printed, words), character())
})

# -- From README to what a reader looks for ------------------------------------------------------

# What one click leads to: the vignettes that lines link to, by address or by `vignette("name")`.
linked <- function(lines) {
  link <- "(?<=[(]vignettes/)[a-z-]+(?=[.]Rmd)|(?<=vignette[(]\")[a-z-]+(?=\")"
  unique(unlist(regmatches(lines, gregexpr(link, lines, perl = TRUE))))
}

trades <- c("cells and counts", "text", "spectra and images", "statistics and tidymodels")
wanted <- c("the rank" = "select_rank[(]", "top features" = "top_features[(]",
            "a heat map" = "plot[(][a-z_]+, \"coef\"", "new samples" = "predict[(]",
            "large data" = "block_source[(]")

test_that("each of four trades finds what it looks for in two clicks from README", {
  files <- vignette_files()
  readme <- test_path("..", "..", "README.md")
  skip_if_not(file.exists(readme), "README.md is not here")
  rows <- grep("^[|] [*][*]", lines_of(readme), value = TRUE)
  for (trade in trades) {
    first <- linked(grep(paste0("[", trade, "]"), rows, fixed = TRUE, value = TRUE))
    expect_length(first, 1L)
    second <- linked(lines_of(files[[first]]))
    expect_true(all(second %in% names(files)), label = paste("links of", first))
    near <- unlist(lapply(files[c(first, second)], lines_of))
    for (what in names(wanted)) {
      expect_true(any(grepl(wanted[[what]], near)), label = paste(trade, "finds", what))
    }
    # The rank and large data have pages of their own, which the page of each trade leads to.
    expect_identical(setdiff(c("choosing-the-rank", "large-data"), second), character())
  }
})
