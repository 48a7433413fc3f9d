# Rscript tools/setup.R PACKAGE...
# Makes the named packages loadable: what is missing, or older than DESCRIPTION asks, is
# built from the configured repository into the first library (make sets it to .library).

library_path <- .libPaths()[[1L]]
if (basename(library_path) != ".library") {
  stop("Run this through make, which names the library: make test, make demo.", call. = FALSE)
}

# The least versions DESCRIPTION asks for, by package.
described_versions <- function() {
  fields <- read.dcf("DESCRIPTION", fields = c("Imports", "Suggests"))
  entries <- trimws(unlist(strsplit(fields[!is.na(fields)], ",")))
  version <- ifelse(grepl(">=", entries), sub(".*>= *([0-9.-]+).*", "\\1", entries), "0")
  stats::setNames(version, sub("[[:space:]]*\\(.*", "", entries))
}

# Those of `names` that cannot be loaded, or are too old. Asked of a fresh process, for a
# package loaded here would hide the one just built.
not_ready <- function(names) {
  least <- described_versions()[names]
  least[is.na(least)] <- "0"
  code <- sprintf(paste0("if (!requireNamespace('%s', quietly = TRUE) || ",
                         "packageVersion('%s') < '%s') cat('missing:%s\\n')"),
                  names, names, least, names)
  file <- tempfile(fileext = ".R")
  writeLines(code, file)
  said <- system2(file.path(R.home("bin"), "Rscript"), shQuote(file), stdout = TRUE,
                  stderr = FALSE)
  sub("missing:", "", grep("^missing:", said, value = TRUE), fixed = TRUE)
}

# The repository as configured or, where nothing is configured, the first of R's own list.
use_repository <- function() {
  if ("@CRAN@" %in% getOption("repos") || !length(getOption("repos"))) {
    utils::chooseCRANmirror(ind = 1L, local.only = TRUE)
  }
}

# What has to be built for `names`: they and all they need, less R's own packages and less
# what is installed in the repository's version. An older copy may be too old for them.
packages_to_build <- function(names, needs, available) {
  installed <- utils::installed.packages()
  own <- rownames(installed)[installed[, "Priority"] %in% c("base", "recommended")]
  present <- intersect(rownames(installed), rownames(available))
  current <- present[package_version(installed[present, "Version"]) >=
                       package_version(available[present, "Version"])]
  union(names, setdiff(unlist(needs), c("R", own, current)))
}

# The packages that failed on their own account, and what could not be built for lack of them.
stop_failed <- function(failed, available) {
  needs <- tools::package_dependencies(failed, available)
  culprits <- failed[!vapply(needs, function(need) any(need %in% failed), NA)]
  blocked <- setdiff(failed, culprits)
  stop("Could not install ", paste(culprits, collapse = ", "), ": the lines above say why.",
       if (length(blocked)) c("\nWhat needs it is missing too: ", paste(blocked, collapse = ", ")),
       call. = FALSE)
}

install_missing <- function(names) {
  use_repository()
  available <- utils::available.packages()
  needs <- tools::package_dependencies(names, available, recursive = TRUE)
  building <- packages_to_build(names, needs, available)
  unknown <- setdiff(building, rownames(available))
  if (length(unknown)) {
    stop("Not to be had from the configured repository: ", paste(unknown, collapse = ", "),
         ".\nIs the network up, and does options(\"repos\") name a repository?", call. = FALSE)
  }
  message("Building into .library, once (up to two minutes):\n  ",
          paste(strwrap(paste(building, collapse = ", "), 88L), collapse = "\n  "))
  started <- proc.time()[["elapsed"]]
  unlink(file.path(library_path, building), recursive = TRUE)
  output <- tempfile("output")
  dir.create(output)
  utils::install.packages(building, lib = library_path, available = available, Ncpus = 2L,
                          quiet = TRUE, keep_outputs = output, INSTALL_opts = "--no-docs")
  failed <- building[!dir.exists(file.path(library_path, building))]
  if (length(failed)) {
    # Several are built at once and R itself then prints what the failed ones said.
    said <- file.path(output, paste0(building, ".out"))
    if (length(building) == 1L && file.exists(said)) writeLines(readLines(said))
    stop_failed(failed, available)
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
    stop("Installed, but it cannot be loaded or is too old: ", paste(missing, collapse = ", "),
         call. = FALSE)
  }
}
