# What the benchmarks share: options, timing, memory, shapes. Defines functions only.
# Run the scripts from the top folder of the package, as bench/README.md says.
options(metanmf.progress = FALSE)

# --name=value on the command line, or `default`.
bench_option <- function(name, default = NULL) {
  given <- grep(paste0("^--", name, "="), commandArgs(TRUE), value = TRUE)
  if (!length(given)) return(default)
  value <- sub("^[^=]*=", "", given[[1L]])
  if (is.numeric(default)) as.numeric(value) else value
}

# The same as a list of names, "all" of `known` by default.
bench_names <- function(name, known) {
  value <- bench_option(name)
  if (is.null(value)) return(known)
  chosen <- strsplit(value, ",", fixed = TRUE)[[1L]]
  unknown <- setdiff(chosen, known)
  if (length(unknown)) {
    stop("--", name, "=", toString(unknown), ": known are ", toString(known), call. = FALSE)
  }
  chosen
}

script_file <- function() sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE))
rscript <- function() file.path(R.home("bin"), "Rscript")

# Where bench/peers.R --install puts the peers. A package in R_LIBS is found too.
peers_library <- file.path(".library", "peers")
use_peers <- function() {
  if (dir.exists(peers_library)) .libPaths(c(normalizePath(peers_library), .libPaths()))
}

