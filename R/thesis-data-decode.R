# The file formats of the makers, decoded: Fashion-MNIST's idx files, the faces' MATLAB file,
# COIL-20's archive of PNG files. Each gives list(x, labels), x of integers 0 to 255 or, where
# images are reduced, of their means.

decode_fmnist <- function(set, paths) {
  chosen <- author_split(60000L, test_size = 0.9)$learning
  side <- set$image_size
  pixels <- read_idx(paths[[1L]], c(60000L, side))
  x <- matrix(pixels, nrow = prod(side))[, chosen, drop = FALSE]
  # idx files go along the rows of an image.
  by_column <- as.vector(t(matrix(seq_len(prod(side)), side[[2L]], side[[1L]])))
  x <- x[by_column, , drop = FALSE]
  labels <- as.integer(read_idx(paths[[2L]], 60000L)[chosen])
  list(x = array(as.integer(x), dim(x)), labels = labels)
}

# The bytes of an idx file, which begins with two zeros, 8 for bytes, the number of sizes, and the
# sizes as big-endian integers. gzfile() reads files that are not compressed as well.
read_idx <- function(path, sizes) {
  header <- c(as.raw(c(0L, 0L, 8L, length(sizes))), writeBin(sizes, raw(), endian = "big"))
  wanted <- paste("an idx file of", paste(sizes, collapse = " x "), "bytes")
  size <- length(header) + prod(sizes)
  # One byte more than there should be tells a longer file.
  content <- decoded_or_wrong(path, wanted, read_bytes(path, size + 1))
  if (!identical(content[seq_along(header)], header)) {
    stop_wrong_file(path, wanted, "a file that begins otherwise")
  }
  if (length(content) != size) {
    stop_wrong_file(path, wanted, if (length(content) > size) "a longer file"
                                  else paste("only", length(content) - length(header), "of them"))
  }
  content[-seq_along(header)]
}

# The first n bytes of a file, uncompressed.
read_bytes <- function(path, n) {
  file <- gzfile(path, "rb")
  on.exit(close(file))
  readBin(file, "raw", n)
}

# The MATLAB file has the images as columns of its variable "faces".
decode_faces <- function(set, path) {
  wanted <- "a MATLAB 5 file with a numeric matrix named faces"
  bytes <- decoded_or_wrong(path, wanted, readBin(path, "raw", file.size(path)))
  x <- decoded_or_wrong(path, wanted, mat_variable(bytes, "faces"))
  if (is.null(x)) stop_wrong_file(path, wanted, "a file without it")
  list(x = array(as.integer(x), dim(x)), labels = consecutive_labels(set))
}

decode_coil20 <- function(set, path) {
  check_installed("png", "reading the makers' file of COIL-20")
  folder <- tempfile("coil20")
  on.exit(unlink(folder, recursive = TRUE))
  wanted <- "a zip archive of 20 x 72 images obj1__0.png to obj20__71.png, 128 x 128 pixels each"
  names <- decoded_or_wrong(path, wanted, utils::unzip(path, list = TRUE)$Name)
  # The thesis author's order is that of the names by bytes: obj10__0, ..., obj1__0, obj1__1, ...
  images <- sort(paste0("obj", rep(1:20, each = 72L), "__", 0:71, ".png"), method = "radix")
  absent <- sum(!images %in% basename(names))
  if (absent) stop_wrong_file(path, wanted, paste(absent, "of them are missing"))
  x <- decoded_or_wrong(path, wanted, {
    # All of the archive, since R looks through it from its beginning for each entry that is named.
    utils::unzip(path, exdir = folder, junkpaths = TRUE)
    vapply(file.path(folder, images), reduced_png, numeric(prod(set$image_size)),
           USE.NAMES = FALSE)
  })
  list(x = x, labels = as.integer(sub("obj([0-9]+)__.*", "\\1", images)))
}

# A grey image of 128 x 128 pixels as means of 4 x 4, in units of 0 to 255.
reduced_png <- function(path) {
  image <- png::readPNG(path)
  if (!identical(dim(image), c(128L, 128L))) stop(basename(path), " is not 128 x 128 pixels, grey")
  half <- halve_images(matrix(round(255 * image)), 128L, 128L)
  halve_images(half, 64L, 64L)
}

# The value of `code`; whatever it says against the file, a warning included, makes the file a
# wrong one.
decoded_or_wrong <- function(path, wanted, code) {
  wrong <- function(condition) {
    # No room in memory or on the disk says nothing against the file.
    short <- grepl("cannot allocate", conditionMessage(condition), fixed = TRUE)
    if (short || inherits(condition, "metanmf_error")) stop(condition)
    check_room_left(tempdir(), "tempdir()")
    stop_wrong_file(path, wanted, paste0("a file that cannot be decoded: ",
                                         sub("\n.*", "", conditionMessage(condition))))
  }
  tryCatch(code, error = wrong, warning = wrong)
}
