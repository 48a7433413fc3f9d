# Reads and checks one block. If something is wrong with it, the error names the block.

#' @param source A block source.
#' @param i,j The number i of one of its blocks, or in `source[i, j]` features i and samples j, by
#'   numbers or names.
#' @rdname block_source
#' @export
read_block <- function(source, i) UseMethod("read_block")

#' @export
read_block.block_memory <- function(source, i) {
  if (length(source$columns) == 1L) source$x else some_columns(source$x, columns_of(source, i))
}

#' @export
read_block.block_function <- function(source, i) source$read(i)

# Consecutive columns. In a sparse matrix they are consecutive in memory, so nothing is searched.
some_columns <- function(x, at) {
  if (is.matrix(x)) return(x[, at, drop = FALSE])
  starts <- x@p[c(at, at[[length(at)]] + 1L)]
  stored <- starts[[1L]] + seq_len(starts[[length(starts)]] - starts[[1L]])
  methods::new("dgCMatrix", i = x@i[stored], p = starts - starts[[1L]], x = x@x[stored],
               Dim = c(nrow(x), length(at)),
               Dimnames = list(rownames(x), colnames(x)[at]))
}

#' @rdname block_source
#' @export
`[.block_source` <- function(x, i, j, ...) {
  if (nargs() < 3L) {
    stop_input("j", "samples by numbers or names, as in source[, 1:100]", "no comma")
  }
  check_dots(list(...), "[.block_source")
  rows <- if (!missing(i)) index_places(i, x$names[[1L]], nrow(x), "i", "features")
  columns <- if (missing(j)) seq_len(ncol(x))
    else index_places(j, x$names[[2L]], ncol(x), "j", "samples")
  some_entries(x, rows, columns)
}

# These features (NULL for all) and samples as a matrix. Only the blocks that have them are read.
some_entries <- function(source, rows, columns) {
  ends <- cumsum(source$columns)
  owner <- findInterval(columns, ends, left.open = TRUE) + 1L
  read <- if (is.null(source$seen)) get_block else seen_block
  needed <- if (length(columns)) sort(unique(owner)) else 1L
  parts <- lapply(needed, function(i) {
    at <- columns[owner == i] - (ends[[i]] - source$columns[[i]])
    part <- read(source, i)[, at, drop = FALSE]
    if (is.null(rows)) part else part[rows, , drop = FALSE]
  })
  joined <- if (length(parts) == 1L) parts[[1L]] else do.call(cbind, parts)
  dimnames(joined) <- list(if (is.null(rows)) source$names[[1L]] else source$names[[1L]][rows],
                           colnames(joined))
  if (is.unsorted(owner)) joined <- joined[, order(order(owner)), drop = FALSE]
  if (!is.null(source$names[[2L]])) colnames(joined) <- source$names[[2L]][columns]
  joined
}

# Block i as a double matrix or a dgCMatrix of the shape and the features of its source.
get_block <- function(source, i) check_block(source, i, read_or_stop(source, i))

# Block i as a double matrix or a dgCMatrix, whatever its shape.
read_or_stop <- function(source, i) {
  # The block before this one is garbage. Without this call R could keep several of its size.
  if (!isTRUE(source$columns[[i]] * source$dim[[1L]] < 2^20)) gc(verbose = FALSE, full = FALSE)
  x <- tryCatch(read_block(source, i), error = function(fault) {
    # The error of a source inside this one names its block already.
    if (inherits(fault, "metanmf_block")) stop(fault)
    stop_block(source, i, "one that can be read", conditionMessage(fault))
  })
  numbers <- !is.data.frame(x) && length(dim(x)) == 2L
  x <- if (numbers) tryCatch(as_numbers(x, "x"), metanmf_error = function(fault) NULL)
  if (is.null(x)) {
    stop_block(source, i, "a numeric matrix, dense or sparse, with features in rows",
               "something else")
  }
  x
}

check_block <- function(source, i, x) {
  wanted <- c(source$dim[[1L]], source$columns[[i]])
  if (!identical(dim(x), wanted)) {
    stop_block(source, i, paste("a", wanted[[1L]], "x", wanted[[2L]], "matrix"), describe(x),
               "Blocks have the same features, and as many columns as the source says.")
  }
  if (!is.na(source$sparse) && source$sparse == is.matrix(x)) {
    stop_block(source, i, if (source$sparse) "sparse like the first" else "dense like the first",
               describe(x), "Blocks are all dense or all sparse.")
  }
  tryCatch(order_rows(x, source$names[[1L]], "x", "the features of the source"),
           metanmf_error = function(fault) {
             stop_block(source, i, "of the same features as the others",
                        other_names(setdiff(rownames(x), source$names[[1L]]),
                                    setdiff(source$names[[1L]], rownames(x)), character()))
           })
}

stop_block <- function(source, i, expected, given, hint = NULL) {
  given <- paste0("block ", i, " of ", length(source$columns), where_block(source, i), ": ", given)
  stop_input("x", paste("made of blocks, each", expected), sub("[.]$", "", given), hint,
             class = "metanmf_block")
}

# What a user can look at to find a block, such as the name of its file.
where_block <- function(source, i) UseMethod("where_block")

#' @exportS3Method
where_block.default <- function(source, i) ""
