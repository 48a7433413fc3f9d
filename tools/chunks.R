# Rscript tools/chunks.R LIBRARY [NAME...]
# For tools/check-chunks: the examples of the help pages of the package installed in LIBRARY, and
# the chunks of the vignettes, each in a session of its own; or of those named.

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

example_runs <- function(page, name) {
  file <- file.path(scratch, "example.R")
  unlink(file)
  tools::Rd2ex(page, file)
  !file.exists(file) || runs(name, c("library(metanmf)", readLines(file)))
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
vignettes <- sub("[.]Rmd$", "", list.files("vignettes", "[.]Rmd$"))
pages <- tools::Rd_db("metanmf", lib.loc = installed)
everything <- c("README", names(pages), vignettes)
chosen <- arguments[-1L]
if ("help" %in% chosen) chosen <- c(setdiff(chosen, "help"), names(pages))
if (!length(chosen)) chosen <- everything
if (!all(chosen %in% everything)) stop("no document ", toString(setdiff(chosen, everything)))

# What documents name of other packages: generics of tidymodels, verbs of NMF and topicmodels.
others <- c("tidy", "glance", "augment", "autoplot", "perplexity", "basismap", "coefmap")
problems <- character()
for (name in intersect(chosen, c("README", vignettes))) {
  lines <- readLines(if (name == "README") "README.md" else sprintf("vignettes/%s.Rmd", name))
  unknown <- unknown_functions(lines, others)
  if (length(unknown)) problems <- c(problems, paste0(name, ": no function ", toString(unknown)))
  wrong <- unparsed_chunks(lines)
  if (length(wrong)) problems <- c(problems, paste0(name, ": cannot be parsed: ", wrong))
}
for (name in setdiff(chosen, "README")) {
  time <- system.time(
    good <- if (name %in% vignettes) vignette_runs(name) else example_runs(pages[[name]], name))
  if (!good) problems <- c(problems, paste0(name, ": its code does not run"))
  # Others may have had the processor meanwhile, so its own seconds are told.
  seconds <- time[["user.child"]] + time[["sys.child"]]
  if (seconds > 5) cat(sprintf("%s: %.0f seconds of the processor\n", name, seconds))
}
writeLines(c(problems, sprintf("%d documents, %d problems", length(chosen), length(problems))))
quit(status = length(problems) > 0L)
