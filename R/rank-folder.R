# The folder from which an interrupted search is resumed. It has a file of numbers for each rank and
# mask.

rank_store <- list(
  description = "select_rank.txt", format = "metanmf select_rank 1", argument = "folder",
  verb = "select_rank()", renew_owner = identity
)

# What identifies a search beside its data.
rank_owner <- function(masks, fraction, options) {
  c(masks = masks, fraction = format(fraction, digits = 15L), loss = loss_text(options$loss),
    options = value_digest(options[c("penalty", "control")]))
}

# list(fit, error, worst, explained), read from the folder if it is there, and otherwise computed by
# `code` and written to the folder. The rank from which the earlier fits grew is part of the file's
# name. A file that cannot be read is made again.
kept_fit <- function(folder, stream, before, code) {
  if (is.null(folder)) return(code)
  grown_from <- if (is.null(before)) "" else paste0("-from-", attr(before, "grown_from"))
  file <- file.path(folder, paste0("rank-", stream[[3L]], "-mask-", stream[[4L]], grown_from,
                                   ".fit"))
  numbers <- kept_numbers(file)
  if (!is.null(numbers)) {
    found <- read_kept_fit(numbers)
  } else {
    found <- code
    shape <- c(dim(found$fit$w), ncol(found$fit$h))
    write_checkpoint(file, c(format = rank_store$format, version = process$version),
                     list(shape, unlist(found[c("error", "worst", "explained")]), found$fit$w,
                          found$fit$h), "folder")
  }
  attr(found$fit, "grown_from") <- if (is.null(before)) stream[[3L]] else attr(before, "grown_from")
  found
}

# The fit has only W and H, from which another fit begins.
read_kept_fit <- function(numbers) {
  shape <- numbers[1:3]
  size_w <- shape[[1L]] * shape[[2L]]
  fit <- as_nmf(matrix(numbers[6L + seq_len(size_w)], shape[[1L]]))
  fit$h <- matrix(numbers[-seq_len(6L + size_w)], shape[[2L]], shape[[3L]])
  list(fit = fit, error = numbers[[4L]], worst = numbers[[5L]], explained = numbers[[6L]])
}
