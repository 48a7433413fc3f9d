# 10x and .h5ad files, read by package hdf5r. On the disk they have compressed columns or all
# entries.

# A source for such a file, or an error that says what is missing.
hdf5_source <- function(path) {
  check_installed("hdf5r", "reading an HDF5 file by blocks")
  file <- open_hdf5(path)
  kind <- hdf5_kind(file, path)
  columns <- if (kind$sparse) cut_starts(file[[kind$starts]][])
             else equal_columns(kind$dim[[2L]], dense_width(kind$dim[[1L]]))
  new_source("block_hdf5", kind$dim, kind$names, columns, kind$sparse,
             what = paste0(kind$what, ", ", path),
             largest = if (kind$sparse) NA_real_ else 8 * kind$dim[[1L]] * max(columns),
             path = path, at = kind[c("data", "rows", "starts")])
}

# What the file holds: list(what, dim, names, sparse, data, rows, starts), the last three the names
# of its datasets.
hdf5_kind <- function(file, path) {
  if (has_path(file, c("matrix", "indptr"))) return(kind_10x(file))
  if (!file$exists("X")) {
    stop_input("x", "a 10x file, with a group `matrix`, or an .h5ad file, with an `X`",
               describe(path), "block_source(function(i) ...) reads any other file.")
  }
  names <- list(h5ad_names(file, "var"), h5ad_names(file, "obs"))
  x <- file[["X"]]
  if (inherits(x, "H5D")) {
    return(list(what = "an .h5ad file", dim = x$dims, names = names, sparse = FALSE, data = "X"))
  }
  kind <- hdf5r::h5attr(x, "encoding-type")
  if (!identical(kind, "csr_matrix")) {
    stop_input("x", "an .h5ad file whose X is dense or has compressed rows (csr_matrix)",
               paste0(describe(path), ", whose X is ", describe(kind)),
               "Write it with samples in compressed rows: adata.X = adata.X.tocsr().")
  }
  list(what = "an .h5ad file", dim = rev(hdf5r::h5attr(x, "shape")), names = names, sparse = TRUE,
       data = "X/data", rows = "X/indices", starts = "X/indptr")
}

# Whether a path exists, asked for one step at a time, since HDF5 fails if the first steps do not
# exist.
has_path <- function(file, path) {
  for (k in seq_along(path)) {
    if (!file$exists(paste(path[seq_len(k)], collapse = "/"))) return(FALSE)
  }
  TRUE
}

kind_10x <- function(file) {
  named <- function(...) {
    if (has_path(file, c(...))) as.character(file[[paste(c(...), collapse = "/")]][])
  }
  list(what = "a 10x file", dim = file[["matrix/shape"]][],
       names = list(named("matrix", "features", "id"), named("matrix", "barcodes")),
       sparse = TRUE, data = "matrix/data", rows = "matrix/indices", starts = "matrix/indptr")
}

# The names of the samples (obs) or features (var): the column that the group names as its index.
h5ad_names <- function(file, side) {
  index <- if (file$exists(side)) file[[side]]
  if (!inherits(index, "H5Group")) return(NULL)
  name <- if (index$attr_exists("_index")) hdf5r::h5attr(index, "_index") else "_index"
  if (index$exists(name)) as.character(index[[name]][])
}

# A file is opened once in a process, since opening it takes longer than reading a block.
open_hdf5 <- function(path) {
  key <- paste0(Sys.getpid(), path)
  file <- process$hdf5[[key]]
  if (!is.null(file) && file$is_valid) return(file)
  file <- tryCatch(hdf5r::H5File$new(path, "r"), error = function(fault) {
    stop_input("x", "an HDF5 file that can be opened", describe(path))
  })
  process$hdf5 <- stats::setNames(list(file), key)
  file
}

#' @export
read_block.block_hdf5 <- function(source, i) {
  file <- open_hdf5(source$path)
  at <- columns_of(source, i)
  first <- at[[1L]]
  last <- at[[length(at)]]
  if (!source$sparse) return(file[[source$at$data]][, first:last, drop = FALSE])
  starts <- file[[source$at$starts]][first:(last + 1L)]
  entries <- starts[[1L]] + seq_len(starts[[length(starts)]] - starts[[1L]])
  part <- function(name) {
    if (length(entries)) file[[name]][entries[[1L]]:entries[[length(entries)]]] else integer()
  }
  ascending_columns(as.integer(part(source$at$rows)), as.numeric(part(source$at$data)),
                    as.integer(starts - starts[[1L]]), c(source$dim[[1L]], length(at)))
}

# Rows of a column may stand in any order in such a file.
ascending_columns <- function(rows, values, starts, shape) {
  column <- rep(seq_len(shape[[2L]]), diff(starts))
  order <- order(column, rows)
  methods::new("dgCMatrix", i = rows[order], p = starts, x = values[order], Dim = as.integer(shape))
}

#' @exportS3Method
where_block.block_hdf5 <- function(source, i) paste0(" (", basename(source$path), ")")
