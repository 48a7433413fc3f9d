# Rscript tools/figures.R [FOLDER]
# The size of the code in figures: lines of functions, functions used in exactly one other place,
# lines of tests and tools beside the product. A function's name counts where it stands as a word
# outside its own definition, in the code of R/ or src/ without comments and strings.

folder <- c(commandArgs(trailingOnly = TRUE), ".")[[1L]]
files <- function(path, pattern) {
  list.files(file.path(folder, path), pattern, recursive = TRUE, full.names = TRUE, all.files = TRUE)
}
lines_in <- function(files) sum(lengths(lapply(files, readLines, warn = FALSE)))
spread <- function(x) {
  sprintf("median %g, p90 %g, max %g (%d)", stats::median(x), stats::quantile(x, 0.9, type = 1),
          max(x), length(x))
}

r_files <- files("R", "[.]R$")
tokens <- do.call(rbind, lapply(r_files, function(file) {
  data <- utils::getParseData(parse(file, keep.source = TRUE))
  data$file <- file
  data
}))
named <- do.call(rbind, lapply(split(tokens, tokens$file), function(data) {
  # name <- function(...): the expression of the function and its sibling before the arrow.
  bodies <- data[data$id %in% data$parent[data$token == "FUNCTION"], ]
  do.call(rbind, lapply(seq_len(nrow(bodies)), function(i) {
    row <- data[data$id == bodies$parent[[i]], ]
    if (nrow(row) != 1L || row$parent != 0L) return(NULL)
    left <- data[data$parent == row$id & data$token == "expr", ][1L, ]
    name <- data$text[data$parent == left$id & data$token == "SYMBOL"]
    if (length(name)) data.frame(name, lines = bodies$line2[[i]] - bodies$line1[[i]] + 1L)
  }))
}))
words <- table(tokens$text[tokens$token %in% c("SYMBOL", "SYMBOL_FUNCTION_CALL")])
uses <- as.integer(words[named$name]) - 1L # the definition itself
cat("R functions: ", spread(named$lines), "; used in exactly one other place: ",
    round(100 * mean(uses == 1L)), " %\n", sep = "")

# Of C the definitions that begin in the first column and end with a brace there.
c_lines <- unlist(lapply(files("src", "[.][ch]$"), function(file) {
  text <- readLines(file)
  open <- which(startsWith(text, "{"))
  vapply(open, function(at) {
    head <- at
    while (head > 1L && grepl("^[A-Za-z ]", text[[head - 1L]])) head <- head - 1L
    which(startsWith(text[-seq_len(at)], "}"))[[1L]] + at - head + 1L
  }, 0)
}))
cat("C functions:", spread(c_lines), "\n")

product <- lines_in(c(r_files, files("src", "[.][ch]$")))
tests <- lines_in(files("tests/testthat", "[.]R$"))
tooling <- lines_in(setdiff(
  c(files("tools", "."), files(".ci", "."), file.path(folder, "Makefile")),
  files("tools/native/corpus", ".")))
cat("lines: product ", product, ", tests ", tests, " (", round(tests / product, 2), "), tooling ",
    tooling, " (", round(tooling / product, 2), "), snapshots ",
    lines_in(files("tests/testthat/_snaps", "[.]md$")), "\n", sep = "")
thesis <- grepl("/thesis-", r_files)
cat("lines: src ", lines_in(files("src", "[.][ch]$")), ", core R ", lines_in(r_files[!thesis]),
    ", thesis- ", lines_in(r_files[thesis]), "\n", sep = "")

# The functions of the installed package that one plain nmf() runs, each counted once.
functions_of_a_fit <- function() {
  space <- asNamespace("metanmf")
  methods <- space$.__S3MethodsTable__.
  ran <- new.env()
  for (name in ls(space, all.names = TRUE)) {
    f <- get(name, space)
    if (typeof(f) != "closure") next
    body(f) <- call("{", bquote(assign(.(name), TRUE, envir = .(ran))), body(f))
    unlockBinding(name, space)
    assign(name, f, space)
    if (exists(name, methods, inherits = FALSE)) assign(name, f, methods)
  }
  x <- metanmf::digits$x + 0
  rm(list = ls(ran, all.names = TRUE), envir = ran)
  space$nmf(x, 10)
  length(ls(ran, all.names = TRUE))
}
if (requireNamespace("metanmf", quietly = TRUE)) {
  cat("functions that a plain nmf() runs:", functions_of_a_fit(), "\n")
}
