# Data larger than the memory that is allowed: a fit of blocks in a folder against the in-memory fit
# of a tenth of them, the time that reading takes, and the rate of the disk.
#
#   Rscript bench/scale.R [--blocks=30] [--features=2000] [--columns=2048] [--rank=20]
#                         [--iterations=3] [--folder=FOLDER] [--sparse=0] [--seed=1]
#                         [--workers=0] [--save=inst/large/scale.csv]
#
# FOLDER (by default a temporary one) gets --blocks blocks of uniform numbers, or with --sparse=0.05
# of counts of which one in twenty is stored. The fit runs in a process of its own under ulimit -v,
# which allows it a tenth of the data (or 1.2 times what print() of the source promises, where that
# is more) beside the session. Times are elapsed ones, since reading waits; files that were just
# written are in the system's cache, so that the disk's rate is that of the cache unless the data
# are larger than the machine's memory. --workers=2 also times an iteration with 1 and with 2 of
# mirai's daemons on this machine. --save writes the line that the vignette takes its numbers of.
source("bench/common.R")
one_thread()
.libPaths(c(normalizePath(".library"), .libPaths()))
library(metanmf)
blocks <- bench_option("blocks", 30)
features <- bench_option("features", 2000)
columns <- bench_option("columns", 2048)
rank <- bench_option("rank", 20)
iterations <- bench_option("iterations", 3)
sparse <- bench_option("sparse", 0)
seed <- bench_option("seed", 1)
workers <- bench_option("workers", 0)
folder <- bench_option("folder", tempfile("scale"))

draw_block <- function(i) {
  set.seed(seed + i)
  if (sparse == 0) return(matrix(stats::runif(features * columns), features))
  Matrix::rsparsematrix(features, columns, sparse,
                        rand.x = function(count) 1 + stats::rpois(count, 1))
}
if (!dir.exists(folder)) {
  write_blocks(block_source(draw_block, columns = rep(columns, blocks), features = features),
               folder)
}
source <- block_source(folder)
files <- list.files(folder, "[.]rds$", full.names = TRUE)
bytes <- sum(file.size(files))

# Seconds of one iteration: a long fit less a short one, which share all else.
code <- function(x, more = "", before = NULL) {
  c(paste0(".libPaths(", deparse1(.libPaths()), ")"), "library(metanmf)", x, before,
    "size <- function() as.numeric(gsub('[^0-9]', '', grep('VmSize',",
    "  readLines('/proc/self/status'), value = TRUE)))",
    "if (Sys.getenv('ASK') != '') { cat(size()); quit() }",
    "time <- function(count) { set.seed(1)",
    paste0("  system.time(nmf(x, ", rank, ", max_iter = count, tol = 0", more, "))[[3L]] }"),
    "invisible(time(1))",
    paste0("cat((time(", iterations + 1, ") - time(1)) / ", iterations, ")"))
}
run <- function(lines, before = "") {
  file <- tempfile(fileext = ".R")
  writeLines(lines, file)
  out <- system(paste(before, "Rscript --vanilla", shQuote(file), "2>/dev/null"), intern = TRUE)
  if (length(out)) as.numeric(out) else NA_real_
}
read <- code(paste0("x <- block_source(", deparse1(folder), ")"))
promised <- metanmf:::fit_memory(source, rank)
allowed <- max(bytes / 10, 1.2 * promised)
session <- run(read, "ASK=1")
held <- code(c(paste0("files <- ", deparse1(files[seq_len(blocks %/% 10)])),
               "x <- do.call(cbind, lapply(files, readRDS))"))
tenth <- run(held)
whole <- run(read, paste("ulimit -v", ceiling(session + allowed / 1024), ";"))
scan <- system.time(for (file in files) readRDS(file))[[3L]]
spread <- vapply(seq_len(workers), function(count) {
  run(code(paste0("x <- block_source(", deparse1(folder), ")"), ", workers = TRUE",
           paste0("mirai::daemons(", count, ")")))
}, 0)
raw <- system.time(for (file in files) readBin(file, "raw", file.size(file)))[[3L]]

say <- function(...) cat(sprintf(...), "\n", sep = "")
say(paste("data: %d x %d, %d blocks, %.0f MB on the disk;",
          "memory allowed beside the session: %.0f MB (1 to %.1f)"),
    features, blocks * columns, blocks, bytes / 2^20, allowed / 2^20, bytes / allowed)
say("promised by print(): %.0f MB", promised / 2^20)
in_memory <- tenth * blocks / (blocks %/% 10)
say("iteration in memory, of a tenth times ten: %.2f s", in_memory)
say("bare scan by readRDS: %.2f s (%.0f MB/s); of the files' bytes: %.2f s (%.0f MB/s)", scan,
    bytes / 2^20 / scan, raw, bytes / 2^20 / raw)
say("iteration of the folder: %.2f s, %.2f times (in memory + scan), %.0f %% of it reading", whole,
    whole / (in_memory + scan), 100 * scan / whole)
say("against the larger of in memory and scan: %.2f", whole / max(in_memory, scan))
if (workers > 0) {
  say("iteration with %s workers: %s s", toString(seq_len(workers)),
      toString(sprintf("%.2f", spread)))
}
if (!is.null(bench_option("save"))) {
  line <- data.frame(features, samples = blocks * columns, blocks, rank,
                     megabytes = bytes / 2^20, allowed = allowed / 2^20,
                     promised = promised / 2^20, memory = in_memory, scan, folder = whole,
                     workers_1 = spread[1L], workers_2 = spread[2L])
  utils::write.csv(format(line, digits = 4), bench_option("save"), row.names = FALSE, quote = FALSE)
}
if (is.null(bench_option("folder"))) unlink(folder, recursive = TRUE)
