# One pass of solver "online" beside scikit-learn's MiniBatchNMF from the same start and batches,
# and passes until the online fit ends beside the batch fit: the table in ?solver_online. No timing.
#
#   Rscript bench/online.R [--rank=10] [--batch=64] [--starts=5] [--seed=1] [--python=python3]
#                          [--losses=frobenius,kl,is] [--save=inst/large/online.csv]
#
# --save writes every start's values, of which the vignette and a test take theirs.
#
# Every basis is judged alike: its H is solved exactly for the scaled digits of the package, and
# F is divided by that of the batch fit from the same start. MiniBatchNMF is run with six settings;
# shown are its default and its best by the median.
source("bench/common.R")
source("bench/contenders.R")
one_thread()
.libPaths(c(normalizePath(".library"), .libPaths()))
library(metanmf)
print_header("Online, digits")
rank <- bench_option("rank", 10)
batch <- bench_option("batch", 64)
starts <- bench_option("starts", 5)
python <- find_python()

x <- unname(scale_minmax(digits$x))
# Whole batches, so that both sides cut alike.
x <- x[, seq_len(ncol(x) %/% batch * batch)]
losses <- c(frobenius = "frobenius", kl = "kullback-leibler", is = "itakura-saito")

left <- function(w, data, loss) {
  objective <- function(h) nmf(data, rank, init = list(w = w, h = h), loss = loss, max_iter = 1,
                               tol = 0, known = list(w = w))$value
  objective(predict(as_nmf(w, loss = loss), data))
}

# F / F of the batch fit for every basis that MiniBatchNMF makes in one pass.
peers_left <- function(data, start, loss, whole) {
  folder <- tempfile("online")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  write <- function(values, name) writeBin(as.vector(values), file.path(folder, name))
  write(data, "x")
  write(start$h, "h")
  write(start$w, "w")
  system2(python, c("bench/online.py", folder, dim(data), rank, batch, losses[[loss]]))
  files <- list.files(folder, "^basis", full.names = TRUE)
  values <- vapply(files, function(file) {
    left(matrix(readBin(file, "double", nrow(data) * rank), nrow(data)), data, loss) / whole
  }, 0)
  stats::setNames(values, sub("basis-", "", basename(files)))
}

measure <- function(loss, seed) {
  # Itakura-Saito takes positive data.
  data <- if (loss == "is") x + 0.1 else x
  set.seed(seed)
  start <- init_random(data, rank)
  fit <- function(...) suppressWarnings(nmf(data, rank, init = start, loss = loss, ...))
  whole <- fit(max_iter = 3000)$value
  online <- solver_online(batch = batch)
  once <- fit(solver = online, max_iter = 1)
  ended <- fit(solver = online, max_iter = 300)
  c(once = left(basis(once), data, loss) / whole, ended = ended$value / whole,
    passes = ended$iterations,
    if (nzchar(python)) peers_left(data, start, loss, whole))
}

saved <- list()
for (loss in bench_names("losses", names(losses))) {
  seeds <- bench_option("seed", 1) + seq_len(starts) - 1
  found <- do.call(cbind, lapply(seeds, measure, loss = loss))
  saved[[loss]] <- data.frame(loss = loss, seed = rep(seeds, each = nrow(found)),
                              what = rownames(found), value = signif(as.vector(found), 8))
  middle <- apply(found, 1L, stats::median)
  peers <- middle[setdiff(names(middle), c("once", "ended", "passes"))]
  say(sprintf("%-9s  one pass %.3f   until it ends %.4f (%d passes)", loss, middle[["once"]],
              middle[["ended"]], as.integer(middle[["passes"]])))
  if (length(peers)) {
    say(sprintf("           MiniBatchNMF as it is %.3f   best %.3f (%s)", peers[["kept-0.7"]],
                min(peers), names(peers)[which.min(peers)]))
  }
}
if (!is.null(bench_option("save"))) {
  utils::write.csv(do.call(rbind, saved), bench_option("save"), row.names = FALSE, quote = FALSE)
}
