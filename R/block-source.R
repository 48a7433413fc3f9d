# Class block_source: data in blocks of columns, of which no more than a few are in memory at a
# time.

#' Data in blocks, larger than memory
#'
#' `block_source()` describes an m x n matrix that is read by blocks of columns: from files, from a
#' function, or from a matrix in memory. [nmf()], [gnmf()], [knn_graph()], [adapt()],
#' [select_rank()] and [predict()][predict.nmf_fit()] take it in the place of a matrix, and
#' [group_nmf()], [inmf()] and [meta_nmf()] as a task. Fits hold no more than `threads` blocks at a
#' time beside the factors. `write_blocks()` writes any such data to a folder of files that
#' `block_source()` reads.
#'
#' @details For the step of a block of columns a fit needs only W, and it gets back the H of the
#'   block and two small sums (see [nmf()]). That is why the whole of X is never needed. The sums
#'   are added in the order of the blocks. So the fit depends on where X is cut, and neither on
#'   `threads` nor on what holds the data. If X is cut where `nmf()` cuts a matrix itself, the
#'   factors from the same start are the same to the last bit. If it is cut elsewhere, they agree to
#'   1e-10 after 25 iterations.
#'
#'   The first pass of a verb checks sizes, names, and negative and missing entries, block by block,
#'   before any work is done. It reads all of the data once, as every iteration does, and a message
#'   says how long that took if it was more than a second. Later passes compare the smallest and the
#'   largest entry, the sum and the sum of squares of a block with those of the first pass. If they
#'   differ, the data changed during the fit, and the verb stops.
#'
#'   H, r x n, stays in memory. `print()` says how much memory a fit takes at a given rank, and how
#'   often it reads the data.
#'
#' @section What holds the data:
#' | `x` | blocks |
#' | --- | --- |
#' | a matrix or a sparse matrix of package Matrix | columns of it, `block` at a time |
#' | the name of a folder | its `.rds` files in the order of their names, a matrix each |
#' | the name of a 10x (version 3) or `.h5ad` file | columns of its matrix, by package hdf5r |
#' | a `DelayedArray` | columns of it, of whole chunks of its file, by its package |
#' | a function | what `x(1)`, `x(2)`, ... return, a matrix each |
#'
#' A matrix is cut into blocks of about 64 MB: as many columns as give 2^26 bytes. With dense data
#' their number is a multiple of 64, if there are more than 64. Files and functions have the blocks
#' that they have. Blocks are dense matrices or sparse ones of package Matrix (compressed columns
#' are read fastest), all of one kind, with features in rows.
#'
#' A folder that `write_blocks()` made has an index, so that opening it reads no data. Any other
#' folder of `.rds` files is read once when it is opened, to learn sizes and names.
#'
#' A function can read anything from which some columns can be had. Here are three examples:
#'
#' ```
#' # Matrix Market files, each with some of the columns
#' files <- sort(list.files("counts", "[.]mtx$", full.names = TRUE))
#' x <- block_source(function(i) Matrix::readMM(files[[i]]), columns = widths, features = genes)
#'
#' # A table of triplets (gene, cell, count) in a database, 5000 cells at a time
#' ask <- "SELECT gene, cell, count FROM counts WHERE cell > ? AND cell <= ?"
#' x <- block_source(function(i) {
#'   part <- DBI::dbGetQuery(connection, ask, params = list(5000 * (i - 1), 5000 * i))
#'   Matrix::sparseMatrix(part$gene, part$cell - 5000 * (i - 1), x = part$count, dims = c(m, 5000))
#' }, columns = rep(5000, cells / 5000), features = genes)
#'
#' # Triplets in Parquet files, one for each block
#' x <- block_source(function(i) {
#'   part <- nanoparquet::read_parquet(files[[i]])
#'   Matrix::sparseMatrix(part$row, part$column, x = part$value, dims = c(m, widths[[i]]))
#' }, columns = widths, features = m)
#' ```
#'
#' @param x A matrix, the name of a folder, or a function of one number, see What holds the data.
#'   For `write_blocks()` also a block source.
#' @param block Number of columns in a block of a matrix. `NULL` (default) makes blocks of about
#'   64 MB. Files and functions have blocks of their own.
#' @param columns For a function: the number of columns of each block.
#' @param features For a function: the names of the features, or their number.
#' @param samples For a function: the names of all samples, or `NULL` (default) for none.
#' @param path A folder for the blocks, new or empty.
#' @param ... Must be empty.
#' @return `block_source()` returns an object of class `block_source`. [dim()] and [dimnames()] give
#'   its shape and names. `read_block()` returns block i, as it was stored. `source[i, j]` returns
#'   some features and samples as a matrix, and reads only the blocks that have them: `source[,
#'   sample(ncol(source), 1000)]` are 1000 samples at random. `write_blocks()` returns the source of
#'   the folder, invisibly.
#' @section Errors: An error of class `metanmf_error` names the block if it cannot be read, is no
#'   matrix, has other features or another number of columns than its source says, is sparse while
#'   the others are dense, has negative, missing or infinite entries, or changed during the call. If
#'   the disk is full, `write_blocks()` says so and leaves no incomplete block: it writes the index
#'   last.
#' @examples
#' x <- scale_minmax(digits$x[, 1:300])
#' folder <- tempfile("blocks")
#' write_blocks(x, folder, block = 100)
#' source <- block_source(folder)
#' source
#' set.seed(1)
#' fit <- nmf(source, 5, max_iter = 20, tol = 0)
#' predict(fit, source)[, 1:3]
#'
#' # Anything else, by a function
#' parts <- block_source(function(i) x[, 100 * (i - 1) + 1:100], columns = c(100, 100, 100),
#'                       features = nrow(x))
#' unlink(folder, recursive = TRUE)
#' @export
block_source <- function(x, block = NULL, ...) UseMethod("block_source")

