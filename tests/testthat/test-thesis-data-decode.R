# An idx file by the letter of its description: two zeros, 8 for bytes, the number of sizes, the
# sizes, the bytes.
write_idx <- function(path, values, sizes) {
  file <- gzfile(path, "wb", compression = 1L)
  on.exit(close(file))
  writeBin(as.raw(c(0, 0, 8, length(sizes))), file)
  writeBin(as.integer(sizes), file, endian = "big")
  writeBin(as.raw(values), file)
}

test_that("an idx file gives its bytes, and one cut, longer or of other sizes is refused", {
  path <- tempfile(fileext = ".gz")
  write_idx(path, 1:24, c(2, 3, 4))
  expect_identical(read_idx(path, c(2L, 3L, 4L)), as.raw(1:24))
  expect_error(read_idx(path, c(2L, 4L, 3L)), "begins otherwise", class = "metanmf_wrong_file")
  expect_error(read_idx(path, 24L), "begins otherwise", class = "metanmf_wrong_file")
  write_idx(path, 1:25, c(2, 3, 4))
  expect_error(read_idx(path, c(2L, 3L, 4L)), "a longer file", class = "metanmf_wrong_file")
  write_idx(path, 1:20, c(2, 3, 4))
  expect_error(read_idx(path, c(2L, 3L, 4L)), "only 20 of them", class = "metanmf_wrong_file")
  write_idx(path, (1:4000 * 37) %% 256, 4000)
  writeBin(readBin(path, "raw", file.size(path) / 2), path)
  expect_error(read_idx(path, 4000L), "of them|decoded", class = "metanmf_wrong_file")
  writeLines("<html>not found</html>", path)
  expect_error(read_idx(path, 4000L), basename(path), class = "metanmf_wrong_file")
})

test_that("the 6000 images are picked out of the 60000 and turned from rows to columns", {
  skip_on_cran()
  folder <- data_folder()
  skip_if(is.null(folder), "the prepared image files are not here")
  stored <- readRDS(file.path(folder, "fmnist6000.rds"))
  images <- matrix(raw(), 784L, 60000L)
  for (i in seq_len(6000L)) images[, stored$index[[i]]] <- t(matrix(stored$x[, i], 28L))
  labels <- integer(60000L)
  labels[stored$index] <- stored$labels
  made <- folder_of()
  write_idx(file.path(made, "train-images-idx3-ubyte.gz"), images, c(60000, 28, 28))
  write_idx(file.path(made, "train-labels-idx1-ubyte.gz"), labels, 60000)
  # The images are read once.
  real <- read_idx
  kept <- NULL
  local_mocked_bindings(read_idx = function(path, sizes) {
    if (length(sizes) == 1L) return(real(path, sizes))
    if (is.null(kept)) kept <<- real(path, sizes)
    kept
  })
  from_makers <- in_places(load_dataset("fmnist"), folder = made)
  expect_identical(from_makers, in_places(load_dataset("fmnist"), folder = folder))

  # One label of the chosen ones wrong: the file of the labels is to blame.
  labels[stored$index[[3L]]] <- (labels[stored$index[[3L]]] + 1) %% 10
  write_idx(file.path(made, "train-labels-idx1-ubyte.gz"), labels, 60000)
  expect_error(in_places(load_dataset("fmnist"), folder = made), "train-labels-idx1-ubyte.gz",
               class = "metanmf_wrong_file")
})

test_that("a MATLAB file without the faces is told as that", {
  bytes <- readBin(small_matlab_file(), "raw", file.size(small_matlab_file()))
  bytes[grepRaw("faces", bytes, fixed = TRUE)] <- charToRaw("l")
  path <- tempfile(fileext = ".mat")
  on.exit(unlink(path))
  writeBin(bytes, path)
  expect_error(decode_faces(small_registry()$faces, path), "a file without it",
               class = "metanmf_wrong_file")
})

test_that("too little memory is not laid to the file", {
  short <- tryCatch(decoded_or_wrong("file", "a file", stop("cannot allocate vector of size 9 Gb")),
                    error = identity)
  expect_match(conditionMessage(short), "cannot allocate")
  expect_false(inherits(short, "metanmf_error"))
  expect_error(decoded_or_wrong("file", "a file", stop("no file")), class = "metanmf_wrong_file")
})
# COIL-20's archive with made-up images: object o at turn t is grey 10 o + t, its left upper
# quarter 0, its pixel (1, 128) 255. Images of one grey are copies of one file.
coil20_image <- function(object, turn) {
  image <- matrix(10 * object + turn, 128, 128) %% 256
  image[1:64, 1:64] <- 0
  image[1, 128] <- 255
  image
}

write_coil20 <- function(path, objects = 1:20, turns = 0:71) {
  folder <- folder_of()
  inside <- file.path(folder, "coil-20-proc")
  dir.create(inside)
  images <- expand.grid(turn = turns, object = objects)
  file <- file.path(inside, paste0("obj", images$object, "__", images$turn, ".png"))
  for (same in split(seq_along(file), 10 * images$object + images$turn)) {
    i <- same[[1L]]
    png::writePNG(coil20_image(images$object[[i]], images$turn[[i]]) / 255, file[[i]])
    for (copy in file[same[-1L]]) file.copy(file[[i]], copy)
  }
  old <- setwd(folder)
  on.exit(setwd(old))
  utils::zip(path, "coil-20-proc", flags = "-r1Xq")
  path
}

test_that("COIL-20's archive comes in the author's order, as means of 4 x 4 pixels", {
  skip_on_cran()
  skip_if_not_installed("png")
  skip_if(Sys.which("zip") == "", "there is no zip")
  folder <- folder_of()
  path <- write_coil20(file.path(folder, "coil-20-proc.zip"))
  data <- in_places(load_dataset("coil20"), folder = folder)
  expect_identical(dim(data$x), c(1024L, 1440L))
  expect_match(data$source, "not equal to it")
  # Names sorted by bytes: obj10 comes before obj1_, and turn 10 before turn 2.
  expect_identical(unique(data$labels), c(10:19, 1L, 20L, 2:9))
  third_of_obj1 <- matrix(data$x[, 10 * 72 + 3], 32, 32)
  reduced <- kronecker(diag(32), matrix(0.25, 1, 4))
  expect_equal(third_of_obj1, reduced %*% coil20_image(1, 10) %*% t(reduced))

  stored <- data_folder()
  if (!is.null(stored)) {
    expect_identical(data$labels, readRDS(file.path(stored, "coil20.rds"))$labels)
  }

  writeBin(readBin(path, "raw", file.size(path) / 2), path)
  expect_error(in_places(load_dataset("coil20"), folder = folder), "coil-20-proc.zip",
               class = "metanmf_wrong_file")
  unlink(path)
  write_coil20(path, objects = 1:3, turns = 0:3)
  expect_error(in_places(load_dataset("coil20"), folder = folder), "1428 of them are missing",
               class = "metanmf_wrong_file")
})

test_that("an image of another size is no image of COIL-20", {
  skip_if_not_installed("png")
  path <- tempfile(fileext = ".png")
  png::writePNG(matrix(0.5, 64, 128), path)
  expect_error(reduced_png(path), "not 128 x 128")
  png::writePNG(array(0.5, c(128, 128, 3)), path)
  expect_error(reduced_png(path), "grey")
})
