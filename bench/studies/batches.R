# Real data with batches and known groups. Loaded by run.R; defines functions only.
#   panc8_small.rda    of the source of CRAN's package bbknnR: pancreas cells, 5 technologies
#   enterotype.RData   of Bioconductor's phyloseq: gut microbes, 3 technologies
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
  })

loaded <- function(folder, file, name) {
  path <- file.path(folder, file)
  if (!file.exists(path)) return(NULL)
  at <- new.env()
  suppressWarnings(load(path, at))
  at[[name]]
}

# Features of one size in each batch, as is usual before data sets are joined: divided by the root of
# their mean square there.
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

# Data as they are first, since scaled ones are dense and take longer.
run_batches <- function(seeds, rows, folder, scaled = FALSE) {
  chosen <- grep("_scaled", names(batch_arms), value = TRUE, invert = !scaled)
  for (name in names(batch_sets)) {
    set <- batch_sets[[name]](folder)
    if (is.null(set)) {
      message(name, " is left out: its file is not in --data")
      next
    }
    known <- !is.na(set$group)
    for (seed in seeds) for (arm in chosen) {
      key <- data.frame(set = name, seed, arm)
      if (rows$has(key)) next
      start_stream("batches", name, seed, arm)
      fit <- batch_arms[[arm]](set$x, set$batch, nlevels(set$group))
      h <- unit_coef(list(w = basis(fit), h = coef(fit)))
      found <- suppressWarnings(cluster_samples(h, nlevels(set$group), normalise = "l2"))
      rows$add(cbind(key, nmi_group = nmi(found[known], set$group[known]),
                     nmi_batch = nmi(found, set$batch), mixing = batch_mixing(h, set$batch)))
    }
  }
}
