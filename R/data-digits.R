#' Handwritten digits
#'
#' 1797 images of handwritten digits, 8 x 8 pixels each: the test part of the UCI set "Optical
#' Recognition of Handwritten Digits", written by 13 people. It is one of the five data sets of the
#' thesis, and small enough that every method of this package runs on it in seconds.
#'
#' Each pixel counts the black points, 0 to 16, in a block of 4 x 4 of a 32 x 32 bitmap. Rows
#' of `x` go down the columns of the image: pixel (row, column) is row `8 * (column - 1) + row`
#' of `x`, so `matrix(digits$x[, i], 8, 8)` is image i with its top row first. Three pixels are 0 in
#' all images; see [scale_minmax()] for what that means.
#'
#' @format A list with
#' \describe{
#'   \item{`x`}{integer matrix, 64 pixels (features) x 1797 images (samples), values 0 to 16.}
#'   \item{`labels`}{integer vector of length 1797, the digit shown, 0 to 9; 174 to 183 of each.}
#'   \item{`image_size`}{`c(8L, 8L)`, rows and columns of an image.}
#'   \item{`source`, `licence`}{where the data are from and how they may be used, in words.}
#'   \item{`author_split`}{list of `learning` (898) and `evaluation` (899), column numbers of the
#'     halves in the thesis author's experiments.}
#' }
#' @source E. Alpaydin and C. Kaynak (1998). Optical Recognition of Handwritten Digits. UCI Machine
#'   Learning Repository. \doi{10.24432/C50P49}. Licence: Creative Commons Attribution 4.0
#'   International (CC BY 4.0), <https://creativecommons.org/licenses/by/4.0/>. Taken from the copy
#'   in scikit-learn 1.2.1 (`load_digits()`). Changes: pixels stored column by column, the
#'   split added.
#' @references
#' Alpaydin, E. and Kaynak, C. (1998). Cascading classifiers. Kybernetika 34, 369-374.
#' @examples
#' dim(digits$x)
#' table(digits$labels)
#'
#' # The first image, upright: image() draws from the bottom, so rows are reversed.
#' first <- matrix(digits$x[, 1], 8, 8)
#' image(t(first[8:1, ]), col = grey(16:0 / 16), asp = 1, axes = FALSE)
"digits"
