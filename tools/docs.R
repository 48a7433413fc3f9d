# Rscript tools/docs.R [--check]
# Writes NAMESPACE and man/ from the comments in R/. With --check it writes them in a copy,
# changes nothing here, and fails where the two differ; it reads the package that make has just
# installed in .library, whose NAMESPACE is the one that is compared.

checking <- "--check" %in% commandArgs(trailingOnly = TRUE)
top <- normalizePath(".")
folder <- tempfile("docs")
library_path <- file.path(folder, "library")
copy <- file.path(folder, "metanmf")
dir.create(library_path, recursive = TRUE)
dir.create(copy)
parts <- c("DESCRIPTION", "LICENSE", "NAMESPACE", "R", "src", "inst", "man", "data")
invisible(file.copy(Filter(file.exists, parts), copy, recursive = TRUE))

# roxygen2 reads an installed copy, which holds the data sets and the routines.
setwd(copy)
if (!checking) {
  status <- system2(file.path(R.home("bin"), "Rscript"),
                    c(shQuote(file.path(top, "tools", "install.R")), shQuote(library_path)))
  if (status != 0L) quit(status = 1L)
  .libPaths(c(library_path, .libPaths()))
}
note <- read.dcf("DESCRIPTION", "RoxygenNote")[[1L]]
if (checking && utils::packageVersion("roxygen2") != note) {
  stop("DESCRIPTION was written by roxygen2 ", note, "; a comparison needs that version, not ",
       format(utils::packageVersion("roxygen2")), ".", call. = FALSE)
}
# Pages that no comment writes any longer must go.
unlink("man/*.Rd")
roxygen2::roxygenise(copy, load_code = "installed")

written <- c("DESCRIPTION", "NAMESPACE", file.path("man", list.files("man", recursive = TRUE)))
present <- c("DESCRIPTION", "NAMESPACE",
             file.path("man", list.files(file.path(top, "man"), recursive = TRUE)))
same <- function(file) {
  here <- file.path(top, file)
  file.exists(here) && identical(readLines(file), readLines(here))
}
pages <- function(files) grep("[.](svg|png)$", files, value = TRUE, invert = TRUE)
stale <- c(Filter(Negate(same), pages(written)), setdiff(pages(present), written))
if (checking) {
  if (length(stale)) {
    stop("Not what roxygen2 writes: ", paste(stale, collapse = ", "), ". Run `make docs`.",
         call. = FALSE)
  }
  message("docs: NAMESPACE and ", length(written) - 2L, " files in man/ are current")
} else {
  unlink(file.path(top, setdiff(pages(present), written)))
  dir.create(file.path(top, "man"), showWarnings = FALSE)
  file.copy(written, file.path(top, written), overwrite = TRUE)
  message("docs: ", if (length(stale)) paste(stale, collapse = ", ") else "nothing", " changed")
}
