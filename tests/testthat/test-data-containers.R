# Two documents of three words, as package tm makes them.
documents <- function(class, i, j, dim, names) {
  structure(list(i = i, j = j, v = c(5, 1, 2), nrow = dim[[1]], ncol = dim[[2]], dimnames = names),
            class = c(class, "simple_triplet_matrix"))
}
words <- cbind(d1 = c(a = 5, b = 0, c = 1), d2 = c(0, 2, 0))

small_counts <- function() {
  set.seed(3)
  matrix(rpois(48, 3), 8, dimnames = list(paste0("g", 1:8), paste0("s", 1:6)))
}

test_that("documents are samples, whichever way round their matrix is", {
  dtm <- documents("DocumentTermMatrix", c(1L, 1L, 2L), c(1L, 3L, 2L), 2:3,
                   list(Docs = c("d1", "d2"), Terms = c("a", "b", "c")))
  tdm <- documents("TermDocumentMatrix", c(1L, 3L, 2L), c(1L, 1L, 2L), 3:2,
                   list(Terms = c("a", "b", "c"), Docs = c("d1", "d2")))
  for (x in list(dtm, tdm)) {
    used <- check_matrix(x)
    expect_s4_class(used, "dgCMatrix")
    expect_identical(as.matrix(used), words)
    fit <- nmf(x, 1, control = nmf_control(2, tol = 0))
    expect_identical(dimnames(basis(fit)), list(c("a", "b", "c"), "c1"))
    expect_identical(colnames(coef(fit)), c("d1", "d2"))
  }
})

test_that("document-term matrices of package tm are read the right way round", {
  skip_if_not_installed("tm")
  corpus <- tm::VCorpus(tm::VectorSource(c("apple apple pear", "plum pear")))
  dtm <- tm::DocumentTermMatrix(corpus)
  counts <- cbind("1" = c(apple = 2, pear = 1, plum = 0), "2" = c(0, 1, 1))
  expect_equal(as.matrix(check_matrix(dtm)), counts)
  expect_equal(as.matrix(check_matrix(tm::TermDocumentMatrix(corpus))), counts)
  weighed <- tm::weightTfIdf(dtm)
  expect_equal(as.matrix(check_matrix(weighed)), t(as.matrix(weighed)), ignore_attr = TRUE)
})

# quanteda is not run here: a class of its name and slots stands for it.
test_that("a class dfm, a dgCMatrix with documents in rows, is turned and stays sparse", {
  home <- new.env()
  methods::setClass("dfm", contains = "dgCMatrix", where = home,
                    representation(docvars = "data.frame", meta = "list"))
  on.exit(methods::removeClass("dfm", where = home))
  x <- methods::new(methods::getClass("dfm", where = home),
                    methods::as(methods::as(t(words), "CsparseMatrix"), "dgCMatrix"))
  names(x@Dimnames) <- c("docs", "features")
  used <- check_matrix(x)
  expect_identical(class(used)[[1]], "dgCMatrix")
  expect_identical(unname(as.matrix(used)), unname(words))
  expect_identical(lapply(dimnames(used), identity), unname(dimnames(words)), ignore_attr = TRUE)
})

test_that("a container without its package is refused with the command that installs it", {
  local_mocked_bindings(requireNamespace = function(...) FALSE, .package = "base")
  for (class in c("SummarizedExperiment", "SingleCellExperiment", "ExpressionSet", "Seurat")) {
    refusal <- expect_error(check_matrix(structure(list(), class = class)),
                            class = "metanmf_missing_package")
    installer <- if (class == "Seurat") "install.packages" else "BiocManager::install"
    expect_match(conditionMessage(refusal), paste0("by ", installer, "("), fixed = TRUE)
  }
})

test_that("the only assay of a SummarizedExperiment is its data, and stays sparse", {
  skip_if_not_installed("SummarizedExperiment")
  counts <- small_counts()
  sparse <- methods::as(counts * 1, "CsparseMatrix")
  x <- SummarizedExperiment::SummarizedExperiment(list(counts = counts))
  expect_identical(check_matrix(x), counts * 1)
  x <- SummarizedExperiment::SummarizedExperiment(list(sparse))
  expect_identical(check_matrix(x), sparse)
  expect_identical(as.matrix(knn_graph(x, k = 2)), as.matrix(knn_graph(sparse, k = 2)))
})

