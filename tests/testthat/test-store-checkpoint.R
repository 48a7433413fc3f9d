# A loop that draws and sums, with a state of its own.
first_sum <- function() list(step = 0, total = 0, drawn = numeric(5))

sum_draws <- function(file, stop_at = Inf, name = "sums") {
  keep <- open_checkpoint(file, c(data = name), function(found, state) found$step %in% 1:5)
  state <- keep$resume(first_sum())
  while (state$step < 5) {
    if (state$step == stop_at) stop("off")
    state$step <- state$step + 1
    state$drawn[[state$step]] <- stats::runif(1)
    state$total <- sum(state$drawn)
    keep$save(state)
  }
  keep$done()
  state
}

test_that("a loop that was stopped goes on to the same state and the same draws", {
  local_mocked_bindings(save_interval = 0)
  file <- tempfile()
  on.exit(unlink(file))
  set.seed(1)
  whole <- sum_draws(NULL)
  random <- .Random.seed
  for (step in 1:4) {
    set.seed(1)
    expect_error(sum_draws(file, step), "off")
    set.seed(2)
    expect_identical(sum_draws(file), whole)
    expect_identical(.Random.seed, random)
    expect_false(file.exists(file))
  }
})

test_that("a state of other data or another shape is refused", {
  local_mocked_bindings(save_interval = 0)
  file <- tempfile()
  on.exit(unlink(file))
  try(sum_draws(file, 2), silent = TRUE)
  expect_error(sum_draws(file, name = "others"), "same data", class = "metanmf_other_fit")
  owner <- c(format = checkpoint_format, version = process$version, data = "sums")
  write_checkpoint(file, owner, list(step = 9, total = 0, drawn = numeric(5)))
  expect_error(sum_draws(file), "not those of a fit", class = "metanmf_corrupt_file")
  write_checkpoint(file, owner, list(step = 1))
  expect_error(sum_draws(file), "number of entries", class = "metanmf_corrupt_file")
})

test_that("numbers are kept to the bit", {
  file <- tempfile()
  on.exit(unlink(file))
  numbers <- c(-0, 4.9406564584124654e-324, Inf, 1 / 3, .Machine$double.xmax)
  write_checkpoint(file, c(data = "x"), numbers)
  expect_true(identical(read_checkpoint(file)$numbers, numbers, num.eq = FALSE))
})
