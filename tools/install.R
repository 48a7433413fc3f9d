# Rscript tools/install.R [LIBRARY]
# Installs this package into a library (.library by default) from a copy, so that no object
# file is left in src/ and none lying there is taken for a fresh one.

arguments <- commandArgs(trailingOnly = TRUE)
library_path <- if (length(arguments)) arguments[[1L]] else ".library"
Sys.unsetenv(c("MAKEFLAGS", "MFLAGS", "MAKELEVEL"))
unlink(file.path(library_path, "00LOCK-metanmf"), recursive = TRUE)

copy <- file.path(tempdir(), "metanmf")
log <- file.path(tempdir(), "install.log")
parts <- c("DESCRIPTION", "LICENSE", "NAMESPACE", "R", "src", "inst", "man", "data")
dir.create(copy)
invisible(file.copy(Filter(file.exists, parts), copy, recursive = TRUE))
unlink(file.path(copy, "src", c("*.o", "*.so")))

message("Installing metanmf into ", library_path)
status <- system2(file.path(R.home("bin"), "R"),
                  c("CMD", "INSTALL", "--no-multiarch", "-l", shQuote(library_path), shQuote(copy)),
                  stdout = log, stderr = log)
if (status != 0L) {
  message(paste(utils::tail(readLines(log, warn = FALSE), 40L), collapse = "\n"))
  stop("R CMD INSTALL of metanmf failed: the lines above say why.", call. = FALSE)
}
