# What search_ranks() asks of a search whose visits are made up.
bare_search <- function(largest, patience = 2L) {
  list(largest = largest, patience = patience, begin = function(plan, grown) NULL)
}

# Visits with the given mean errors, a vector by rank; the order of the visits is kept.
run_search <- function(errors, first, ranks = NULL, patience = 2L, largest = length(errors)) {
  order <- integer()
  local_mocked_bindings(visit_rank = function(search, rank, before) {
    order <<- c(order, rank)
    list(rank = rank, error = errors[rank] + c(0, 1), fits = list(rank), worst = 0.1,
         explained = 0.5, failed = NA_character_)
  })
  found <- search_ranks(bare_search(largest, patience), first, ranks)
  list(order = order, found = found)
}

test_that("the search goes up from the guess, then down, and ends after two worse ranks", {
  errors <- c(9, 8, 7, 6, 5, 6, 7, 8, 9, 1)
  expect_identical(run_search(errors, 5L)$order, c(1L, 5L, 6L, 7L, 4L, 3L))
  expect_identical(run_search(errors, 3L)$order, c(1L, 3:7, 2L))
  expect_identical(run_search(errors, 9L)$order, c(1L, 9L, 10L, 8L, 7L, 6L, 5L, 4L, 3L))
})

test_that("a rank below the best so far resets the patience", {
  errors <- c(9, 5, 6, 4, 6, 3, 8, 9, 9, 9)
  expect_identical(run_search(errors, 2L)$order, c(1L, 2:8))
})

test_that("given ranks are all visited, and no other", {
  expect_identical(run_search(c(1, 5, 2, 9, 9, 9), 1L, c(2L, 4L, 6L))$order, c(2L, 4L, 6L))
})

test_that("a rank is handed the fits of the rank below where that was visited", {
  below <- list()
  local_mocked_bindings(visit_rank = function(search, rank, before) {
    below[[as.character(rank)]] <<- before
    list(rank = rank, error = c(1, 1) * rank, fits = list(rank), worst = 0, failed = NA_character_)
  })
  search_ranks(bare_search(9L), 1L, c(2L, 3L, 5L))
  expect_identical(below, list("3" = list(2L)))
})

test_that("an interrupt leaves the ranks that were visited", {
  local_mocked_bindings(visit_rank = function(search, rank, before) {
    if (rank == 5L) stop(structure(list(), class = c("interrupt", "condition")))
    list(rank = rank, error = c(1, 2) / rank, fits = list(rank), worst = 0, failed = NA_character_)
  })
  found <- search_ranks(bare_search(9L), 3L)
  expect_true(found$stopped)
  expect_identical(names(found$visits), c("1", "3", "4"))
})

test_that("an interrupt before the first rank has ended leaves nothing to return", {
  local_mocked_bindings(visit_rank = function(...) {
    stop(structure(list(), class = c("interrupt", "condition")))
  })
  expect_error(search_ranks(bare_search(9L), 3L), "before the fits of its first rank",
               class = "metanmf_interrupted")
})

test_that("the plan names all ranks that are left if none of them is better", {
  plan <- function(errors, first = 5L) {
    plan_ranks(errors, first, list(largest = 9L, patience = 2L))
  }
  expect_identical(plan(numeric()), c(1L, 5L, 6L, 7L, 4L, 3L))
  expect_identical(plan(c("1" = 9, "5" = 3, "6" = 2)), c(7L, 8L, 4L, 3L))
  expect_identical(plan(c("1" = 9, "5" = 3, "6" = 4, "7" = 4, "4" = 2)), c(3L, 2L))
  expect_identical(plan(c("1" = 9, "5" = 3, "6" = 4, "7" = 4, "4" = 5, "3" = 6)), integer())
  expect_identical(plan(c("1" = 9, "9" = 3), 9L), c(8L, 7L))
  # A rank whose fits failed is no better than any other.
  expect_identical(plan(c("1" = 9, "5" = 3, "6" = NA)), c(7L, 4L, 3L))
})

