# Squares of numbers, kept as rows: jobs of two numbers each.
squares <- list(
  types = c(number = "integer", square = "numeric", error = "character"), key = "number",
  failure = "error", claim = "number", description = "squares.txt", format = "squares 1",
  argument = "place", verb = "square()",
  renew_rows = identity, renew_owner = identity
)

# `broken`: numbers that fail.
squaring <- list(
  label = "Squares",
  run = function(units, keep, broken) {
    for (number in units$number) {
      keep(if (number %in% broken) list(number = number, square = NA_real_, error = "no")
           else list(number = number, square = number^2, error = NA_character_))
    }
  },
  failed = function(unit, error, broken) {
    list(number = unit$number, square = NA_real_, error = conditionMessage(error))
  },
  costs = function(units, broken) units$number
)

in_place <- function(code) {
  folder <- tempfile("squares")
  dir.create(folder)
  on.exit(unlink(folder, recursive = TRUE))
  code(folder)
}
jobs_of <- function(numbers, broken = integer()) {
  lapply(split(numbers, ceiling(seq_along(numbers) / 2)), function(some) {
    list(file = paste0("from-", some[[1]], ".rows"), units = data.frame(number = some),
         call = list(broken = broken))
  })
}
rows_in <- function(folder) {
  do.call(rbind, lapply(list.files(folder, "[.]rows$", full.names = TRUE), read_rows,
                        store = squares))
}

test_that("what has a row is not run again, and more can be asked for", {
  in_place(function(folder) {
    run_rows(squares, folder, jobs_of(1:3), squaring)
    expect_identical(rows_in(folder)$square, c(1, 4, 9))
    asked <- NULL
    counting <- utils::modifyList(squaring, list(run = function(units, keep, broken) {
      asked <<- c(asked, units$number)
      squaring$run(units, keep, broken)
    }))
    run_rows(squares, folder, jobs_of(1:6), counting)
    expect_identical(asked, 4:6)
    expect_identical(sort(rows_in(folder)$number), 1:6)
    expect_length(list.files(folder, "^run-"), 0)
  })
})

test_that("a run that stopped in the middle goes on after its last row", {
  in_place(function(folder) {
    stopping <- utils::modifyList(squaring, list(run = function(units, keep, broken) {
      squaring$run(units, function(row) if (row$number == 4) stop("off") else keep(row), broken)
    }))
    expect_error(run_rows(squares, folder, jobs_of(1:6), stopping), "off")
    expect_identical(rows_in(folder)$number, 1:3)
    expect_length(list.files(folder, "^run-"), 0)
    run_rows(squares, folder, jobs_of(1:6), squaring)
    expect_identical(sort(rows_in(folder)$number), 1:6)
  })
})

test_that("rows of errors are kept, and run again on request alone", {
  in_place(function(folder) {
    run_rows(squares, folder, jobs_of(1:4, broken = 2L), squaring)
    run_rows(squares, folder, jobs_of(1:4), squaring)
    expect_identical(rows_in(folder)$error, c(NA, "no", NA, NA))
    run_rows(squares, folder, jobs_of(1:4), squaring, retry = TRUE)
    expect_identical(rows_in(folder)$square, c(1, NA, 4, 9, 16))
  })
})

test_that("every row is on disk as soon as it is finished", {
  in_place(function(folder) {
    token <- lock_folder(squares, folder)
    job <- jobs_of(1:2)[[1]]
    job$file <- file.path(folder, job$file)
    lines <- integer()
    write_rows(squares, job, squaring$run, token,
               function() lines <<- c(lines, length(readLines(job$file))))
    expect_identical(lines, 1:2)
  })
})

test_that("a session that lost its folder to another one stops and writes no more", {
  in_place(function(folder) {
    token <- lock_folder(squares, folder)
    job <- jobs_of(1:2)[[1]]
    job$file <- file.path(folder, job$file)
    expect_error(write_rows(squares, job, squaring$run, token,
                            function() lock_folder(squares, folder)),
                 "took over", class = "metanmf_error")
    expect_length(readLines(job$file), 1L)
  })
})

test_that("a worker's death costs the row it was at, and a second one makes a row of it", {
  in_place(function(folder) {
    token <- lock_folder(squares, folder)
    job <- jobs_of(3:4)[[1]]
    job$file <- file.path(folder, job$file)
    call <- list(store = squares, job = job, run = squaring$run, token = job_token(token, 1))
    revise <- death_rule(0, squaring)
    write_row(squares, list(number = 3L, square = 9, error = NA_character_), job$file)
    expect_warning(once <- revise(1L, call, 1L), "died at 4", class = "metanmf_worker_died")
    expect_identical(once$job$units$number, 4L)
    # The dead one's token is gone, so it writes nothing if it lives.
    expect_identical(file.exists(c(call$token, once$token)), c(FALSE, TRUE))
    expect_warning(twice <- revise(1L, once, 2L), class = "metanmf_worker_died")
    expect_identical(nrow(twice$job$units), 0L)
    expect_match(read_rows(squares, job$file)$error[[2]], "its worker died, twice")
  })
})

test_that("the bar moves by what the rows cost, to its end", {
  told <- list()
  local_mocked_bindings(progress_bar = function(label, total, ...) {
    told <<- list(label = label, total = total)
    function(done) told$done <<- c(told$done, done)
  })
  in_place(function(folder) run_rows(squares, folder, jobs_of(1:4), squaring))
  expect_identical(told, list(label = "Squares", total = 10L, done = c(1, 3, 6, 10)))
})