# BLAS libraries read the number of threads when they load, so a script that was started
# without it starts itself again. `more`: other variables, named.
one_thread <- function(more = NULL) {
  names <- c("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS",
             "RCPP_PARALLEL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
  wanted <- c(stats::setNames(rep("1", length(names)), names), more)
  if (all(Sys.getenv(names(wanted)) == wanted)) return(invisible())
  do.call(Sys.setenv, as.list(wanted))
  quit(status = system2(rscript(), shQuote(c(script_file(), commandArgs(TRUE)))))
}

# With a fixed threshold glibc hands freed matrices back, so that none is reused unseen
# when memory is measured. It costs time, so it is off where only time is measured.
hand_back <- c(MALLOC_MMAP_THRESHOLD_ = "131072")

# The same numbers in every run, and again after every call.
fix_seed <- function(seed = bench_option("seed", 1)) set.seed(seed)

print_header <- function(title) {
  cat(title, "\n", sep = "")
  cat("R ", as.character(getRversion()), "; BLAS ", blas_name(), "; metanmf ",
      as.character(utils::packageVersion("metanmf")), "; seed ", bench_option("seed", 1),
      "; one thread\n", sep = "")
}

# The file behind the link that R reports, which is what tells OpenBLAS from another.
blas_name <- function() {
  path <- extSoftVersion()[["BLAS"]]
  if (!nzchar(path) || !file.exists(path)) return("unknown")
  path <- normalizePath(path)
  file.path(basename(dirname(path)), basename(path))
}

say <- function(...) cat(..., "\n", sep = "")

# Processor seconds of run(). A short run is repeated until the clock's millisecond no
# longer matters.
seconds <- function(run, at_least = 0.05) {
  gc(FALSE)
  count <- 1
  repeat {
    before <- proc.time()
    for (i in seq_len(count)) run()
    used <- sum((proc.time() - before)[c("user.self", "sys.self")])
    if (used >= at_least) return(used / count)
    count <- ceiling(count * min(20, max(2, 1.3 * at_least / max(used, 1e-3))))
  }
}

# The smallest of `repeats` times of each run, the runs taking turns.
take_turns <- function(runs, repeats = bench_option("repeats", 3)) {
  times <- vapply(seq_len(repeats), function(i) vapply(runs, seconds, 0), numeric(length(runs)))
  stats::setNames(apply(matrix(times, length(runs)), 1L, min), names(runs))
}

# Memory of this process from Linux's books, in bytes; NA elsewhere.
process_memory <- function(field) {
  if (!file.exists("/proc/self/status")) return(NA_real_)
  status <- readLines("/proc/self/status")
  as.numeric(gsub("[^0-9]", "", grep(paste0("^", field), status, value = TRUE))) * 1024
}

# Bytes that run() needed at its peak beyond what the process held before.
peak_of <- function(run) {
  invisible(gc())
  before <- process_memory("VmRSS")
  if (is.na(before)) return(NA_real_)
  cat("5", file = "/proc/self/clear_refs")
  run()
  process_memory("VmHWM") - before
}

# peak_of() in a fresh process, which is this script with --peak=<key>. NA when it fails.
peak_apart <- function(key) {
  said <- suppressWarnings(
    system2(rscript(), shQuote(c(script_file(), commandArgs(TRUE), paste0("--peak=", key))),
            stdout = TRUE, stderr = FALSE, env = paste0(names(hand_back), "=", hand_back)))
  value <- sub("^peak ", "", grep("^peak ", said, value = TRUE))
  if (length(value)) as.numeric(value[[1L]]) else NA_real_
}

# The names nmf() takes as `solver` or `loss`, less those that stand for another one.
offered <- function(argument) {
  method <- utils::getS3method("nmf", "default", optional = TRUE, envir = asNamespace("metanmf"))
  eval(formals(if (is.null(method)) metanmf::nmf else method)[[argument]])
}
solvers_offered <- function() intersect(c("auto", "mu", "hals", "bpp", "ccd"), offered("solver"))

# A fit of exactly `iterations` iterations.
own_fit <- function(x, start, iterations, ...) {
  metanmf::nmf(x, ncol(start$w), init = start, ...,
               control = metanmf::nmf_control(iterations, tol = 0))
}

random_start <- function(m, n, r) {
  fix_seed()
  list(w = matrix(stats::runif(m * r), m), h = matrix(stats::runif(r * n), r))
}

relative_error <- function(x, w, h) sqrt(sum((x - w %*% h)^2) / sum(x^2))

# A set of images, as stored by readRDS() in the folder of --data= or METANMF_DATA.
read_images <- function(file) {
  folder <- bench_option("data", Sys.getenv("METANMF_DATA"))
  if (is.null(file) || !nzchar(folder)) return(NULL)
  path <- file.path(folder, file)
  if (!file.exists(path)) return(NULL)
  x <- readRDS(path)$x
  metanmf::scale_minmax(matrix(as.numeric(x), nrow(x)))
}

# Low-rank data with noise, a third of the parts' entries zero, when there are no images.
synthetic <- function(m, n, r) {
  fix_seed()
  part <- function(count) stats::rexp(count) * (stats::runif(count) > 1 / 3)
  x <- matrix(part(m * r), m) %*% matrix(part(r * n), r)
  metanmf::scale_minmax(x * stats::runif(m * n, 0.5, 1.5))
}

# Five groups around centres in [-10, 10], standard deviation 25.
blobs <- function(m, n) {
  fix_seed()
  centre <- matrix(stats::runif(m * 5, -10, 10), m)
  metanmf::scale_minmax(centre[, sample(5, n, replace = TRUE)] + stats::rnorm(m * n, sd = 25))
}

bench_shapes <- list(
  digits = list(m = 64, n = 1797, r = 10),
  coil20 = list(m = 1024, n = 1440, r = 20, file = "coil20.rds"),
  blobs = list(m = 500, n = 10000, r = 5),
  fashion = list(m = 784, n = 6000, r = 18, file = "fmnist6000.rds"),
  tall = list(m = 2000, n = 500, r = 10),
  wide = list(m = 100, n = 20000, r = 30)
)

# The data of a shape with a start, a title, and whether they are the real ones.
load_shape <- function(name) {
  shape <- bench_shapes[[name]]
  x <- switch(name, digits = metanmf::scale_minmax(metanmf::digits$x),
              blobs = blobs(shape$m, shape$n), read_images(shape$file))
  source <- if (is.null(x)) "synthetic" else if (name == "blobs") "drawn" else "images"
  if (is.null(x)) x <- synthetic(shape$m, shape$n, shape$r)
  title <- paste0(name, " ", nrow(x), "x", ncol(x), " r", shape$r, " (", source, ")")
  list(name = name, x = x, r = shape$r, title = title,
       start = random_start(nrow(x), ncol(x), shape$r))
}