test_that("the bar's end moves with the plan and is not reached before the search ends", {
  told <- NULL
  local_mocked_bindings(progress_bar = function(...) {
    function(done, total) told <<- rbind(told, c(done, total))
  })
  bar <- rank_progress(masks = 2L, after = 0L)
  bar$begin(c(1L, 3L), FALSE)
  for (i in 1:2) bar$ended()
  # Fits of rank r cost r + 4, and those of rank 3 are counted twice, as if they grew.
  expect_identical(told[1:3, ], cbind(c(0, 5, 10), 10 + 28))
  bar$begin(3:5, FALSE)
  expect_identical(told[4, ], c(10, 10 + 14 + 2 * 2 * (8 + 9)))
  bar$begin(5L, TRUE)
  for (i in 1:2) bar$ended()
  expect_true(all(told[, 1] < told[, 2]))
})

visits_of <- function(errors) {
  lapply(seq_along(errors), function(i) {
    list(rank = i + 0L, error = errors[[i]], explained = 0, failed = NA_character_)
  })
}

test_that("the table's spread is that of differences paired by mask", {
  errors <- list(c(5, 6, 7), c(1, 2, 3.5), c(1.5, 2.2, 3.6))
  table <- rank_table(visits_of(errors), 3L)
  expect_equal(table$error, vapply(errors, mean, 0))
  expect_equal(table$above, table$error - min(table$error))
  expect_equal(table$spread[[3L]], sd(errors[[3L]] - errors[[2L]]) / sqrt(3))
  expect_equal(table$gain, 1 - table$error / table$error[[1L]])
  expect_identical(table$near, c(FALSE, TRUE, table$above[[3L]] <= 2 * table$spread[[3L]]))
})

table_of <- function(means, near = which.min(means), ranks = seq_along(means)) {
  data.frame(rank = ranks, error = means, gain = 1 - means / means[[1L]], near = ranks %in% near)
}

test_that("the spectrum's count is chosen within one standard error of the best, and no other", {
  table <- rank_table(visits_of(list(c(9, 9, 9), c(1.2, 2, 3.9), c(1, 2, 4), c(1, 2.1, 4.1))), 3L)
  # Above the best by .1 / 3 with a standard error of .088, and by .2 / 3 with one of .033.
  expect_equal(table$above[c(2, 4)], c(0.1, 0.2) / 3)
  expect_equal(table$spread[c(2, 4)], c(sd(c(0.2, 0, -0.1)), sd(c(0, 0.1, 0.1))) / sqrt(3))
  expect_identical(table$rank[chosen_row(table, 2L)], 2L)
  for (spectral in c(1L, 3L, 4L, 7L, NA)) {
    expect_identical(table$rank[chosen_row(table, spectral)], 3L)
  }
  expect_match(judge_rank(table, 2L, 9L)$reason, "within a standard error of the best")
  expect_identical(judge_rank(table, 2L, 9L)$verdict, "determined")
})

test_that("each verdict is given for its own reason", {
  verdict <- function(...) judge_rank(...)$verdict
  falling <- c(10, 6, 4, 3, 5, 6)
  expect_identical(verdict(table_of(falling), 4L, 6L), "determined")
  expect_identical(verdict(table_of(falling), 5L, 6L), "about")
  expect_identical(verdict(table_of(falling), 2L, 6L), "not determined")
  expect_identical(verdict(table_of(falling), 4L, 4L), "not determined")
  expect_identical(verdict(table_of(falling, near = 1:6), 4L, 6L), "not determined")
  expect_identical(verdict(table_of(c(10, 9.8, 9.7, 9.6, 9.9)), 4L, 6L), "not determined")
  expect_identical(verdict(table_of(falling), NA_integer_, 6L), "about")
  expect_identical(verdict(table_of(c(1, 2, 3)), 2L, 6L), "one")
  expect_identical(verdict(table_of(c(1, 2, 3)), NA_integer_, 6L), "one")
  expect_identical(verdict(table_of(c(1, 2, 3)), 3L, 6L), "not determined")
})

test_that("the reason says how far the two methods lie apart", {
  expect_match(judge_rank(table_of(c(10, 6, 4, 3, 5)), 2L, 9L)$reason,
               "ask for 4 components, but the spectrum shows 2")
  expect_match(judge_rank(table_of(c(10, 6, 4, 3, 5)), 4L, 9L)$reason, "70.0 % better than one")
})

test_that("no gain over one component is told where rank 1 was not visited", {
  table <- table_of(c(6, 4, 5), near = 3L, ranks = 2:4)
  table$gain <- NA_real_
  expect_no_match(judge_rank(table, 3L, 9L)$reason, "NA|better than one")
})