#' @rdname block_source
#' @export
block_source.default <- function(x, block = NULL, ...) {
  check_dots(list(...), "block_source", "block")
  x <- as_numbers(x, "x")
  new_source("block_memory", dim(x), dimnames(x), cut_columns(x, block), sparse = !is.matrix(x),
             what = "a matrix in memory", largest = largest_part(x, cut_columns(x, block)), x = x)
}

#' @rdname block_source
#' @export
block_source.block_source <- function(x, block = NULL, ...) {
  refuse_block(block, "a block source has its own")
  x
}

#' @rdname block_source
#' @export
block_source.function <- function(x, block = NULL, ..., columns, features, samples = NULL) {
  check_dots(list(...), "block_source.function", c("columns", "features", "samples"))
  refuse_block(block, "`columns` says how many columns each block has")
  check_given("columns", "the number of columns of each block, such as c(1000, 1000, 400)")
  check_given("features", "the names of the features, or their number")
  if (!is.numeric(columns) || !length(columns) || anyNA(columns) || any(columns < 1) ||
        any(columns != round(columns))) {
    stop_input("columns", "whole numbers of at least 1, one for each block", describe(columns))
  }
  named <- is.character(features)
  count <- if (named) length(features) else check_count(features, "features")
  if (!is.null(samples) && length(samples) != sum(columns)) {
    stop_input("samples", paste("the names of all", sum(columns), "samples, or NULL"),
               describe(samples))
  }
  new_source("block_function", c(count, sum(columns)),
             list(if (named) features, if (!is.null(samples)) as.character(samples)),
             columns, what = "a function", read = x)
}

#' @export
dim.block_source <- function(x) x$dim

#' @export
dimnames.block_source <- function(x) {
  if (is.null(x$names[[1L]]) && is.null(x$names[[2L]])) NULL else x$names
}

refuse_block <- function(block, why) {
  if (is.null(block)) return(invisible())
  stop_input("block", paste("left out here:", why), describe(block),
             "write_blocks(x, path, block = ) cuts data anew.")
}

# `columns` has the number of columns of each block. `sparse` is NA if it is not known before a
# block is read. `largest` is the number of bytes of the largest block in memory, or NA. `...` is
# what the class reads its blocks from.
new_source <- function(class, dim, names, columns, sparse = NA, what = "",
                       largest = NA_real_, ...) {
  if (dim[[2L]] > .Machine$integer.max) {
    stop_input("x", "of at most 2^31 - 1 samples", format(dim[[2L]]))
  }
  structure(list(dim = as.integer(dim), names = if (is.null(names)) list(NULL, NULL) else names,
                 columns = as.integer(columns), sparse = sparse, what = what,
                 largest = largest, ...),
            class = c(class, "block_source"))
}

is_source <- function(x) inherits(x, "block_source")

# The numbers of the columns of block i in the whole.
columns_of <- function(source, i) {
  sum(source$columns[seq_len(i - 1L)]) + seq_len(source$columns[[i]])
}
