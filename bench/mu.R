# Milliseconds per multiplicative iteration against plain R in the crossprod form, in
# one run, with processor times of one thread; and the peak memory of a fit.
#
#   OPENBLAS_NUM_THREADS=1 Rscript bench/mu.R          # the BLAS R uses
#   LD_PRELOAD=/path/to/reference/libblas.so.3 Rscript bench/mu.R
#
# Per iteration means the difference of two iteration counts, so starting costs drop
# out; the smallest of `repeats` runs is kept, and both contenders take turns.
library(metanmf)
options(metanmf.progress = FALSE)

shapes <- list(c(64, 1797, 10), c(784, 6000, 18), c(500, 10000, 5))
repeats <- 5

plain_mu <- function(x, w, h, iterations) {
  for (i in seq_len(iterations)) {
    h <- h * crossprod(w, x) / (crossprod(w) %*% h)
    w <- w * tcrossprod(x, h) / (w %*% tcrossprod(h))
  }
  list(w = w, h = h)
}

seconds <- function(run) {
  gc(FALSE)
  before <- proc.time()
  run
  sum((proc.time() - before)[c("user.self", "sys.self")])
}

per_iteration <- function(run, few, many) {
  1000 * (seconds(run(many)) - seconds(run(few))) / (many - few)
}

measure <- function(shape) {
  set.seed(1)
  m <- shape[1]; n <- shape[2]; r <- shape[3]
  x <- matrix(runif(m * n), m)
  start <- list(w = matrix(runif(m * r), m), h = matrix(runif(r * n), r))
  fit <- function(backend) function(iterations) {
    nmf(x, r, init = start, control = nmf_control(iterations, tol = 0, backend = backend))
  }
  contenders <- list(blas = fit("blas"), native = fit("native"),
                     plain = function(iterations) plain_mu(x, start$w, start$h, iterations))
  many <- max(6, ceiling(2e10 / (4 * m * n * r)))
  times <- replicate(repeats, vapply(contenders, per_iteration, 0, few = 2, many = many))
  best <- apply(times, 1, min)
  auto <- best[[nmf(x[1:2, 1:2], 1, control = nmf_control(1, tol = 0))$engine$backend]]
  data.frame(shape = paste0(m, "x", n, " r", r), blas = best[["blas"]],
             native = best[["native"]], plain = best[["plain"]],
             ratio = best[["plain"]] / auto)
}

# Peak of resident memory beyond what R held before the fit, X included, as a share of
# X, in a fresh R process (Linux: writing 5 to clear_refs resets the peak). X of the
# first shape is so small that R's own housekeeping outweighs it.
peak_share <- function(shape) {
  code <- sprintf(paste(
    "library(metanmf); options(metanmf.progress = FALSE);",
    "x <- matrix(runif(%d * %d), %d);",
    "memory <- function(field) { s <- readLines('/proc/self/status');",
    "as.numeric(gsub('[^0-9]', '', grep(field, s, value = TRUE))) * 1024 };",
    "f <- nmf(x[, 1:200], 2, control = nmf_control(2, tol = 0)); invisible(gc());",
    "before <- memory('VmRSS'); cat('5', file = '/proc/self/clear_refs');",
    "f <- nmf(x, %d, control = nmf_control(5, tol = 0));",
    "cat((memory('VmHWM') - before) / (8 * length(x)))"), shape[1], shape[2], shape[1],
    shape[3])
  as.numeric(system2(file.path(R.home("bin"), "Rscript"), c("-e", shQuote(code)),
                     stdout = TRUE))
}

cat("BLAS:", extSoftVersion()[["BLAS"]], "\n")
table <- do.call(rbind, lapply(shapes, measure))
if (file.exists("/proc/self/status")) table$peak_of_x <- vapply(shapes, peak_share, 0)
table[-1] <- lapply(table[-1], round, 3)
cat("ms per iteration; ratio = plain R / the backend that \"auto\" takes\n")
print(table, row.names = FALSE)
