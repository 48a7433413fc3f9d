# Tasks that are read by blocks against the same tasks in memory.

source_cases <- list(c("frobenius", "hals"), c("frobenius", "mu"), c("kl", "mu"))

# A fit of three tasks with two private columns, by so many iterations from a drawn start.
fit_tasks <- function(tasks, case = source_cases[[1]], ..., iterations = 8) {
  set.seed(3)
  group_nmf(tasks, 3, 2, loss = case[1], solver = case[2], max_iter = iterations, tol = 0,
            n_start = 1, ...)
}

three_tasks <- function(x = block_counts(12, 150)) {
  list(a = x[, 1:40], b = x[, 41:90], c = x[, 91:150])
}

expect_near_fit <- function(one, other, tolerance = 1e-10) {
  expect_equal(basis(one), basis(other), tolerance = tolerance)
  expect_equal(coef(one), coef(other), tolerance = tolerance)
  expect_equal(one$private, other$private, tolerance = tolerance)
  expect_equal(objective(one), objective(other), tolerance = tolerance)
  expect_equal(deviance(one), deviance(other), tolerance = tolerance)
}

test_that("tasks that are one block each give the fit of tasks in memory to the last bit", {
  for (x in list(three_tasks(), lapply(three_tasks(), sparse_copy))) {
    for (case in source_cases) {
      here <- fit_tasks(x, case)
      read <- fit_tasks(lapply(x, function(one) reading(one, ncol(one))), case)
      for (field in c("w", "h", "private", "trace", "kkt", "task_losses")) {
        expect_identical(read[[field]], here[[field]], label = field)
      }
      # Some of them in memory and some not.
      mixed <- fit_tasks(replace(x, 2, list(reading(x$b, ncol(x$b)))), case)
      expect_identical(mixed$w, here$w)
    }
  }
})

test_that("other cuts of the tasks give that fit to 1e-10 after 25 iterations", {
  for (x in list(three_tasks(), lapply(three_tasks(), sparse_copy))) {
    for (case in source_cases) {
      fit <- function(tasks) fit_tasks(tasks, case, iterations = 25)
      expect_near_fit(fit(lapply(x, block_source, 17)), fit(x))
    }
  }
  expect_near_fit(fit_tasks(lapply(three_tasks(), blocks_of, 17)), fit_tasks(three_tasks()))
})

test_that("without private columns sources give nmf()'s fit of their blocks to the last bit", {
  x <- block_counts(12, 150)
  start <- drawn_start(x, 3)
  plain <- nmf(reading(x, c(20, 20, 50, 60)), 3, init = start, solver = "hals", max_iter = 25,
               tol = 0)
  tasks <- three_tasks(x)
  tasks$a <- reading(tasks$a, c(20, 20))
  group <- group_nmf(tasks, 3, 0, init = start, max_iter = 25, tol = 0)
  expect_equal(basis(group), basis(plain), tolerance = 1e-10)
  group <- group_nmf(list(x[, 1:20], x[, 21:40], reading(x[, 41:90], 50), x[, 91:150]), 3, 0,
                     init = start, max_iter = 25, tol = 0)
  expect_identical(basis(group), basis(plain))
  expect_identical(coef(group), coef(plain))
})

test_that("integrative fits, masks, weights of tasks and new data take sources as well", {
  x <- three_tasks()
  blocks <- lapply(x, block_source, 17)
  changed <- function(tasks, solver) {
    set.seed(3)
    inmf(tasks, 3, lambda = 2, solver = solver, max_iter = 8, tol = 0)
  }
  for (solver in c("hals", "mu")) {
    expect_near_fit(changed(blocks, solver), changed(x, solver))
    expect_identical(basis(changed(lapply(x, function(one) reading(one, ncol(one))), solver)),
                     basis(changed(x, solver)))
  }
  for (rule in c("loto", "loss")) {
    expect_near_fit(fit_tasks(blocks, task_weights = rule), fit_tasks(x, task_weights = rule))
  }
  gaps <- lapply(x, function(one) replace(one, seq(3, length(one), by = 7), NA))
  expect_near_fit(fit_tasks(lapply(gaps, block_source, 17), missing = "mask"),
                  fit_tasks(gaps, missing = "mask"))
  fit <- fit_tasks(x)
  new <- block_counts(12, 30, seed = 2)
  answer <- function(use, data) {
    set.seed(4)
    use(fit, data)
  }
  expect_near_fit(answer(predict, block_source(new, 11)), answer(predict, new))
  expect_near_fit(answer(add_task, block_source(new, 11)), answer(add_task, new))
})

