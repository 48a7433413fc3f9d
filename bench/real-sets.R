# Real data for bench/lambda.R and bench/rank-real.R: read_set(file) gives list(x, labels, rank,
# graph), with the rank that is fitted there and what makes a graph of x. `file` is "digits", which
# come with the package, or where pbmc3k.rds, coil20.rds or olivetti.rds lies. Images are reduced to
# 16 x 16 by means of their pixels; of the cells' genes the 1000 most variable ones are taken, as
# log counts per 10^4. Defines functions only.
cosine_graph <- function(x, ...) knn_graph(x, ..., metric = "cosine")
mean_pixels <- function(x, side, by) {
  places <- matrix(seq_len(side^2), side)
  at <- function(row, column) {
    places[seq(row, side, by), seq(column, side, by)]
  }
  cells <- expand.grid(row = seq_len(by), column = seq_len(by))
  Reduce(`+`, Map(function(row, column) x[at(row, column), ], cells$row, cells$column)) / by^2
}
variable_genes <- function(counts, genes) {
  l <- counts
  l@x <- log1p(1e4 * l@x / rep(Matrix::colSums(l), diff(l@p)))
  variance <- Matrix::rowMeans(l^2) - Matrix::rowMeans(l)^2
  l[order(-variance)[seq_len(genes)], ]
}
read_set <- function(file) {
  if (file == "digits") {
    return(list(x = scale_minmax(digits$x), labels = digits$labels, rank = 10, graph = knn_graph))
  }
  stored <- readRDS(file)
  if (!is.null(stored$type)) {
    return(list(x = variable_genes(stored$x, 1000), labels = stored$type, rank = 10,
                graph = cosine_graph))
  }
  x <- matrix(as.integer(stored$x), nrow(stored$x)) / 255
  side <- sqrt(nrow(x))
  list(x = mean_pixels(x, side, side / 16), labels = stored$labels,
       rank = length(unique(stored$labels)), graph = knn_graph)
}
