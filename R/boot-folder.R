# The folder from which an interrupted bootstrap is resumed. It has a file of numbers for each block
# of samples.

boot_store <- list(
  description = "bootstrap_nmf.txt", format = "metanmf bootstrap_nmf 1", argument = "folder",
  verb = "bootstrap_nmf()", renew_owner = identity
)

# What the draws depend on beside the samples: the basis, and all else that decides coefficients.
boot_owner <- function(fit, options) {
  told <- c("runs", "starts", "consensus", "init")
  c(by = options$by, draws = options$draws, level = format(options$level, digits = 15L),
    missing = options$missing,
    fit = value_digest(list(unname(fit$w), fit$scaling,
                            fit$model[setdiff(names(fit$model), told)])))
}

block_file <- function(folder, stream) {
  file.path(folder, paste0("block-", stream[[3L]], ".intervals"))
}

# The intervals of a block, read from the folder if it has them, and otherwise drawn now. A file
# that cannot be read is made again.
kept_intervals <- function(fit, data, coef, stream, options, folder, after) {
  if (is.null(folder)) return(block_intervals(fit, data, coef, stream, options, after))
  file <- block_file(folder, stream)
  found <- read_intervals(file, coef)
  if (!is.null(found)) return(found)
  found <- block_intervals(fit, data, coef, stream, options, after)
  write_checkpoint(file, c(format = boot_store$format, version = process$version), found, "folder")
  found
}

# list(lower, upper, sd) from a file, or NULL if there is none.
read_intervals <- function(file, coef) {
  numbers <- kept_numbers(file)
  if (length(numbers) != 3L * length(coef)) return(NULL)
  part <- function(i) {
    matrix(numbers[(i - 1L) * length(coef) + seq_along(coef)], nrow(coef),
           dimnames = dimnames(coef))
  }
  list(lower = part(1L), upper = part(2L), sd = part(3L))
}