test_that("several assays and none named, or another name, is an error that names them", {
  skip_if_not_installed("SingleCellExperiment")
  counts <- small_counts()
  x <- SingleCellExperiment::SingleCellExperiment(list(counts = counts, logcounts = log1p(counts)))
  expect_bad(contained_matrix(x, "x", NULL), "assay")
  expect_error(contained_matrix(x, "x", NULL), "\"counts\", \"logcounts\"", class = "metanmf_error")
  expect_bad(contained_matrix(x, "x", "count"), "assay")
  expect_error(contained_matrix(x, "x", "count"), "Use assay = \"counts\"", class = "metanmf_error")
  for (bad in list("tpm", 3, 0, TRUE, NA_character_, c("counts", "logcounts"))) {
    expect_bad(contained_matrix(x, "x", bad), "assay")
  }
  expect_identical(contained_matrix(x, "x", "logcounts"), log1p(counts))
  expect_identical(contained_matrix(x, "x", 2), log1p(counts))
  # A verb without the argument says how to read one by hand, and that works.
  refusal <- expect_error(knn_graph(x, k = 2), class = "metanmf_error")
  code <- regmatches(conditionMessage(refusal), regexpr("Summ.*\\)", conditionMessage(refusal)))
  expect_identical(eval(str2lang(code)), counts)
  none <- SingleCellExperiment::SingleCellExperiment(list())
  expect_bad(contained_matrix(none, "x", NULL), "x")
})

test_that("assays without names go by number", {
  skip_if_not_installed("SummarizedExperiment")
  counts <- small_counts()
  x <- SummarizedExperiment::SummarizedExperiment(list(counts, counts + 1L))
  expect_error(contained_matrix(x, "x", NULL), "one of 1, 2", class = "metanmf_error")
  expect_identical(contained_matrix(x, "x", 2), counts + 1L)
})

test_that("an assay outside of memory is refused with what would read it", {
  skip_if_not_installed("SummarizedExperiment")
  counts <- small_counts()
  sparse <- methods::as(counts * 1, "CsparseMatrix")
  # A package that SummarizedExperiment needs, so that this one need not suggest it.
  delayed <- getExportedValue("DelayedArray", "DelayedArray")
  x <- SummarizedExperiment::SummarizedExperiment(list(counts = delayed(sparse)))
  refusal <- expect_error(check_matrix(x), class = "metanmf_error")
  text <- gsub("\\s+", " ", conditionMessage(refusal))
  code <- regmatches(text, gregexpr("as(\\.matrix)?\\(Summ[^)]*\\)[^)]*\\)", text))[[1]]
  expect_identical(eval(str2lang(code[[1]])), counts * 1)
  expect_identical(eval(str2lang(code[[2]])), sparse)
})

test_that("an ExpressionSet means its expressions unless another of its matrices is named", {
  skip_if_not_installed("Biobase")
  values <- small_counts() * 1
  x <- Biobase::ExpressionSet(values)
  expect_identical(check_matrix(x), values)
  Biobase::assayDataElement(x, "se.exprs") <- values + 1
  expect_identical(check_matrix(x), values)
  expect_identical(contained_matrix(x, "x", "se.exprs"), values + 1)
  expect_bad(contained_matrix(x, "x", "counts"), "assay")
})

test_that("an assay is asked of containers alone", {
  dtm <- documents("DocumentTermMatrix", c(1L, 1L, 2L), c(1L, 3L, 2L), 2:3, NULL)
  for (x in list(dtm, words, as.data.frame(words), 1:3, NULL)) {
    expect_bad(contained_matrix(x, "x", "counts"), "assay")
  }
  expect_null(contained_matrix(words, "x", NULL))
  expect_null(contained_matrix(words, "x"))
})

several_assays <- function() {
  counts <- small_counts()
  SummarizedExperiment::SummarizedExperiment(list(counts = counts, logcounts = log1p(counts)))
}

test_that("nmf(), gnmf(), predict(), adapt() and residuals() read the assay that is named", {
  skip_if_not_installed("SummarizedExperiment")
  x <- several_assays()
  logs <- log1p(small_counts())
  start <- init_random(logs, 2)
  control <- nmf_control(9, tol = 0)
  fit <- nmf(x, 2, init = start, assay = "logcounts", control = control)
  plain <- nmf(logs, 2, init = start, control = control)
  expect_identical(coef(fit), coef(plain))
  expect_identical(fit$data$assay, "logcounts")
  expect_null(plain$data$assay)
  by_graph <- gnmf(x, 2, graph = alike, init = start, assay = "logcounts", control = control)
  expect_identical(coef(by_graph), coef(gnmf(logs, 2, graph = alike, init = start,
                                             control = control)))
  # A fit remembers its assay, and another one can be named.
  expect_identical(predict(fit, x), predict(plain, logs))
  expect_identical(predict(fit, x, assay = "counts"), predict(plain, small_counts()))
  expect_identical(coef(adapt(fit, x, 5)), coef(adapt(plain, logs, 5)))
  expect_identical(adapt(fit, x, 5)$data$assay, "logcounts")
  expect_identical(coef(adapt(fit, x, 5, assay = "counts")), coef(adapt(plain, small_counts(), 5)))
  expect_identical(residuals(fit, x), residuals(plain, logs))
  expect_identical(residuals(fit, x, assay = "counts"), residuals(plain, small_counts()))
})

test_that("a fit of one assay is no fit of another: new data without it must name theirs", {
  skip_if_not_installed("SummarizedExperiment")
  x <- several_assays()
  fit <- nmf(x, 2, assay = "logcounts", control = nmf_control(5, tol = 0))
  other <- SummarizedExperiment::SummarizedExperiment(list(tpm = small_counts()))
  expect_bad(predict(fit, other), "assay")
  expect_identical(predict(fit, other, assay = "tpm"), predict(fit, small_counts()))
})

