# Algorithm 1 with tasks and target in blocks, against the same data in memory.

# Counts of 12 features, cut into three tasks and a target.
source_split <- function(x = block_counts(12, 220)) {
  list(tasks = list(x[, 1:40], x[, 41:90], x[, 91:130]), target = x[, 131:220])
}

in_blocks <- function(split, block = 17) {
  list(tasks = lapply(split$tasks, blocks_of, block), target = blocks_of(split$target, block))
}

fit_split <- function(split, ..., epochs = 4) {
  set.seed(2)
  suppressMessages(meta_nmf(split, 3, ..., control = meta_control(
    epochs = epochs, inner = nmf_control(max_iter = 6, tol = 0))))
}

expect_near_meta <- function(one, other, tolerance = 1e-10) {
  expect_equal(basis(one), basis(other), tolerance = tolerance)
  expect_equal(coef(one), coef(other), tolerance = tolerance)
  expect_equal(one$trace, other$trace, tolerance = tolerance)
  expect_equal(objective(one), objective(other), tolerance = tolerance)
}

test_that("tasks and a target in blocks give the fit of those in memory", {
  dense <- source_split()
  sparse <- list(tasks = lapply(dense$tasks, sparse_copy), target = sparse_copy(dense$target))
  for (split in list(dense, sparse)) {
    expect_near_meta(fit_split(in_blocks(split)), fit_split(split))
    expect_near_meta(fit_split(in_blocks(split), loss = "kl"), fit_split(split, loss = "kl"))
  }
  expect_near_meta(fit_split(in_blocks(dense), solver = "hals", init = "nndsvda"),
                   fit_split(dense, solver = "hals", init = "nndsvda"), 1e-8)
  expect_near_meta(fit_split(in_blocks(dense), loss = beta_loss(1.5)),
                   fit_split(dense, loss = beta_loss(1.5)))
  expect_near_meta(fit_split(in_blocks(dense), penalty = penalty_graph(knn_graph, 0.3)),
                   fit_split(dense, penalty = penalty_graph(knn_graph, 0.3)))
  expect_near_meta(fit_split(in_blocks(dense), task_weights = "loss"),
                   fit_split(dense, task_weights = "loss"), 1e-8)
})

test_that("a task of one block gives the bits of the task in memory, beside others in memory", {
  split <- source_split()
  mixed <- split
  mixed$tasks[[2]] <- reading(split$tasks[[2]], 50)
  expect_identical(fit_split(mixed)$w, fit_split(split)$w)
  mixed$target <- reading(split$target, 90)
  fit <- fit_split(mixed)
  expect_identical(fit$w, fit_split(split)$w)
  expect_identical(fit$h, fit_split(split)$h)
})

test_that("features of a task in blocks follow those of the target by name", {
  split <- source_split()
  turned <- split
  turned$tasks[[1]] <- blocks_of(split$tasks[[1]][12:1, ], 17)
  expect_near_meta(fit_split(turned), fit_split(split))
  rownames(split$tasks[[1]])[1] <- "other"
  expect_bad(fit_split(in_blocks(split)), "split$tasks[[1]]")
  split$tasks[[1]] <- unname(split$tasks[[1]])[-1, ]
  expect_bad(fit_split(in_blocks(split)), "split$tasks[[1]]")
})

test_that("what an epoch cannot do with blocks is refused before any of them is read", {
  split <- source_split()
  closed <- function(x) reading(x, 20, function(part, i) stop("read"))
  unread <- list(tasks = lapply(split$tasks, closed), target = closed(split$target))
  expect_bad(fit_split(unread, penalty = penalty_smooth(0.1, on = "w")), "penalty")
  expect_bad(fit_split(unread, init = "kmeans"), "init")
  expect_bad(fit_split(replace(unread, "target", list(use_workers(unread$target)))), "split$target")
  unread$target <- split$target
  expect_bad(meta_nmf(unread, 3, samples = "rows"), "samples")
  holes <- replace(split$target, 1, NA)
  expect_error(fit_split(list(tasks = split$tasks, target = blocks_of(holes, 17))),
               "block 1 of 6", class = "metanmf_error")
})

test_that("a fit of blocks goes on from its checkpoint, and refuses that of other blocks", {
  local_mocked_bindings(save_interval = 0)
  split <- source_split()
  file <- tempfile()
  reads <- 0
  stopped <- split
  # Fails when the target is read for the 21st time, after some epochs.
  stopped$target <- reading(split$target, 17, function(part, i) {
    reads <<- reads + (i == 1)
    if (reads > 20) stop("enough")
    part
  })
  expect_error(fit_split(stopped, epochs = 5, checkpoint = file), "enough")
  expect_true(file.exists(file))
  again <- replace(split, "target", list(reading(split$target, 17)))
  other <- replace(split, "target", list(reading(split$target, 18)))
  expect_error(fit_split(other, epochs = 5, checkpoint = file), class = "metanmf_other_fit")
  resumed <- fit_split(again, epochs = 5, checkpoint = file)
  expect_identical(resumed$w, fit_split(again, epochs = 5)$w)
  expect_false(file.exists(file))
})

test_that("a fit of tasks in blocks is adapted to new samples in blocks as to a matrix", {
  split <- source_split()
  fit <- fit_split(in_blocks(split))
  new <- block_counts(12, 60, seed = 9)
  for (loss in c("frobenius", "kl")) {
    fit <- fit_split(split, loss = loss)
    here <- adapt(fit, new, 10)
    read <- suppressMessages(adapt(fit, blocks_of(new, 25), 10))
    expect_equal(basis(read), basis(here), tolerance = 1e-10)
    expect_equal(coef(read), coef(here), tolerance = 1e-10)
  }
})
