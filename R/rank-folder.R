# The folder from which a search that was stopped goes on: a file of numbers for each rank and mask.

rank_store <- list(
  description = "select_rank.txt", format = "metanmf select_rank 1", argument = "folder",
  verb = "select_rank()", claim = "data", renew_owner = identity
)

# What a search belongs to beside its data.
rank_owner <- function(masks, fraction, options) {
  c(masks = masks, fraction = format(fraction, digits = 15L), loss = options$loss,
    options = value_digest(options[c("penalty", "control")]))
}

# The folder, made or checked: it belongs to one version, the same data and the same fits. NULL
# where there is none.
open_search_folder <- function(store, folder, owner, data, weights) {
  if (is.null(folder)) return(NULL)
  if (!is.character(folder) || length(folder) != 1L || is.na(folder)) {
    stop_input("folder", "NULL or the name of a folder", describe(folder))
  }
  init_folder(store, folder, owner,
              c(x = value_digest(list(data$x, weights, isTRUE(data$partial)))))
  normalizePath(folder)
}

# The digest of any value. Functions count by their text: compiling one changes its bytes.
value_digest <- function(value) {
  if (is.list(value)) {
    value <- rapply(value, function(one) deparse(one, control = NULL), "function", how = "replace")
  }
  # The first bytes name the version of R.
  bytes_digest(serialize(value, NULL, version = 2)[-seq_len(14L)])
}

# The number that names a search's random numbers: of a folder that has one, its own, so that it is
# resumed without the seed that it began with.
search_number <- function(folder) {
  drawn <- sample.int(.Machine$integer.max, 1L)
  if (is.null(folder)) return(drawn)
  file <- file.path(folder, "stream.txt")
  if (!file.exists(file)) replace_bytes(line_bytes(as.character(drawn)), file, "folder")
  number <- suppressWarnings(as.integer(text_lines(file_bytes(file))))
  if (length(number) != 1L || is.na(number)) {
    stop_input("folder", "a folder as this verb left it", "one whose stream.txt is no number",
               "Use another folder.", class = "metanmf_corrupt_file")
  }
  number
}

# The value of `code`, list(fit, error, worst, explained), which is kept in the folder; where it was
# kept before, that. The rank from which the fits before it grew belongs to its name. A file that
# cannot be read is made again.
kept_fit <- function(folder, stream, before, code) {
  if (is.null(folder)) return(code)
  grown_from <- if (is.null(before)) "" else paste0("-from-", attr(before, "grown_from"))
  file <- file.path(folder, paste0("rank-", stream[[3L]], "-mask-", stream[[4L]], grown_from,
                                   ".fit"))
  found <- if (file.exists(file)) {
    tryCatch(read_kept_fit(file), metanmf_error = function(error) NULL)
  }
  if (is.null(found)) {
    found <- code
    shape <- c(dim(found$fit$w), ncol(found$fit$h))
    write_checkpoint(file, c(format = rank_store$format, version = process$version),
                     list(shape, unlist(found[c("error", "worst", "explained")]), found$fit$w,
                          found$fit$h), "folder")
  }
  attr(found$fit, "grown_from") <- if (is.null(before)) stream[[3L]] else attr(before, "grown_from")
  found
}

# The fit has what another one begins with, W and H.
read_kept_fit <- function(file) {
  numbers <- read_checkpoint(file)$numbers
  shape <- numbers[1:3]
  size_w <- shape[[1L]] * shape[[2L]]
  fit <- as_nmf(matrix(numbers[6L + seq_len(size_w)], shape[[1L]]))
  fit$h <- matrix(numbers[-seq_len(6L + size_w)], shape[[2L]], shape[[3L]])
  list(fit = fit, error = numbers[[4L]], worst = numbers[[5L]], explained = numbers[[6L]])
}