test_that("every verb with an argument assay refuses several assays and none named", {
  skip_if_not_installed("SummarizedExperiment")
  x <- several_assays()
  fit <- nmf(small_counts(), 2, control = nmf_control(5, tol = 0))
  expect_bad(nmf(x, 2), "assay")
  expect_bad(gnmf(x, 2), "assay")
  expect_bad(predict(fit, x), "assay")
  expect_bad(adapt(fit, x), "assay")
  expect_bad(residuals(fit, x), "assay")
  expect_bad(nmf(small_counts(), 2, assay = "counts"), "assay")
  expect_bad(predict(fit, small_counts(), assay = "counts"), "assay")
  text <- conditionMessage(expect_error(nmf(x, 2), class = "metanmf_error"))
  code <- regmatches(text, regexec("Use (assay = [^.]*)[.]", text))[[1]][[2]]
  found <- eval(str2lang(paste0("nmf(x, 2, control = nmf_control(5, tol = 0), ", code, ")")))
  expect_identical(found$data$assay, "counts")
})

test_that("samples in rows are for matrices: a container that knows its own is not turned", {
  skip_if_not_installed("SummarizedExperiment")
  x <- several_assays()
  fit <- nmf(t(small_counts()), 2, samples = "rows", control = nmf_control(5, tol = 0))
  expect_identical(predict(fit, x, assay = "counts"), predict(fit, t(small_counts())))
  expect_bad(nmf(x, 2, assay = "counts", samples = "rows"), "samples")
})

test_that("a cube of pixels by bands with its samples in rows has pixels as samples", {
  set.seed(8)
  cube <- array(runif(60), c(3, 4, 5), list(NULL, NULL, paste0("band", 1:5)))
  bands <- matrix(cube, ncol = 5, dimnames = list(NULL, paste0("band", 1:5)))
  start <- init_random(t(bands), 2)
  control <- nmf_control(5, tol = 0)
  fit <- nmf(cube, 2, samples = "rows", init = start, control = control)
  expect_identical(basis(fit), basis(nmf(t(bands), 2, init = start, control = control)))
  expect_identical(rownames(basis(fit)), paste0("band", 1:5))
  expect_identical(predict(fit, cube), predict(fit, bands))
  expect_equal(dim(residuals(fit, cube)), c(5, 12))
})

test_that("negative entries of a container, of triplets or of an array: the hint mends these", {
  mended <- function(failing, x) {
    text <- gsub("\\s+", " ", conditionMessage(expect_error(failing, class = "metanmf_error")))
    code <- regmatches(text, regexec("Use (.*) where they are noise", text))[[1]][[2]]
    place <- environment()
    value <- eval(str2lang(code), place)
    if (grepl("<-", code, fixed = TRUE)) place$x else value
  }
  below <- words
  below[2, 1] <- -1e-9
  dtm <- documents("DocumentTermMatrix", c(1L, 1L, 2L), c(1L, 3L, 2L), 2:3,
                   list(NULL, c("a", "b", "c")))
  dtm$v[[2]] <- -1
  expect_identical(unname(as.matrix(check_matrix(mended(nmf(dtm, 1), dtm)))),
                   cbind(c(5, 0, 0), c(0, 2, 0)))
  cube <- array(c(-1, 1:7), c(2, 2, 2))
  expect_identical(mended(nmf(cube, 1), cube), array(c(0, 1:7), c(2, 2, 2)))
  vector <- methods::as(c(0, -1, 2), "sparseVector")
  expect_identical(as.vector(check_matrix(mended(knn_graph(vector), vector))), c(0, 0, 2))
  skip_if_not_installed("SummarizedExperiment")
  for (values in list(below, methods::as(below, "CsparseMatrix"))) {
    x <- SummarizedExperiment::SummarizedExperiment(list(counts = words, scaled = values))
    expect_identical(as.matrix(mended(nmf(x, 1, assay = "scaled"), x)), pmax(below, 0))
    expect_bad(nmf(x, 1, assay = "scaled"), "x")
    one <- SummarizedExperiment::SummarizedExperiment(list(scaled = values))
    expect_identical(as.matrix(mended(knn_graph(one), one)), pmax(below, 0))
  }
})

test_that("a sparse assay without names says nothing, and one with names keeps them", {
  skip_if_not_installed("SingleCellExperiment")
  counts <- Matrix::rsparsematrix(9, 12, 0.5, rand.x = function(n) 1 + rpois(n, 2))
  bare <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
  expect_silent(read <- contained_matrix(bare, "x", NULL))
  expect_identical(read, counts)
  dimnames(counts) <- list(letters[1:9], LETTERS[1:12])
  named <- SingleCellExperiment::SingleCellExperiment(list(counts = counts))
  expect_identical(contained_matrix(named, "x", NULL), counts)
})
