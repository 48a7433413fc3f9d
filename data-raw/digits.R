# Makes data/digits.rda from digits.rds. Run from the project's root:
#   Rscript data-raw/digits.R [path to digits.rds]
# The file holds the test part of the UCI set as scikit-learn 1.2.1 ships it, pixels
# stored column by column: x (raw, 64 x 1797), labels, dim_image, author_split.

path <- c(commandArgs(trailingOnly = TRUE), file.path("..", "shared", "data", "digits.rds"))[[1L]]

# md5 of the file with sha256
# 81874ca32e4e773a27b3d22afcc18e55460644c67e99adf3425ca351960f82b9.
md5 <- "331d61e3affc998f09ba8bcd43255ac5"
found <- unname(tools::md5sum(path))
if (!identical(found, md5)) stop(path, " has md5 ", found, ", expected ", md5, call. = FALSE)

raw <- readRDS(path)
digits <- list(
  x = matrix(as.integer(raw$x), nrow(raw$x)),
  labels = raw$labels,
  image_size = raw$dim_image,
  source = paste(
    "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, test part,",
    "UCI Machine Learning Repository, https://doi.org/10.24432/C50P49; pixels stored column by",
    "column, split added"
  ),
  licence = "CC BY 4.0, https://creativecommons.org/licenses/by/4.0/",
  author_split = list(
    learning = raw$author_split$train, evaluation = raw$author_split$test
  )
)
stopifnot(
  identical(dim(digits$x), c(64L, 1797L)), identical(range(digits$x), c(0L, 16L)),
  identical(digits$image_size, c(8L, 8L)), is.integer(digits$labels),
  identical(sort(unlist(digits$author_split, use.names = FALSE)), 1:1797)
)
save(digits, file = file.path("data", "digits.rda"), compress = "xz", version = 2)
cat("data/digits.rda:", file.size(file.path("data", "digits.rda")), "bytes\n")