source_penalties <- list(
  list(penalty_sparse(0.05), penalty_ridge(0.01)),
  list(penalty_smooth(0.3), penalty_sparse(0.02, "w")),
  list(penalty_orthogonal(0.1), penalty_ridge(0.1, "h", "scale_invariant")))

test_that("penalties of tasks in blocks are those of the same tasks in memory", {
  for (x in list(three_tasks(), lapply(three_tasks(), sparse_copy))) {
    for (penalty in source_penalties) {
      for (case in source_cases[c(1, if (!has_penalty(penalty, "orthogonal")) 3)]) {
        here <- fit_tasks(x, case, penalty = penalty)
        expect_gt(objective(here), deviance(here) / if (case[1] == "kl") 2 else 1)
        whole <- fit_tasks(lapply(x, function(one) reading(one, ncol(one))), case,
                           penalty = penalty)
        for (field in c("w", "h", "private", "trace")) {
          expect_identical(whole[[field]], here[[field]], label = field)
        }
        expect_identical(whole$model$lambda, here$model$lambda)
        expect_near_fit(fit_tasks(lapply(x, block_source, 17), case, penalty = penalty), here, 1e-9)
      }
    }
  }
})

test_that("an iteration reads each block once", {
  x <- three_tasks()
  reads <- 0
  counted <- lapply(x, function(one) {
    reading(one, 20, function(part, i) {
      reads <<- reads + 1
      part
    })
  })
  reads_of <- function(iterations, penalty) {
    reads <<- 0
    set.seed(1)
    group_nmf(counted, 3, 1, loss = "frobenius", max_iter = iterations, tol = 0, n_start = 1,
              control = nmf_control(threads = 1), penalty = penalty)
    reads
  }
  count <- sum(vapply(counted, function(one) length(one$columns), 1L))
  for (penalty in list(NULL, list(penalty_smooth(1), penalty_sparse(0.05, "w")))) {
    expect_identical(reads_of(8, penalty) - reads_of(5, penalty), 3 * count)
  }
})

test_that("features of a source go by their names, and the level of a task's by some samples", {
  x <- three_tasks()
  turned <- replace(x, 2, list(block_source(x$b[12:1, ], 17)))
  expect_identical(basis(fit_tasks(turned)), basis(fit_tasks(replace(x, 2, list(
    block_source(x$b, 17))))))
  whole <- block_counts(12, 2500)
  some <- spaced_samples(whole)
  expect_identical(ncol(some), most_level_samples)
  expect_identical(some[, c(1, 1000)], whole[, c(1, 2500)])
  expect_identical(spaced_samples(block_source(whole, 700)), some)
  expect_identical(spaced_samples(sparse_copy(whole)), some)
})

test_that("what does not go with a source as a task is refused by name", {
  x <- three_tasks()
  blocks <- lapply(x, block_source, 17)
  expect_bad(fit_tasks(blocks$a), "tasks")
  expect_bad(fit_tasks(blocks$a, batch = rep(1:2, 20)), "tasks")
  expect_bad(fit_tasks(replace(x, 2, list(block_source(x$b[-1, ], 17)))), "tasks$b")
  expect_bad(fit_tasks(replace(x, 2, list(block_source(unname(x$b[-1, ]), 17)))), "tasks$b")
  expect_bad(fit_tasks(replace(blocks, 2, list(sparse_copy(x$b)))), "tasks")
  expect_bad(fit_tasks(blocks, weights = list(rep(1, 40), NULL, NULL)), "weights")
  expect_bad(fit_tasks(blocks, samples = "rows"), "samples")
  expect_bad(fit_tasks(replace(lapply(x, t), 2, blocks["b"]), samples = "rows"), "samples")
  expect_bad(fit_tasks(replace(blocks, 2, list(use_workers(blocks_of(x$b, 17))))), "tasks$b")
  expect_bad(choose_private(blocks, 3), "tasks")
  for (tasks in list(blocks, x)) expect_bad(fit_tasks(tasks, init = "kmeans"), "init")
  set.seed(1)
  bad <- reading(x$b, 17, function(part, i) if (i == 2) -part else part)
  expect_error(fit_tasks(replace(blocks, 2, list(bad))), "block 2 of 3", class = "metanmf_block")
})
