# Real data with batches and known groups. Loaded by run.R; defines functions only.
#   panc8_small.rda    of the source of CRAN's package bbknnR: pancreas cells, 5 technologies
#   enterotype.RData   of Bioconductor's phyloseq: gut microbes, 3 technologies
#   WGS_PCAWG.96.csv, WES_TCGA.96.csv  of the public repository steverozen/PCAWG7: mutations of
#                      whole genomes and of exomes
# The objects are read by their slots, so that neither package nor Seurat is needed.

batch_sets <- list(
  panc8 = function(folder) {
    object <- loaded(folder, "panc8_small.rda", "panc8_small")
    if (is.null(object)) return(NULL)
    about <- attr(object, "meta.data")
    list(x = attr(attr(object, "assays")$RNA, "data"), batch = factor(about$tech),
         group = factor(about$celltype))
  },
  enterotype = function(folder) {
    object <- loaded(folder, "enterotype.RData", "enterotype")
    if (is.null(object)) return(NULL)
    counts <- attr(object, "otu_table")
    about <- attr(object, "sam_data")
    column <- function(name) factor(unclass(about)[[match(name, attr(about, "names"))]])
    x <- matrix(as.numeric(unclass(counts)), attr(counts, "dim")[[1L]])
    list(x = x[rowSums(x) > 0, ], batch = column("SeqTech"), group = column("Enterotype"))
  },
  pcawg = function(folder) {
    files <- file.path(folder, c(genomes = "WGS_PCAWG.96.csv", exomes = "WES_TCGA.96.csv"))
    if (!all(file.exists(files))) return(NULL)
    studies <- lapply(files, read_catalogue)
    shared <- Reduce(intersect, lapply(studies, function(one) levels(one$type)))
    kept <- lapply(studies, function(one) {
      at <- unlist(lapply(shared, function(type) which(one$type == type)[1:most_of_type]))
      list(x = one$x[, at], type = as.character(one$type[at]))
    })
    list(x = do.call(cbind, lapply(kept, `[[`, "x")),
         batch = factor(rep(c("genomes", "exomes"), vapply(kept, function(one) ncol(one$x), 1L))),
         group = factor(unlist(lapply(kept, `[[`, "type"))))
  })

# Proportions of 96 kinds of mutations in samples with at least 50, of cancers with at least
# `most_of_type` of these, the first of which are taken.
most_of_type <- 35L
read_catalogue <- function(path) {
  table <- utils::read.csv(path, check.names = FALSE)
  x <- as.matrix(table[, -(1:2)])
  x <- x[, colSums(x) >= 50]
  type <- tolower(sub("::.*", "", colnames(x)))
  enough <- names(which(table(type) >= most_of_type))
  at <- type %in% enough
  list(x = unname(x[, at] / rep(colSums(x[, at]), each = 96)), type = factor(type[at]))
}

loaded <- function(folder, file, name) {
  path <- file.path(folder, file)
  if (!file.exists(path)) return(NULL)
  at <- new.env()
  suppressWarnings(load(path, at))
  at[[name]]
}

# Features of one size in each batch, as is usual before data sets are joined: divided by the root
# of their mean square there.
scale_in_batch <- function(x, batch) {
  x <- as.matrix(x)
  for (name in levels(batch)) {
    at <- batch == name
    size <- sqrt(rowMeans(x[, at]^2))
    x[, at] <- x[, at] / ifelse(size > 0, size, 1)
  }
  x
}

# Of the 20 nearest neighbours of a sample, by the angle of their coefficients, the share in other
# batches, over what it would be if batches were mixed at random: 1 is mixed, 0 apart.
batch_mixing <- function(h, batch, k = 20) {
  unit <- h / rep(pmax(sqrt(colSums(h^2)), 1e-300), each = nrow(h))
  near <- crossprod(unit)
  diag(near) <- -Inf
  mean(vapply(seq_along(batch), function(j) {
    mean(batch[order(-near[, j])[seq_len(k)]] != batch[[j]]) / mean(batch[-j] != batch[[j]])
  }, 0))
}

batch_arms <- c(
  list(plain = function(x, batch, rank) plain_fit(x, rank)),
  stats::setNames(lapply(1:3, function(q) {
    function(x, batch, rank) group_fit(x, rank, q, batch = batch)
  }), paste0("group_", 1:3)),
  list(plain_more = function(x, batch, rank) plain_fit(x, rank + 2),
       plain_scaled = function(x, batch, rank) plain_fit(scale_in_batch(x, batch), rank)),
  stats::setNames(lapply(1:3, function(q) {
    function(x, batch, rank) group_fit(scale_in_batch(x, batch), rank, q, batch = batch)
  }), paste0("group_", 1:3, "_scaled")))
batch_arms$inmf <- function(x, batch, rank) {
  inmf(x, rank, lambda = 5, batch = batch, max_iter = iterations, tol = 0)
}
batch_arms$inmf_scaled <- function(x, batch, rank) {
  batch_arms$inmf(scale_in_batch(x, batch), batch, rank)
}

# Integrative NMF by package RcppPlanc, as rliger runs it: 30 iterations, lambda 5. No part of the
# study where it is not installed.
planc_fit <- function(x, batch, rank) {
  at <- split(seq_len(ncol(x)), batch)
  fit <- RcppPlanc::inmf(lapply(at, function(one) x[, one]), rank, lambda = 5, niter = 30,
                         nCores = 1, verbose = FALSE)
  h <- matrix(0, rank, ncol(x))
  h[, unlist(at)] <- t(do.call(rbind, fit$H))
  list(w = fit$W, h = h)
}
if (requireNamespace("RcppPlanc", quietly = TRUE)) {
  batch_arms$planc <- planc_fit
  batch_arms$planc_scaled <- function(x, batch, rank) {
    planc_fit(scale_in_batch(x, batch), batch, rank)
  }
}

# Data as they are first, since scaled ones are dense and take longer.
run_batches <- function(seeds, rows, folder, scaled = FALSE) {
  chosen <- grep("_scaled", names(batch_arms), value = TRUE, invert = !scaled)
  run_sets(batch_sets, chosen, seeds, rows, folder)
}

run_sets <- function(sets, chosen, seeds, rows, folder) {
  for (name in names(sets)) {
    set <- sets[[name]](folder)
    if (is.null(set)) {
      message(name, " is left out: its file is not in --data")
      next
    }
    known <- !is.na(set$group)
    for (seed in seeds) for (arm in setdiff(chosen, set$without)) {
      key <- data.frame(set = name, seed, arm)
      if (rows$has(key)) next
      start_stream("batches", name, seed, arm)
      fit <- batch_arms[[arm]](set$x, set$batch, nlevels(set$group))
      h <- unit_coef(list(w = fit$w, h = fit$h))
      found <- suppressWarnings(cluster_samples(h, nlevels(set$group), normalise = "l2"))
      rows$add(cbind(key, nmi_group = nmi(found[known], set$group[known]),
                     nmi_batch = nmi(found, set$batch), mixing = batch_mixing(h, set$batch)))
    }
  }
}
