# The five data sets of the thesis, each under one name and all in one form.

#' The data sets of the thesis
#'
#' Returns one of the five labelled data sets in table 4.1 of the thesis, as a matrix of features x
#' samples with the classes of the samples. Values are as stored, in their own unit; the experiments
#' scale each feature to 0 to 1 first ([scale_minmax()]).
#'
#' | name | what | x | values | classes |
#' | --- | --- | --- | --- | --- |
#' | `"blobs"` | clouds of normally distributed points | 500 x 10000 | 0 to 1 | 0 to 4 |
#' | `"digits"` | handwritten digits, 8 x 8 | 64 x 1797 | 0 to 16 | 0 to 9 |
#' | `"fmnist"` | Fashion-MNIST, clothes, 28 x 28 | 784 x 6000 | 0 to 255 | 0 to 9 |
#' | `"faces"` | Olivetti faces, 32 x 32 or 64 x 64 | 1024 or 4096 x 400 | 0 to 255 | 1 to 40 |
#' | `"coil20"` | COIL-20, objects on a turntable, 32 x 32 | 1024 x 1440 | 0 to 255 | 1 to 20 |
#'
#' Each class has 2000 samples in Blobs, 10 in faces, 72 in COIL-20, 174 to 183 in Digits, and 586
#' to 614 in Fashion-MNIST.
#'
#' Pixels are column-major: `matrix(x[, i], rows, columns)` with `c(rows, columns)` from
#' `image_size` is image i, upright with its top row first.
#'
#' The blobs are computed, in about 2 s. They are the numbers of scikit-learn's `make_blobs()` and
#' `MinMaxScaler` that the thesis author used, equal to the last bit on Linux with x86-64
#' processors. Elsewhere the last digit may differ, because logarithms are rounded differently. R's
#' stream of random numbers does not change. The digits are [digits].
#'
#' @section Where the images come from:
#' The package does not contain Fashion-MNIST, because of its size, or the faces and COIL-20,
#' because of their licences. Their files are looked for in this order:
#'
#' 1. A folder that you name by `options(metanmf.data = "folder")` or, for all sessions, by the
#'    environment variable `METANMF_DATA`; the option goes first. It may hold the files prepared for
#'    this package, `fmnist6000.rds`, `olivetti.rds` and `coil20.rds`, or those of the makers:
#'    `train-images-idx3-ubyte.gz` and `train-labels-idx1-ubyte.gz`, `olivettifaces.mat`,
#'    `coil-20-proc.zip`.
#' 2. What is installed: Debian's `dataset-fashion-mnist` for Fashion-MNIST, CRAN's loon.data for
#'    the faces.
#' 3. The cache, `tools::R_user_dir("metanmf", "cache")`.
#' 4. The makers' own addresses, downloaded into the cache (26, 4 and 12 MB): after a question in an
#'    interactive session, without one under `options(metanmf.download = TRUE)`, never under
#'    `FALSE`, nor in a script without that option.
#'
#' Every file is verified before it is used. A prepared file is verified by its MD5 sum before
#' `readRDS()` reads it. The makers' files of Fashion-MNIST and the faces are verified by the MD5
#' sum of the decoded pixels, so all ways lead to the same numbers. Of COIL-20 only the thesis
#' author's reduction to 32 x 32 is known by its sum (`coil20.rds`). The makers' archive of 128 x
#' 128 images (read with package png) is checked for its 20 x 72 images and reduced to means of 4 x
#' 4 pixels, which are close to the author's but not equal. `source` says which one was read.
#'
#' @section Licences:
#' Digits: CC BY 4.0. Fashion-MNIST: MIT, copyright 2017 Zalando SE. The makers of the faces state
#' no licence and ask for credit to AT&T Laboratories Cambridge. The report on COIL-20 offers it
#' for "research purposes". The field `licence` of the result says the same.
#'
#' @param name One of `"blobs"`, `"digits"`, `"fmnist"`, `"faces"`, `"coil20"`.
#' @param size Side of the images of faces in pixels, for the faces only. 32, the default, has the
#'   1024 features of table 4.1, means of 2 x 2 pixels. 64 is as stored.
#' @return A list:
#' \item{x}{matrix of features x samples, of integers or, for the blobs and for means of pixels, of
#'   doubles}
#' \item{labels}{integer vector, the class of each sample}
#' \item{image_size}{rows and columns of an image, or `NULL` (blobs)}
#' \item{source, licence}{where the data are from and how they may be used, in words}
#' \item{author_split}{list of `learning` and `evaluation`, column numbers of the halves in the
#'   thesis author's experiments, as [split_tasks()] takes them by `split`}
#' \item{name}{`name`}
#' @section Errors:
#' Class `metanmf_error` for an unknown name (the message suggests the nearest) and for `size` of
#' other sets than the faces. Also class `metanmf_missing_data` if the set is not found and may not
#' or cannot be downloaded; the message says what can be done. Also class `metanmf_wrong_file` for a
#' file that is not what it should be. Such a file is removed if it was downloaded. In the cache it
#' is removed with a warning, and the search continues.
#' @references
#' Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to Non-negative
#' Matrix Factorization*. Thesis, Bishop's University. Table 4.1.
#'
#' Xiao, H., Rasul, K. and Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for
#' benchmarking machine learning algorithms. arXiv:1708.07747.
#'
#' Samaria, F. S. and Harter, A. C. (1994). Parameterisation of a stochastic model for human face
#' identification. *Proceedings of the Second IEEE Workshop on Applications of Computer Vision*,
#' 138-142.
#'
#' Nene, S. A., Nayar, S. K. and Murase, H. (1996). *Columbia Object Image Library (COIL-20)*.
#' Technical report CUCS-005-96, Columbia University.
#'
#' Pedregosa, F. and others (2011). Scikit-learn: machine learning in Python. *Journal of Machine
#' Learning Research* 12, 2825-2830.
#' @examples
#' data <- load_dataset("digits")
#' str(data)
#'
#' # The author's halves and tasks
#' split_tasks(data$x, labels = data$labels, task_size = 100, overlap = TRUE,
#'             split = data$author_split)
#' \donttest{
#' blobs <- load_dataset("blobs")
#' table(blobs$labels)
#' }
#' @export
load_dataset <- function(name, size = 32) {
  check_given("name", "which data set to load")
  name <- check_choice(name, "name", dataset_names)
  if (name != "faces" && !missing(size)) {
    stop_input("size", paste0("left out for \"", name, "\": only the faces have two sizes"),
               describe(size))
  }
  if (!(is.numeric(size) && length(size) == 1L && size %in% c(32, 64))) {
    stop_input("size", "32 or 64, the side of an image in pixels", describe(size))
  }
  data <- switch(name, blobs = load_blobs(), digits = metanmf::digits,
                 load_images(data_sets[[name]]))
  if (name == "faces" && size == 32) {
    data$x <- halve_images(data$x, data$image_size[[1L]], data$image_size[[2L]])
    data$image_size <- data$image_size %/% 2L
  }
  c(data, name = name)
}

# Images of half the height and width: means of 2 x 2 pixels, which is what bilinear
# interpolation to half the size gives.
halve_images <- function(x, height, width) {
  pixels <- array(x, c(height, width, ncol(x)))
  row <- seq(1L, height, by = 2L)
  column <- seq(1L, width, by = 2L)
  sums <- pixels[row, column, ] + pixels[row + 1L, column, ] +
    pixels[row, column + 1L, ] + pixels[row + 1L, column + 1L, ]
  matrix(sums / 4, ncol = ncol(x))
}
