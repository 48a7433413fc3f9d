# SeuratObject 4 is run here; the accessors of version 5 are not.
test_that("layers of the default assay go by name, others by that of their assay too", {
  skip_if_not_installed("SeuratObject")
  skip_if(has_layers(), "slots are those of version 4")
  set.seed(4)
  counts <- methods::as(matrix(rpois(48, 2) * 1, 8), "CsparseMatrix")
  dimnames(counts) <- list(paste0("g", 1:8), paste0("s", 1:6))
  x <- SeuratObject::CreateSeuratObject(counts)
  x[["ADT"]] <- SeuratObject::CreateAssayObject(counts = counts[1:3, ])
  x <- SeuratObject::SetAssayData(x, slot = "data", new.data = log1p(counts))
  refusal <- expect_error(contained_matrix(x, "x", NULL), class = "metanmf_error")
  expect_match(conditionMessage(refusal), "\"counts\", \"data\", \"ADT/counts\", \"ADT/data\"",
               fixed = TRUE)
  expect_identical(contained_matrix(x, "x", "counts"), counts)
  expect_identical(contained_matrix(x, "x", "data"), log1p(counts))
  expect_identical(contained_matrix(x, "x", "ADT/counts"), counts[1:3, ])
  expect_bad(contained_matrix(x, "x", "scale.data"), "assay")
  expect_bad(contained_matrix(x, "x", "RNA"), "assay")
  expect_bad(check_matrix(x), "x")
  for (name in c("counts", "ADT/counts")) {
    expect_identical(eval(str2lang(seurat_code("x", name))), contained_matrix(x, "x", name))
  }
})
