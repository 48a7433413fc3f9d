# Rscript tools/chunks.R LIBRARY [VIGNETTE...]
# For tools/check-chunks: the examples of the help pages of the package installed in LIBRARY, and
# the chunks of the vignettes, each in a session of its own.

arguments <- commandArgs(trailingOnly = TRUE)
installed <- arguments[[1L]]
stopifnot(dirname(find.package("metanmf")) == normalizePath(installed))
scratch <- tempfile("chunks")
dir.create(scratch)

# Whether `code` runs in a new session that began in `scratch`; else what it said is printed.
runs <- function(name, code) {
  file <- file.path(scratch, "session.R")
  writeLines(c("options(warn = 1)", code), file)
  log <- file.path(scratch, "session.log")
  call <- sprintf("cd %s && %s --vanilla session.R > session.log 2>&1", shQuote(scratch),
                  shQuote(file.path(R.home("bin"), "Rscript")))
  good <- system(call) == 0L
  if (!good) cat(name, "fails:\n", paste0("  ", utils::tail(readLines(log), 12L), "\n"), sep = "")
  good
}

# -- Help pages ------------------------------------------------------------------------------------

examples_run <- function() {
  pages <- tools::Rd_db("metanmf", lib.loc = installed)
  vapply(names(pages), function(name) {
    file <- file.path(scratch, "example.R")
    unlink(file)
    tools::Rd2ex(pages[[name]], file)
    if (!file.exists(file)) return(TRUE)
    runs(name, c("library(metanmf)", readLines(file)))
  }, NA)
}

# -- Vignettes -------------------------------------------------------------------------------------

vignette_runs <- function(name) {
  files <- file.path("vignettes", c(paste0(name, ".Rmd"), "small-pictures.R"))
  file.copy(files, scratch, overwrite = TRUE)
  knit <- sprintf("knitr::knit('%s.Rmd', quiet = TRUE, envir = new.env())", name)
  runs(name, c("knitr::opts_chunk$set(error = FALSE)", knit))
}

# Chunks that are not evaluated must be R all the same.
unparsed_chunks <- function(lines) {
  opening <- grep("^```[{]r.*eval *= *FALSE", lines)
  closing <- grep("^``` *$", lines)
  wrong <- vapply(opening, function(from) {
    code <- lines[seq(from + 1L, closing[closing > from][[1L]] - 1L)]
    inherits(try(parse(text = code), silent = TRUE), "try-error")
  }, NA)
  lines[opening[as.logical(wrong)]]
}

# -- Names -----------------------------------------------------------------------------------------

# Functions that stand alone in code letters: `name()` or `name(argument)`, without a package.
named_functions <- function(lines) {
  fences <- grepl("^```", lines)
  prose <- lines[cumsum(fences) %% 2 == 0 & !fences]
  spans <- unlist(regmatches(prose, gregexpr("`[a-z][a-z0-9_.]*[(][)]`", prose)))
  unique(sub("[(][)]`", "", sub("`", "", spans)))
}

unknown_functions <- function(lines, others) {
  names <- setdiff(named_functions(lines), others)
  names[!vapply(names, function(name) exists(name, envir = globalenv(), mode = "function"), NA)]
}

suppressPackageStartupMessages(library(metanmf))
chosen <- arguments[-1L]
all <- sub("[.]Rmd$", "", list.files("vignettes", "[.]Rmd$"))
# What documents name of other packages: generics of tidymodels, verbs of NMF and topicmodels.
others <- c("tidy", "glance", "augment", "autoplot", "perplexity", "basismap", "coefmap")
problems <- character()
for (name in c(if (!length(chosen)) "README", all)) {
  lines <- readLines(if (name == "README") "README.md" else sprintf("vignettes/%s.Rmd", name))
  unknown <- unknown_functions(lines, others)
  if (length(unknown)) problems <- c(problems, paste0(name, ": no function ", toString(unknown)))
  wrong <- unparsed_chunks(lines)
  if (length(wrong)) problems <- c(problems, paste0(name, ": cannot be parsed: ", wrong))
}
run <- if (length(chosen)) chosen else all
good <- vapply(run, vignette_runs, NA)
if (!length(chosen)) good <- c(good, examples_run())
writeLines(c(problems, sprintf("%d vignettes and help pages, %d fail", length(good), sum(!good))))
quit(status = length(problems) > 0L || !all(good))
