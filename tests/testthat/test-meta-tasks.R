# A matrix whose entry tells its column, so that a part shows where it came from.
numbered <- function(n, m = 3) {
  matrix(rep(seq_len(n), each = m), m, n,
         dimnames = list(paste0("f", seq_len(m)), paste0("s", seq_len(n))))
}

test_that("the defaults are the protocol of the thesis", {
  set.seed(1)
  split <- split_tasks(numbered(1797))
  # floor(1797 / 2) = 898, ceiling(1797 / 2) = 899, 898 - 5 * 50 = 648
  expect_s3_class(split, "task_split")
  expect_length(split$tasks, 5)
  expect_true(all(vapply(split$tasks, ncol, 1L) == 50))
  expect_identical(ncol(split$target), 648L)
  expect_identical(ncol(split$evaluation), 899L)
  expect_identical(names(split$tasks), paste0("task_", 1:5))
  expect_null(split$labels)
})

test_that("every sample is in exactly one of tasks, target and evaluation", {
  set.seed(2)
  for (learning in c(0.5, 0.7)) {
    split <- split_tasks(numbered(81), n_tasks = 3, task_size = 10, learning = learning)
    index <- split$index
    expect_setequal(c(unlist(index$tasks), index$target), index$learning)
    expect_identical(sort(c(unlist(index$tasks, use.names = FALSE), index$target,
                            index$evaluation)), 1:81)
  }
  # 0.7 of 81 is 56.7, rounded down
  expect_length(index$learning, 56)
})

test_that("the learning set has the whole number of samples asked for", {
  # 0.29 * 100 is 28.999999999999996 in floating point
  expect_length(split_tasks(numbered(100), 1, 1, learning = 0.29)$index$learning, 29)
})

test_that("each part holds the columns of x that its index names, with their names", {
  x <- numbered(60)
  set.seed(3)
  for (overlap in c(FALSE, TRUE)) {
    split <- split_tasks(x, n_tasks = 2, task_size = 8, overlap = overlap)
    parts <- c(split$tasks, list(split$target, split$evaluation))
    index <- c(split$index$tasks, list(split$index$target, split$index$evaluation))
    for (i in seq_along(parts)) {
      expect_equal(parts[[i]][2, ], stats::setNames(index[[i]], paste0("s", index[[i]])))
      expect_identical(rownames(parts[[i]]), rownames(x))
      expect_type(parts[[i]], "double")
    }
  }
})

test_that("disjoint parts keep the order of the samples", {
  set.seed(4)
  index <- split_tasks(numbered(200), n_tasks = 4, task_size = 9)$index
  parts <- c(index$tasks, index[c("target", "learning", "evaluation")])
  expect_false(any(vapply(parts, is.unsorted, NA)))
})

test_that("a part of one sample is still a matrix", {
  split <- split_tasks(numbered(4, m = 2), n_tasks = 1, task_size = 1)
  # 2 samples to learn from: one task of 1, a target of 1
  expect_identical(dim(split$tasks[[1]]), c(2L, 1L))
  expect_identical(dim(split$target), c(2L, 1L))
})

test_that("overlapping tasks come from the whole learning set, which is the target, permuted", {
  set.seed(5)
  split <- split_tasks(numbered(300), task_size = 100, overlap = TRUE)
  index <- split$index
  expect_setequal(index$target, index$learning)
  expect_length(index$target, 150)
  expect_true(is.unsorted(index$target))
  for (task in index$tasks) {
    expect_length(unique(task), 100)
    expect_true(all(task %in% index$learning))
  }
  # 5 tasks of 100 out of 150 must share samples
  expect_true(anyDuplicated(unlist(index$tasks)) > 0)
})

test_that("a given split is used as it stands, and only the tasks are drawn", {
  given <- list(evaluation = c(30, 2, 11), learning = c(20:13, 1))
  set.seed(6)
  split <- split_tasks(numbered(30), n_tasks = 2, task_size = 3, split = given)
  expect_identical(split$index$evaluation, c(30L, 2L, 11L))
  expect_identical(split$index$learning, c(20:13, 1L))
  expect_setequal(c(unlist(split$index$tasks), split$index$target), given$learning)
  expect_identical(unname(split$evaluation[1, ]), c(30, 2, 11))
  expect_null(split$options$learning)
})

test_that("labels follow their samples, whatever their type", {
  x <- numbered(60)
  for (labels in list(letters[1 + 1:60 %% 7], factor(1:60 %% 3), 1:60 %% 5)) {
    split <- split_tasks(x, n_tasks = 2, task_size = 5, labels = labels)
    expect_identical(split$labels$target, labels[split$index$target])
    expect_identical(split$labels$evaluation, labels[split$index$evaluation])
    expect_identical(split$labels$tasks,
                     lapply(split$index$tasks, function(columns) labels[columns]))
  }
})

test_that("the same seed gives the same split, another seed another, whatever the labels", {
  x <- numbered(300)
  draw <- function(seed, ...) {
    set.seed(seed)
    split_tasks(x, n_tasks = 2, task_size = 5, ...)
  }
  expect_identical(draw(1), draw(1))
  expect_false(identical(draw(1)$index, draw(2)$index))
  expect_identical(draw(1, labels = 1:300)$index, draw(1)$index)
})

test_that("zero rows, in x or in one part only, are legal", {
  x <- numbered(40)
  x[1, ] <- 0
  x[2, -1] <- 0
  split <- split_tasks(x, n_tasks = 2, task_size = 5)
  expect_identical(unname(split$target[1, ]), numeric(10))
})

