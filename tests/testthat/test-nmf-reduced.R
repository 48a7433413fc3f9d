cell_counts <- function() {
  set.seed(6)
  matrix(rpois(120, 3) * 1, 10, dimnames = list(paste0("g", 1:10), paste0("cell", 1:12)))
}
cell_fit <- function(x = cell_counts()) {
  set.seed(7)
  nmf(x, 2, loss = "kl", control = nmf_control(20, tol = 0))
}

test_that("a SingleCellExperiment keeps cells in rows and the basis as rotation", {
  skip_if_not_installed("SingleCellExperiment")
  counts <- cell_counts()
  fit <- cell_fit()
  x <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
  stored <- SingleCellExperiment::reducedDim(add_reduced_dim(x, fit), "NMF")
  expect_equal(stored, t(coef(fit)), ignore_attr = c("rotation", "basis"))
  expect_identical(attr(stored, "rotation"), basis(fit))
  expect_identical(attr(stored, "basis"), basis(fit))
  expect_equal(unclass(tcrossprod(attr(stored, "rotation"), stored)), fitted(fit),
               ignore_attr = c("rotation", "basis"))
  # Cells in another order are put in order, and a name of its own is used.
  other <- add_reduced_dim(x[, 12:1], fit, name = "parts")
  expect_equal(SingleCellExperiment::reducedDim(other, "parts"), t(coef(fit))[12:1, ],
               ignore_attr = c("rotation", "basis"))
})

test_that("a cell of which nothing was observed is NA in the container", {
  skip_if_not_installed("SingleCellExperiment")
  counts <- cell_counts()
  fit <- suppressMessages(nmf(replace(counts, 31:40, NA), 2, missing = "mask"))
  x <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
  stored <- SingleCellExperiment::reducedDim(add_reduced_dim(x, fit), "NMF")
  expect_identical(which(is.na(stored[, 1])), c(cell4 = 4L))
})

test_that("a Seurat object keeps coefficients as embeddings and the basis as loadings", {
  skip_if_not_installed("SeuratObject")
  counts <- cell_counts()
  fit <- cell_fit()
  x <- SeuratObject::CreateSeuratObject(methods::as(counts, "CsparseMatrix"))
  stored <- add_reduced_dim(x, fit, name = "nmf")[["nmf"]]
  expect_equal(SeuratObject::Embeddings(stored), t(coef(fit)), ignore_attr = TRUE)
  expect_identical(rownames(SeuratObject::Embeddings(stored)), colnames(counts))
  expect_equal(SeuratObject::Loadings(stored), basis(fit), ignore_attr = TRUE)
  expect_identical(colnames(SeuratObject::Loadings(stored)), c("nmf_1", "nmf_2"))
})

test_that("other cells, other classes and names that are none are refused", {
  skip_if_not_installed("SingleCellExperiment")
  counts <- cell_counts()
  fit <- cell_fit()
  x <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
  expect_bad(add_reduced_dim(x[, 1:5], fit), "fit")
  renamed <- x
  colnames(renamed) <- paste0("other", 1:12)
  expect_bad(add_reduced_dim(renamed, fit), "fit")
  expect_bad(add_reduced_dim(counts, fit), "x")
  expect_bad(add_reduced_dim(SummarizedExperiment::SummarizedExperiment(list(counts)), fit), "x")
  expect_bad(add_reduced_dim(x, coef(fit)), "fit")
  expect_bad(add_reduced_dim(x), "fit")
  for (name in list("", NA_character_, 1, c("a", "b"))) {
    expect_bad(add_reduced_dim(x, fit, name = name), "name")
  }
  adapted <- adapt(fit, renamed, max_iter = 5)
  expect_identical(SingleCellExperiment::reducedDimNames(add_reduced_dim(renamed, adapted)), "NMF")
})
