# Many cells on one machine: a whole fit of sparse counts in a folder of blocks, its time, its
# memory beside what print() promises, and one pass of solver "online" beside it.
#
#   Rscript bench/cells.R --data=FOLDER [--cells=1e6] [--genes=2000] [--block=20000] [--rank=20]
#                         [--iterations=20] [--keep=0.75] [--folder=FOLDER] [--seed=1]
#                         [--save=inst/large/cells.csv]
#
# FOLDER of --data holds pbmc3k.rds, a list whose `x` is a sparse matrix of counts, genes x cells.
# Every cell is one of its cells drawn with replacement, of whose counts each single one stays with
# probability --keep, so that no two are alike and 5 % are stored; the genes are drawn once. The fit
# is least squares on log(1 + count). Times are elapsed ones of one thread.
source("bench/common.R")
one_thread()
.libPaths(c(normalizePath(".library"), .libPaths()))
library(metanmf)
cells <- bench_option("cells", 1e6)
genes <- bench_option("genes", 2000)
block <- bench_option("block", 20000)
rank <- bench_option("rank", 20)
iterations <- bench_option("iterations", 20)
keep <- bench_option("keep", 0.75)
seed <- bench_option("seed", 1)
folder <- bench_option("folder", tempfile("cells"))

draw_block <- function(i) {
  set.seed(seed + i)
  x <- counts[, sample(ncol(counts), block, replace = TRUE)]
  x@x <- log1p(stats::rbinom(length(x@x), as.integer(x@x), keep))
  Matrix::drop0(x)
}
if (!dir.exists(folder)) {
  counts <- methods::as(readRDS(file.path(bench_option("data"), "pbmc3k.rds"))$x, "CsparseMatrix")
  set.seed(seed)
  counts <- counts[sample(nrow(counts), genes), ]
  write_blocks(block_source(draw_block, columns = rep(block, cells / block),
                            features = genes), folder)
  rm(counts)
}
source <- block_source(folder)
stored <- sum(vapply(seq_along(source$columns), function(i) length(read_block(source, i)@x), 0L))
invisible(gc())

# Memory in MB: held now, or at most since forget_peak() (Linux).
memory <- function(field) {
  line <- grep(field, readLines("/proc/self/status"), value = TRUE)
  as.numeric(gsub("[^0-9]", "", line)) / 1024
}
forget_peak <- function() writeLines("5", "/proc/self/clear_refs")

measure <- function(name, promised, ...) {
  invisible(gc())
  before <- memory("VmRSS")
  forget_peak()
  set.seed(seed)
  seconds <- system.time(fit <- suppressMessages(suppressWarnings(nmf(source, rank, ...))))[[3L]]
  line <- data.frame(what = name, cells = ncol(source), rank, iterations = fit$iterations, seconds,
                     peak = memory("VmHWM") - before, explained = summary(fit)$explained,
                     promised = promised / 2^20, disk, scan,
                     stored = 100 * stored / prod(dim(source)))
  say(sprintf("%-10s %6.1f s  peak %5.0f MB beside the session (%.0f promised)  explained %.4f",
              name, seconds, line$peak, line$promised, line$explained),
      sprintf("  objective %.6g", fit$value))
  line
}
disk <- sum(file.size(list.files(folder, full.names = TRUE))) / 2^20
print_header("Many cells")
say(sprintf("%d x %d, %.1f %% stored, %d blocks, %.0f MB on the disk", genes, ncol(source),
            100 * stored / prod(dim(source)), length(source$columns), disk))
scan <- system.time(for (i in seq_along(source$columns)) read_block(source, i))[[3L]]
say(sprintf("one bare reading: %.1f s", scan))
inner <- asNamespace("metanmf")
lines <- rbind(measure("batch", inner$fit_memory(source, rank), max_iter = iterations, tol = 0),
               measure("online", inner$online_memory(source, rank), solver = "online",
                       max_iter = 1))
if (!is.null(bench_option("save"))) {
  utils::write.csv(format(lines, digits = 4), bench_option("save"), row.names = FALSE,
                   quote = FALSE)
}
if (is.null(bench_option("folder"))) unlink(folder, recursive = TRUE)
