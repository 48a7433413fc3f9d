# Rscript tools/setup.R PACKAGE...
# Makes the named packages loadable: what is missing, or older than DESCRIPTION asks, is
# built from the configured repository into the first library (make sets it to .library).

library_path <- .libPaths()[[1L]]
if (basename(library_path) != ".library") {
  stop("Run this through make, which names the library: make test, make demo.", call. = FALSE)
}

# The least version that DESCRIPTION asks for of each of `names`.
least_versions <- function(names) {
  entries <- trimws(unlist(strsplit(read.dcf("DESCRIPTION", c("Imports", "Suggests")), ",")))
  version <- ifelse(grepl(">=", entries), sub(".*>= *([0-9.-]+).*", "\\1", entries), "0")
  least <- stats::setNames(version, sub("[[:space:]]*\\(.*", "", entries))[names]
  ifelse(is.na(least), "0", least)
}

# Those of `names` that cannot be loaded, or are too old. Asked of a fresh process, for a
# package loaded here would hide the one just built.
not_ready <- function(names) {
  file <- tempfile(fileext = ".R")
  writeLines(sprintf(paste0("if (!requireNamespace('%1$s', quietly = TRUE) || ",
                            "packageVersion('%1$s') < '%2$s') cat('missing:%1$s\\n')"),
                     names, least_versions(names)), file)
  said <- system2(file.path(R.home("bin"), "Rscript"), shQuote(file), stdout = TRUE,
                  stderr = FALSE)
  sub("missing:", "", grep("^missing:", said, value = TRUE), fixed = TRUE)
}

# What has to be built for `names`: they and all they need, without R's own packages and what
# is installed in the repository's version. An older copy may be too old for them.
packages_to_build <- function(names, available) {
  needs <- tools::package_dependencies(names, available, recursive = TRUE)
  installed <- utils::installed.packages()
  own <- rownames(installed)[installed[, "Priority"] %in% c("base", "recommended")]
  present <- intersect(rownames(installed), rownames(available))
  current <- present[package_version(installed[present, "Version"]) >=
                       package_version(available[present, "Version"])]
  union(names, setdiff(unlist(needs), c("R", own, current)))
}

# The packages are compiled in the least time, for nothing here waits for them: what counts is
# that of this package, which tools/install.R installs. A user's own Makevars stand before.
compile_fast <- function() {
  file <- tempfile("makevars")
  flags <- c("CFLAGS", "CXXFLAGS", "CXX11FLAGS", "CXX14FLAGS", "CXX17FLAGS", "FFLAGS")
  own <- tools::makevars_user()
  writeLines(c(if (length(own)) paste("include", own), paste(flags, "+= -O0 -g0")), file)
  Sys.setenv(R_MAKEVARS_USER = file)
}

# Code is compiled to bytes for what runs at every expectation of a test; elsewhere R compiles by
# itself what is called often, which is little, and all of it would take half the time of building.
install_options <- function(building) {
  compiled <- c("magrittr", "R6", "rlang", "testthat", "waldo", "withr")
  options <- lapply(building, function(name) {
    c("--no-docs", "--no-test-load", if (!name %in% compiled) "--no-byte-compile")
  })
  stats::setNames(options, building)
}

install_missing <- function(names) {
  # The repository as configured or, where nothing is configured, the first of R's own list.
  if ("@CRAN@" %in% getOption("repos") || !length(getOption("repos"))) {
    utils::chooseCRANmirror(ind = 1L, local.only = TRUE)
  }
  available <- utils::available.packages()
  building <- packages_to_build(names, available)
  unknown <- setdiff(building, rownames(available))
  if (length(unknown)) {
    stop("Not to be had from the configured repository: ", toString(unknown),
         ".\nIs the network up, and does options(\"repos\") name a repository?", call. = FALSE)
  }
  message("Building into .library, once (a minute or two):\n  ",
          paste(strwrap(toString(building), 88L), collapse = "\n  "))
  started <- proc.time()[["elapsed"]]
  unlink(file.path(library_path, building), recursive = TRUE)
  output <- tempfile("output")
  dir.create(output)
  compile_fast()
  utils::install.packages(building, lib = library_path, available = available, Ncpus = 2L,
                          quiet = TRUE, keep_outputs = output,
                          INSTALL_opts = install_options(building))
  failed <- building[!dir.exists(file.path(library_path, building))]
  if (length(failed)) {
    # What needs a package that failed was not tried, and has said nothing.
    said <- Filter(file.exists, file.path(output, paste0(failed, ".out")))
    writeLines(unlist(lapply(said, readLines)))
    stop("Could not install ", toString(failed), ": the lines above say why.", call. = FALSE)
  }
  message("Built in ", round(proc.time()[["elapsed"]] - started), " s.")
}

missing <- not_ready(commandArgs(trailingOnly = TRUE))
if (length(missing)) {
  # Variables of the surrounding make would reach the makes that build the packages; the
  # locks are those of an interrupted run; and fs carries its libuv with it, if asked.
  Sys.unsetenv(c("MAKEFLAGS", "MFLAGS", "MAKELEVEL"))
  Sys.setenv(USE_BUNDLED_LIBUV = "1")
  unlink(Sys.glob(file.path(library_path, "00LOCK*")), recursive = TRUE)
  install_missing(missing)
  missing <- not_ready(missing)
  if (length(missing)) {
    stop("Installed, but it cannot be loaded or is too old: ", toString(missing), call. = FALSE)
  }
}