test_that("x is not changed, integer or not", {
  x <- numbered(40)
  copy <- x + 0L
  split_tasks(x, n_tasks = 2, task_size = 5)
  expect_identical(x, copy)
})

test_that("too few samples end in an error with the arithmetic and what fits", {
  faces <- matrix(1, 2, 400)
  # 200 to learn from; one must be left: (200 - 1) %/% 5 = 39, (200 - 1) %/% 50 = 3
  expect_no_error(split_tasks(faces, task_size = 39))
  expect_no_error(split_tasks(faces, n_tasks = 3))
  expect_no_error(split_tasks(faces, overlap = TRUE))
  expect_bad(split_tasks(faces), "task_size")
  expect_bad(split_tasks(faces, task_size = 40), "task_size")
  expect_bad(split_tasks(faces, task_size = 201, overlap = TRUE), "task_size")
  expect_bad(split_tasks(faces[, 1:4]), "task_size")
  expect_bad(split_tasks(faces, n_tasks = 1e5, task_size = 1e5), "task_size")
})

test_that("sparse data are split as the same dense data, into sparse parts", {
  x <- numbered(60)
  set.seed(9)
  dense <- split_tasks(x, n_tasks = 2, task_size = 5, labels = 1:60)
  set.seed(9)
  sparse <- split_tasks(sparse_copy(x), n_tasks = 2, task_size = 5, labels = 1:60)
  parts <- function(split) c(split$tasks, split[c("target", "evaluation")])
  for (part in parts(sparse)) expect_s4_class(part, "dgCMatrix")
  expect_identical(lapply(parts(sparse), as.matrix), parts(dense))
  expect_identical(sparse[c("index", "labels", "options")], dense[c("index", "labels", "options")])
})

test_that("arguments that do not fit are errors that say what would", {
  x <- numbered(60)
  wrong <- list(
    list(x = -x), list(x = x, n_tasks = 0), list(x = x, task_size = 2.5),
    list(x = x, learning = 1.5), list(x = x, learning = 0.001), list(x = x, learning = 1),
    list(x = x, labels = 1:59), list(x = x, labels = as.list(1:60)), list(x = x, overlp = TRUE),
    list(x = x, overlap = NA), list(x = x, split = 1:30), list(x = x, split = list(1, 2)),
    list(x = x, split = list(learning = 1:9, evaluation = 9:20)),
    list(x = x, split = list(learning = 1:9, evaluation = 0:20)),
    list(x = x, split = list(learning = 1:9)), list(x = x, split = list(train = 1, test = 2)),
    list(x = x, learning = 0.5, split = list(learning = 1:9, evaluation = 10:20))
  )
  for (call in wrong) {
    expect_error(do.call(split_tasks, call), class = "metanmf_error")
  }
  for (numbers in list(c(1, 2, 1), c(1, 2.5, 3), c(1, NA, 3), c(1, 61), "1", numeric())) {
    expect_error(split_tasks(x, 1, 1, split = list(learning = numbers, evaluation = 9)),
                 "split$learning", fixed = TRUE, class = "metanmf_error")
  }
  expect_bad(split_tasks(x, learning = 0.001), "learning")
  expect_bad(split_tasks(x, labels = 1:59), "labels")
  expect_bad(split_tasks(x, overlp = TRUE), "...")
  expect_bad(split_tasks(x, split = 1:30), "split")
  expect_bad(split_tasks(x, split = list(train = 1, test = 2)), "split")
  expect_bad(split_tasks(x, split = list(learning = 1:9)), "split$evaluation")
  expect_bad(split_tasks(x, split = list(learning = 1:9, evaluation = 0:20)), "split$evaluation")
  expect_bad(split_tasks(x, split = list(learning = 1:9, evaluation = 9:20)), "split")
  expect_bad(split_tasks(x, learning = 0.5, split = list(learning = 1:9, evaluation = 10:20)),
             "learning")
})

test_that("print states the sizes of the parts and returns the split invisibly", {
  set.seed(7)
  split <- split_tasks(numbered(60), n_tasks = 2, task_size = 5, labels = 1:60)
  given <- split_tasks(numbered(60), n_tasks = 1, task_size = 5, overlap = TRUE,
                       split = list(learning = 1:20, evaluation = 31:40))
  expect_snapshot({
    split
    given
  })
  utils::capture.output(expect_invisible(print(given)))
})

test_that("plot names every part with its size, restores par and returns the split", {
  set.seed(8)
  file <- tempfile(fileext = ".pdf")
  grDevices::pdf(file, compress = FALSE)
  on.exit(unlink(file))
  before <- graphics::par(no.readonly = TRUE)[c("mar", "mfrow", "cex", "xpd")]
  split <- split_tasks(numbered(1000), n_tasks = 12, task_size = 20)
  drawn <- withVisible(plot(split))
  after <- graphics::par(no.readonly = TRUE)[c("mar", "mfrow", "cex", "xpd")]
  grDevices::dev.off()
  expect_identical(after, before)
  expect_false(drawn$visible)
  expect_identical(drawn$value, split)
  # An uncompressed PDF holds every text; kerning splits words into pieces in brackets.
  lines <- readLines(file, warn = FALSE)
  shown <- gsub("\\) *-?[0-9.]+ *\\(", "", grep("T[jJ]", lines, value = TRUE))
  # 1000 samples; 500 to learn from; 500 - 12 * 20 = 260 left for the target
  for (text in c("All samples", "(1000)", "Learning", "(500)", "Evaluation", "Task 1)", "Task 12",
                 "8 more", "Target", "(260)")) {
    expect_true(any(grepl(text, shown, fixed = TRUE)), info = text)
  }
})
