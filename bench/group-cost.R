# What a group fit costs beside a pooled one, and that it makes nothing of the size of X.
#   Rscript bench/group-cost.R [1|2|3|4|memory]
# A number: one of the shapes below. Processor seconds of 200 iterations, the least of three runs,
# of group_nmf() and inmf() with r = 10 and q = 3, and of nmf() by coordinate descent, once with all
# columns of the group fit's bases, r + N q, and once with those that a task has, r + q. Group fits
# from one start and, as they are by default, from the best of three.
# memory: X of 160 MB in five tasks: what R holds at most during a fit beside X (garbage that is not
# collected yet included), and its largest single vector, in shares of X.
library(metanmf)
options(metanmf.progress = FALSE)

draw <- function(m, n) {
  matrix(stats::rexp(m * 12), m) %*% matrix(stats::rexp(12 * n), 12) +
    matrix(stats::runif(m * n), m)
}

seconds <- function(fit) {
  min(vapply(1:3, function(i) {
    set.seed(1)
    gc()
    began <- proc.time()
    fit()
    sum((proc.time() - began)[1:2])
  }, 0))
}

shapes <- list(list(m = 64, n = 1797, count = 15), list(m = 1000, n = 2000, count = 5),
               list(m = 2000, n = 500, count = 5), list(m = 500, n = 5000, count = 10))

time <- function(shape, r = 10, q = 3) {
  x <- if (shape$m == 64) unname(digits$x) / 16 else draw(shape$m, shape$n)
  of <- rep_len(seq_len(shape$count), ncol(x))
  tasks <- lapply(split(seq_len(ncol(x)), of), function(at) x[, at])
  pooled <- function(rank) seconds(function() {
    nmf(x, rank, solver = "hals", max_iter = 200, tol = 0)
  })
  group <- function(...) seconds(function() group_nmf(tasks, r, q, max_iter = 200, tol = 0, ...))
  all <- pooled(r + shape$count * q)
  own <- pooled(r + q)
  cat(sprintf("%d x %d, %d tasks: nmf() of rank %d %.2f s, of rank %d %.2f s\n", nrow(x), ncol(x),
              shape$count, r + shape$count * q, all, r + q, own))
  found <- c("group_nmf(n_start = 1)" = group(n_start = 1), "group_nmf()" = group(),
             "inmf(n_start = 1)" = seconds(function() {
               inmf(tasks, r, 5, n_start = 1, max_iter = 200, tol = 0)
             }))
  cat(sprintf("  %-22s %.2f s, %.1f and %.1f times\n", names(found), found, found / all,
              found / own), sep = "")
}

memory <- function(m = 2000, n = 10000, count = 5) {
  set.seed(1)
  tasks <- lapply(seq_len(count), function(i) draw(m, n / count))
  size <- 8 * m * n
  before <- gc(reset = TRUE)[2, 2]
  log <- tempfile()
  utils::Rprofmem(log, threshold = size / 1000)
  group_nmf(tasks, 10, 3, max_iter = 5, tol = 0)
  utils::Rprofmem(NULL)
  most <- gc()[2, 6] - before
  lines <- grep("^[0-9]+ :", readLines(log), value = TRUE)
  largest <- max(0, as.numeric(sub(" .*", "", lines)))
  cat(sprintf("%d x %d, %d tasks: at most %.3f of X beside it, largest vector %.3f of X\n", m, n,
              count, most * 2^20 / size, largest / size))
}

part <- c(commandArgs(TRUE), "1")[[1L]]
if (part == "memory") memory() else time(shapes[[as.integer(part)]])
