# Arrays of package DelayedArray, on the disk or computed when they are asked for.

#' @exportS3Method
block_source.DelayedArray <- function(x, block = NULL, ...) {
  check_dots(list(...), "block_source", "block")
  check_installed("DelayedArray", "reading a DelayedArray", bioconductor = TRUE)
  if (length(dim(x)) != 2L) stop_input("x", "an array of two dimensions", describe(x))
  width <- if (is.null(block)) array_width(x) else check_count(block, "block")
  sparse <- DelayedArray::is_sparse(x)
  columns <- equal_columns(ncol(x), width)
  new_source("block_array", dim(x), dimnames(x), columns, sparse,
             what = paste("a", class(x)[[1L]]),
             largest = if (sparse) NA_real_ else 8 * nrow(x) * max(columns), x = x)
}

# The number of columns in about 64 MB. It is a multiple of the file's chunks, if it has any.
array_width <- function(x) {
  width <- dense_width(nrow(x))
  chunk <- DelayedArray::chunkdim(x)[2L]
  if (is.null(chunk) || is.na(chunk) || chunk > width) width else width - width %% chunk
}

#' @export
read_block.block_array <- function(source, i) {
  at <- columns_of(source, i)
  part <- source$x[, at, drop = FALSE]
  if (source$sparse) return(methods::as(part, "dgCMatrix"))
  DelayedArray::extract_array(part, list(NULL, NULL))
}
