# What a source is, where it is cut, and what is wrong with one.

test_that("a matrix is cut into about 64 MB: dense ones by whole groups of 64 columns", {
  expect_identical(cut_columns(matrix(0, 2^13, 3000), NULL), rep(c(1024, 952), c(2, 1)))
  expect_identical(cut_columns(matrix(0, 100, 7), NULL), 7)
  expect_identical(cut_columns(matrix(0, 10, 7), 3), c(3, 3, 1))
  # Every entry is stored, so that 500 columns are some 240 MB.
  long <- methods::new("dgCMatrix", i = rep(0:39999, 500), p = 40000L * 0:500,
                       x = rep(1, 40000 * 500), Dim = c(40000L, 500L))
  columns <- cut_columns(long, NULL)
  expect_identical(sum(columns), 500L)
  expect_true(all(columns * 12 * 40000 <= 2^26 + 12 * 40000))
  expect_true(all(head(columns, -1) * 12 * 40000 > 2^26 - 2 * 12 * 40000))
})

test_that("a source has the shape and the names of its data, whatever holds them", {
  x <- block_counts(6, 20)
  for (source in list(block_source(x, 7), blocks_of(x, 7), reading(x, 7, samples = colnames(x)),
                      block_source(sparse_copy(x), 7), blocks_of(sparse_copy(x), 7))) {
    expect_s3_class(source, "block_source")
    expect_identical(dim(source), dim(x))
    expect_identical(dimnames(source), dimnames(x))
    expect_identical(source$columns, c(7L, 7L, 6L))
    parts <- lapply(1:3, function(i) unname(as.matrix(read_block(source, i))))
    expect_identical(do.call(cbind, parts), unname(x))
    expect_identical(block_source(source), source)
  }
  expect_null(dimnames(block_source(unname(x))))
  expect_null(colnames(reading(x, 7)))
  expect_identical(colnames(nmf(reading(x, 7), 2, max_iter = 2, tol = 0)$h), colnames(x))
})

test_that("arguments that make no source are refused", {
  x <- block_counts(6, 20)
  expect_bad(block_source("no such folder"), "x")
  expect_bad(block_source(c("a", "b")), "x")
  expect_bad(block_source(letters), "x")
  expect_bad(block_source(x, 0), "block")
  expect_bad(block_source(block_source(x), 3), "block")
  expect_bad(block_source(x, blocks = 3), "...")
  read <- function(i) x
  expect_bad(block_source(read, 3, columns = 20, features = 6), "block")
  expect_bad(block_source(read, features = 6), "columns")
  expect_bad(block_source(read, columns = 20), "features")
  expect_bad(block_source(read, columns = c(10, 0), features = 6), "columns")
  expect_bad(block_source(read, columns = "20", features = 6), "columns")
  expect_bad(block_source(read, columns = 20, features = 0), "features")
  expect_bad(block_source(read, columns = 20, features = 6, samples = "a"), "samples")
  expect_bad(block_source(read, columns = rep(2^30, 3), features = 6), "x")
  writeLines("no folder", file <- tempfile())
  expect_error(block_source(file), "It is a file", class = "metanmf_error")
})

test_that("a block that is not what its source says is refused by its number", {
  x <- block_counts(6, 20)
  wrong <- function(part, message) {
    source <- reading(x, 7, function(block, i) if (i == 2) part(block) else block)
    refusal <- expect_error(nmf(source, 2), class = "metanmf_block")
    expect_match(conditionMessage(refusal), "block 2 of 3")
    expect_match(conditionMessage(refusal), message)
  }
  wrong(function(block) stop("the line is down"), "the line is down")
  wrong(function(block) block[, 1:3], "6 x 7 matrix")
  wrong(function(block) block[1:5, ], "6 x 7 matrix")
  wrong(function(block) `rownames<-`(block, paste0("other", 1:6)), "other1")
  wrong(function(block) sparse_copy(block), "dense like the first")
  wrong(function(block) "text", "something else")
  wrong(function(block) as.data.frame(block), "something else")
  wrong(function(block) `storage.mode<-`(block, "character"), "something else")
  wrong(function(block) replace(block, 3, -1), "negative entries: 1 .first at .3, 1.., down to -1")
  wrong(function(block) replace(block, 3, -1), "column 8 of the whole")
  wrong(function(block) replace(block, 3, NA), "NA entries")
  wrong(function(block) replace(block, 3, Inf), "Inf entries")
  # Features in another order are put in order.
  turned <- reading(x, 7, function(block, i) if (i == 2) block[6:1, ] else block)
  start <- drawn_start(x, 2)
  expect_same_fit(nmf(turned, 2, init = start), nmf(block_source(x, 7), 2, init = start))
})

test_that("data that change during a fit end it, and the block is named", {
  x <- block_counts(6, 20)
  reads <- 0
  late <- reading(x, 7, function(block, i) {
    reads <<- reads + (i == 3)
    if (i == 3 && reads == 4) block[1] <- block[1] + 1
    block
  })
  expect_error(nmf(late, 2), "block 3 of 3.*other entries", class = "metanmf_block")
  expect_identical(reads, 4)
})

test_that("the first pass says how long it took where that is worth saying", {
  x <- block_counts(6, 20)
  slow <- reading(x, 10, function(block, i) {
    Sys.sleep(0.6)
    block
  })
  expect_message(look_at_blocks(slow), "all 2 blocks of `x` in 1[.][0-9] s",
                 class = "metanmf_message")
  expect_no_message(look_at_blocks(block_source(x)))
})

test_that("a verb that needs all of the data at once says so of a source, and of which argument", {
  x <- block_counts(6, 20)
  source <- block_source(x, 7)
  fit <- nmf(x, 2, max_iter = 2, tol = 0)
  expect_bad(select_lambda(source, 2, penalty_sparse()), "x")
  expect_bad(rbf_graph(source), "x")
  expect_bad(split_tasks(source), "x")
  expect_bad(group_nmf(source, 2, private = 1), "tasks")
  expect_bad(bootstrap_nmf(fit, source), "newdata")
  expect_bad(cluster_samples(source, 2), "fit")
  expect_bad(residuals(fit, source), "at")
  expect_bad(nmf(source, 2, weights = matrix(1, 6, 20)), "weights")
  expect_bad(nmf(source, 2, init = "kmeans"), "init")
  expect_bad(nmf(source, 2, loss = nb_loss()), "loss")
  expect_bad(nmf(source, 2, solver = "ccd", loss = "kl"), "solver")
  expect_bad(nmf(source, 2, missing = "unstored"), "missing")
  expect_bad(predict(fit, source, features = "match"), "features")
  expect_identical(nmf(source, 2, penalty = penalty_graph(knn_graph(x, 2), 1), max_iter = 2,
                       tol = 0)$iterations, 2L)
})
