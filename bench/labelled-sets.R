# Labelled data for bench/graph-lambda.R: labelled_sets[[name]](folder) gives list(x, labels, rank,
# graph) or NULL where the file or the package is not here. Defines functions only.

# The object `name` of name.rda in the folder, as packages have it in their sources, or NULL.
stored_object <- function(folder, name, file = name) {
  path <- file.path(folder, paste0(file, ".rda"))
  if (!file.exists(path)) return(NULL)
  at <- new.env()
  load(path, at)
  at[[name]]
}

labelled <- function(x, labels, graph = knn_graph) {
  labels <- factor(labels)
  list(x = x, labels = labels, rank = nlevels(labels), graph = graph)
}

stored_set <- function(file, change = identity) function(folder) {
  path <- file.path(folder, file)
  if (file.exists(path)) change(read_set(path))
}

labelled_sets <- list(
  digits = function(folder) read_set("digits"),
  coil20 = stored_set("coil20.rds"),
  faces = stored_set("olivetti.rds"),
  fmnist = function(folder) {
    path <- file.path(folder, "fmnist6000.rds")
    if (!file.exists(path)) return(NULL)
    stored <- readRDS(path)
    pixels <- matrix(as.integer(stored$x), nrow(stored$x)) / 255
    labelled(pixels[, 1:2000], stored$labels[1:2000])
  },
  pbmc3k = stored_set("pbmc3k.rds"),
  tissues = function(folder) {
    d <- stored_object(folder, "tissue_gene_expression")
    if (!is.null(d)) labelled(t(d$x), d$y)
  },
  panc8 = function(folder) {
    d <- stored_object(folder, "panc8_small")
    if (is.null(d) || !requireNamespace("SeuratObject", quietly = TRUE)) return(NULL)
    labelled(SeuratObject::GetAssayData(d, slot = "data"), d$celltype, cosine_graph)
  },
  usps = function(folder) {
    d <- stored_object(folder, "digits", "usps")
    if (is.null(d)) return(NULL)
    pick <- seq.int(1L, 11000L, by = 6L)
    labelled(unname(as.matrix(d)[, pick]) / 255, rep(c(1:9, 0), each = 1100)[pick])
  },
  golub = function(folder) {
    if (!requireNamespace("NMF", quietly = TRUE)) return(NULL)
    at <- new.env()
    utils::data("esGolub", package = "NMF", envir = at)
    x <- Biobase::exprs(at$esGolub)
    labelled(log1p(x), paste(at$esGolub$ALL.AML, at$esGolub$Cell))
  },
  cells_raw = function(folder) {
    path <- file.path(folder, "pbmc3k.rds")
    if (!file.exists(path)) return(NULL)
    d <- readRDS(path)
    genes <- order(-Matrix::rowSums(d$x))[1:1000]
    labelled(d$x[genes, ], d$type, cosine_graph)
  })
