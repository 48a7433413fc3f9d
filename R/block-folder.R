# A folder of blocks, one .rds file for each, and its index.

#' @rdname block_source
#' @export
block_source.character <- function(x, block = NULL, ...) {
  check_dots(list(...), "block_source", "block")
  if (length(x) != 1L || is.na(x)) stop_input("x", "the name of one folder", describe(x))
  refuse_block(block, "the files of a folder are its blocks")
  if (grepl("[.](h5|h5ad|hdf5)$", x, ignore.case = TRUE) && file.exists(x) && !dir.exists(x)) {
    return(hdf5_source(normalizePath(x)))
  }
  if (!dir.exists(x)) {
    stop_input("x", "the name of a folder that exists", describe(x),
               if (file.exists(x)) paste("It is a file. Use block_source(function(i) ...), which",
                                         "reads block i of it."))
  }
  path <- normalizePath(x)
  index <- read_index(path)
  if (is.null(index)) index <- make_index(path)
  folder_source(path, index)
}

#' @rdname block_source
#' @export
write_blocks <- function(x, path, block = NULL) {
  source <- block_source(x, block)
  path <- new_folder(path)
  count <- length(source$columns)
  report <- progress_bar("Writing blocks", count)
  files <- sprintf("block-%0*d.rds", max(5L, nchar(count)), seq_len(count))
  sparse <- NA
  for (i in seq_len(count)) {
    part <- get_block(source, i)
    sparse <- source$sparse <- !is.matrix(part)
    if (is.null(source$names[[1L]])) source$names[1L] <- list(rownames(part))
    write_block(part, file.path(path, files[[i]]))
    report(i)
  }
  index <- list(dim = source$dim, names = source$names, columns = source$columns, sparse = sparse,
                files = files, bytes = file.size(file.path(path, files)))
  # Blocks are written uncompressed, so a file is as large as its block in memory.
  index$largest <- max(index$bytes)
  replace_bytes(serialize(index, NULL), file.path(path, index_file), "path")
  invisible(folder_source(path, index))
}

index_file <- "metanmf-blocks.idx"

new_folder <- function(path) {
  if (!is.character(path) || length(path) != 1L || is.na(path) || !nzchar(path)) {
    stop_input("path", "the name of a folder, new or empty", describe(path))
  }
  dir.create(path, showWarnings = FALSE, recursive = TRUE)
  if (!dir.exists(path)) stop_disk("path", path, "it cannot be made")
  if (length(list.files(path, all.files = TRUE, no.. = TRUE))) {
    stop_input("path", "a folder that is new or empty", paste0(path, ", which has files"),
               "Blocks of different data in one folder could not be told apart.")
  }
  normalizePath(path)
}

# readRDS() reads uncompressed files in the machine's own byte order five times as fast.
write_block <- function(part, file) {
  dimnames(part) <- list(NULL, colnames(part))
  replace_bytes(serialize(part, NULL, xdr = FALSE), file, "path")
}

folder_source <- function(path, index) {
  new_source("block_folder", index$dim, index$names, index$columns, index$sparse,
             what = paste0("a folder, ", path), largest = index$largest, path = path,
             files = index$files)
}

# The index, or NULL if there is none. An index that does not fit the files of the folder is
# refused.
read_index <- function(path) {
  file <- file.path(path, index_file)
  if (!file.exists(file)) return(NULL)
  index <- tryCatch(unserialize(file_bytes(file)), error = function(fault) NULL)
  if (!is.list(index) || !all(c("dim", "columns", "files", "bytes") %in% names(index))) {
    stop_input("x", "a folder whose index can be read", file,
               "Delete the index, and the .rds files are read once instead.")
  }
  sizes <- file.size(file.path(path, index$files))
  other <- which(is.na(sizes) | sizes != index$bytes)
  if (length(other)) {
    stop_input("x", "a folder of the blocks that its index lists",
               paste0(index$files[[other[[1L]]]], " in ", path, ", which ",
                      if (is.na(sizes[[other[[1L]]]])) "is not there" else "has another size"),
               "Write the blocks again, or delete the index to take the folder as it is.")
  }
  index
}

# The source for .rds files without an index, which something else wrote. Each file is read once.
make_index <- function(path) {
  files <- sort(list.files(path, "[.]rds$", ignore.case = TRUE), method = "radix")
  if (!length(files)) {
    stop_input("x", "a folder of .rds files, a matrix in each", paste(path, "without any"),
               "write_blocks(x, path) writes them.")
  }
  source <- new_source("block_folder", c(NA, 0), NULL, rep(0, length(files)), path = path,
                       files = files)
  parts <- lapply(seq_along(files), function(i) {
    x <- read_or_stop(source, i)
    list(dim = dim(x), names = dimnames(x), sparse = !is.matrix(x),
         bytes = as.double(utils::object.size(x)))
  })
  columns <- vapply(parts, function(one) one$dim[[2L]], 0L)
  samples <- lapply(parts, function(one) one$names[[2L]])
  list(dim = c(parts[[1L]]$dim[[1L]], sum(columns)),
       names = list(parts[[1L]]$names[[1L]],
                    if (!any(vapply(samples, is.null, NA))) unlist(samples)),
       columns = columns, sparse = parts[[1L]]$sparse, files = files,
       largest = max(vapply(parts, function(one) one$bytes, 0)))
}

#' @export
read_block.block_folder <- function(source, i) {
  file <- file.path(source$path, source$files[[i]])
  # The warning of a connection says more than the error that follows it.
  tryCatch(readRDS(file), warning = function(fault) stop(conditionMessage(fault), call. = FALSE))
}

#' @exportS3Method
where_block.block_folder <- function(source, i) paste0(" (", source$files[[i]], ")")
