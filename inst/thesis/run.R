# Rscript run.R [PART...] [--workers=2] [--folder=.thesis] [--results=inst/thesis/results]
#               [--seeds=N,...] [--fresh]
# Runs the thesis' experiments on all five data sets and writes a compressed CSV per part into the
# results folder. Without a PART all are run. Finished fits are kept in FOLDER, so the command can
# be stopped at any time and given again, until it ends; what the CSV has already is not run again
# either (--fresh runs it all). --seeds=6,2 stops at 6 seeds of a part's first call and 2 of its
# second: a sitting of its own, to be continued. Data: see ?load_dataset; name the folder that
# holds them by METANMF_DATA. The numbers do not depend on the number of workers.

library(metanmf)
source(system.file("thesis", "studies.R", package = "metanmf", mustWork = TRUE), local = TRUE)

small <- c("digits", "faces", "coil20")
large <- c("fmnist", "blobs")

# A call of experiment() with all that it compares.
grid <- function(data, seeds, models = c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD"),
                 ranks = c(2, 3, 5, 10, 14, 18), noise = c("clean", "noisy"),
                 variants = c("baseline", "meta", "plain_matched", "plain_long", "hals",
                              "kmeans")) {
  list(data = data, models = models, ranks = ranks, noise = noise, seeds = seeds,
       variants = variants)
}

# What each part runs, the smaller calls first, so that what is there after any interruption is
# a whole experiment with fewer seeds.
in_practice <- c("GNMF-kNN", "GNMF-auto", "NMF-auto")
short <- c("baseline", "meta", "plain_matched", "kmeans")
grids <- list(
  thesis = list(grid(small, 1:10), grid(large, 1:5)),
  author = list(
    grid("digits", 1:3, variants = short),
    grid(c("coil20", "blobs", "faces", "fmnist"), 1:3, ranks = c(3, 10), variants = short)
  ),
  practice = list(
    grid(small, 1:5, in_practice), grid(large, 1:2, in_practice),
    grid("coil20", 1:5, in_practice, ranks = 20, noise = "clean", variants = c("baseline", "hals"))
  ),
  noise = list(grid(small, 1:5, c("NMF", "GNMF"), ranks = 10, noise = seq(0, 0.8, 0.1),
                    variants = c("baseline", "meta", "plain_matched", "plain_long", "kmeans")))
)

# What a reader must know about a part beside its rows.
notes <- c(
  thesis = paste("protocol as written; faces in five disjoint tasks of 20, since 5 x 50 does not",
                 "fit in 200"),
  author = paste("protocol of the author's code, 50 epochs; two ranks on all sets but Digits,",
                 "since KL updates cost 20 times as much; faces 64 x 64; no control `plain_long`"),
  practice = "GNMF-kNN as Cai et al. (2011) published it; auto models as this package runs them",
  noise = "noise levels 0 to 0.8 at rank 10"
)

run_grid <- function(part, most, folder, known) {
  protocol <- if (part == "author") "author" else "thesis"
  results <- Map(function(call, most) {
    call$seeds <- utils::head(call$seeds, most)
    do.call(experiment, c(call, list(protocol = protocol, folder = file.path(folder, part),
                                     known = known)))
  }, grids[[part]], rep_len(most, length(grids[[part]])))
  results <- do.call(rbind, results)
  # What earlier sittings had beyond this one stays.
  rbind(results, known[!row_name(known) %in% row_name(results), ])
}

row_name <- function(rows) {
  paste(rows$dataset, rows$noise, rows$model, rows$variant, rows$rank, rows$seed)
}

# The parts in results/ as files, each with how it was made.
write_part <- function(part, results, folder) {
  seeds <- tapply(results$seed, results$dataset, function(seed) length(unique(seed)))
  header <- c(
    part = part, note = notes[[part]], command = paste("Rscript inst/thesis/run.R", part),
    commit = git_commit(),
    seeds = toString(paste(names(seeds), paste0("1..", seeds))),
    cost = sprintf("%.1f hours of one core", sum(results$seconds, na.rm = TRUE) / 3600)
  )
  write_experiment(results, file.path(folder, paste0(part, ".csv.xz")), header)
}

git_commit <- function() {
  said <- suppressWarnings(system2("git", c("rev-parse", "HEAD"), stdout = TRUE, stderr = FALSE))
  if (length(said) == 1L && nchar(said) == 40L) said else "not known"
}

read_arguments <- function(given = commandArgs(trailingOnly = TRUE)) {
  option <- function(name, default) {
    found <- grep(paste0("^--", name, "="), given, value = TRUE)
    if (length(found)) sub("^[^=]*=", "", found[[1L]]) else default
  }
  parts <- grep("^--", given, value = TRUE, invert = TRUE)
  known <- c(names(grids), names(studies))
  unknown <- setdiff(parts, known)
  if (length(unknown)) {
    stop("PART must be among ", toString(known), ".\nGiven: ", unknown[[1L]], call. = FALSE)
  }
  list(parts = if (length(parts)) parts else known, fresh = "--fresh" %in% given,
       workers = as.integer(option("workers", "2")), folder = option("folder", ".thesis"),
       results = option("results", "inst/thesis/results"),
       most = as.integer(strsplit(option("seeds", "1000"), ",")[[1L]]))
}

main <- function(parts, fresh, workers, folder, results, most) {
  # Read when a process starts, so before the workers do.
  Sys.setenv(OPENBLAS_NUM_THREADS = 1, MKL_NUM_THREADS = 1, OMP_NUM_THREADS = 1)
  options(future.globals.maxSize = Inf)
  if (workers > 1L) future::plan(future::multisession, workers = workers)
  dir.create(results, showWarnings = FALSE, recursive = TRUE)
  for (part in parts) {
    message("Part ", part)
    if (part %in% names(grids)) {
      file <- file.path(results, paste0(part, ".csv.xz"))
      known <- if (!fresh && file.exists(file)) read_experiment(file)
      write_part(part, run_grid(part, most, folder, known), results)
    } else {
      studies[[part]](results)
    }
  }
}

# Not when the tests read this file.
if (sys.nframe() == 0L) do.call(main, read_arguments())
