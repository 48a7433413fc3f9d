# The validators every verb uses, and what nmf() says to input it cannot use.

test_that("an input error names the argument, says what came and carries its class", {
  error <- tryCatch(stop_input("rank", "at least 1", "0", "Try 1.", class = "narrow"),
                    error = identity)
  expect_s3_class(error, c("narrow", "metanmf_error", "error", "condition"), exact = TRUE)
  expect_identical(error$argument, "rank")
  expect_null(conditionCall(error))
  expect_identical(conditionMessage(error), "`rank` must be at least 1.\nGiven: 0.\nTry 1.")
})

test_that("any value is described in a few words", {
  said <- function(value) describe(value)
  expect_identical(said(NULL), "NULL")
  expect_identical(said(mean), "a function")
  expect_identical(said("a"), "\"a\"")
  expect_identical(said(2.5), "2.5")
  expect_identical(said(NA), "NA")
  expect_identical(said(matrix(1, 2, 3)), "a 2 x 3 matrix")
  expect_identical(said(data.frame(a = 1:2)), "a 2 x 1 data.frame")
  expect_identical(said(1:3), "an integer of length 3")
  expect_identical(said(list(1)), "a list of length 1")
  expect_identical(said(NA_character_), "NA")
  expect_identical(said(factor("a")), "a factor of length 1")
  expect_identical(said(strrep("ab", 100)), paste0("\"", strrep("ab", 28), "a...\""))
})

test_that("articles follow the spoken word: an nmf_fit, an 8 x 60 matrix, a 110 x 3 one", {
  for (text in c("nmf_control", "lm", "igraph", "ngCMatrix", "8 x 60", "80 x 1", "11 x 2",
                 "18 x 2", "11000 x 2", "800 x 2")) {
    expect_identical(with_article(text), paste("an", text))
  }
  for (text in c("list", "matrix", "numeric", "meta_control", "raw", "dgCMatrix", "1 x 8",
                 "110 x 8", "180 x 3", "1118 x 3", "70 x 8")) {
    expect_identical(with_article(text), paste("a", text))
  }
  expect_identical(describe(matrix(1, 8, 60)), "an 8 x 60 matrix")
  expect_identical(describe(nmf_control()), "an nmf_control")
})

test_that("lines of a message beyond 100 characters are broken, and no others", {
  short <- paste(rep("word", 20), collapse = " ") # 20 words and 19 spaces: 99 characters
  long <- paste(short, "w") # 101
  expect_identical(wrap_lines(paste0(short, "\n  kept   as it is")),
                   paste0(short, "\n  kept   as it is"))
  expect_identical(wrap_lines(paste0(long, "\n", short)), paste0(short, "\nw\n", short))
  both <- paste0(short, "; w; w")
  expect_identical(wrap_lines(both), paste0(short, ";\nw;\nw"))
  message <- conditionMessage(expect_error(stop_input("a", long, "b"), class = "metanmf_error"))
  expect_lte(max(nchar(strsplit(message, "\n")[[1]])), 100)
})

# A name of a file in latin1 that was read as UTF-8: its last byte is no text.
test_that("text in a wrong encoding is shown, with its bytes, and the message says what to do", {
  skip_if_not(l10n_info()[["UTF-8"]])
  name <- "caf\xe9"
  x <- random_matrix(6, 8)
  dimnames(x) <- list(c(name, letters[2:6]), NULL)
  said <- function(code, argument) {
    refusal <- expect_error(code, class = "metanmf_error")
    expect_identical(refusal$argument, argument)
    expect_match(conditionMessage(refusal), "caf<e9>", fixed = TRUE)
    conditionMessage(refusal)
  }
  to_do <- "read.csv(file, fileEncoding = \"latin1\")"
  fit <- nmf(x, 2, control = nmf_control(3, tol = 0))
  expect_identical(rownames(fit$w), rownames(x))
  other <- `rownames<-`(x, letters[1:6])
  expect_match(said(predict(fit, other), "newdata"), to_do, fixed = TRUE)
  said(nmf(x, 2, init = name), "init")
  said(nmf(x, 2, loss = name), "loss")
  said(nmf(data.frame(x, check.names = FALSE), name), "rank")
  words <- stats::setNames(data.frame("a", 1), c(name, "b"))
  expect_match(said(nmf(words, 2), "x"), to_do, fixed = TRUE)
  said(cluster_samples(fit, 2, algorithm = strrep(name, 20)), "algorithm")
  said(nmf_control(smoothing = name), "smoothing")
})

test_that("a file read as the hint about encodings says has names that are text", {
  skip_if_not(l10n_info()[["UTF-8"]])
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  writeBin(c(charToRaw("name,caf"), as.raw(0xe9), charToRaw("\na,1\n")), file)
  read.csv <- utils::read.csv
  code <- regmatches(encoding_hint, regexpr("read[.]csv.*[)]", encoding_hint))
  expect_identical(names(eval(str2lang(code)))[[2]], "caf\u00e9")
})

test_that("an argument left out is an error that says what to give, through any verb", {
  count <- function(k, more = 1) {
    check_given("k", "the number of clusters", "Count them.")
    k
  }
  through <- function(k) count(k)
  expect_identical(count(3), 3)
  expect_identical(through(3), 3)
  expect_error(count(), class = "metanmf_error")
  expect_error(through(), class = "metanmf_error")
  expect_snapshot(count(more = 2), error = TRUE)
})

test_that("a matrix of text is told from one of numbers", {
  # "must be a numeric matrix. Given: a 2 x 2 matrix" would leave the user guessing.
  expect_match(describe(matrix("1", 2, 2)), "character")
  expect_error(nmf(matrix("1", 2, 2), 1), "Given:.*character", class = "metanmf_error")
})

test_that("the nearest name is the one with fewest changes, or none when all are far", {
  known <- c("max_iter", "tol", "scale")
  expect_identical(nearest_name("max_itr", known), "max_iter")
  expect_identical(nearest_name("MAX_ITER", known), "max_iter")
  expect_identical(nearest_name("tols", known), "tol")
  expect_null(nearest_name("kernel_of_truth", known))
  expect_null(nearest_name("x", character()))
})

test_that("a short name is near another only when one letter differs and one is the same", {
  known <- c("x", "rank", "mu", "loss", "l2", "raw")
  expect_identical(nearest_name("X", known), "x")
  expect_identical(nearest_name("los", known), "loss")
  expect_identical(nearest_name("l1", known), "l2")
  for (name in c("k", "K", "xy", "m", "", "abc", "rnn", NA)) expect_null(nearest_name(name, known))
})

test_that("a whole number is one number without a fraction, in its range", {
  expect_identical(check_count(3, "k"), 3L)
  expect_identical(check_count(3L, "k", 3, 3), 3L)
  for (bad in list(0, 2.5, NA, NaN, Inf, -1, "3", TRUE, NULL, c(1, 2), numeric(), 4e9, list(3))) {
    expect_error(check_count(bad, "k"), "`k` must be a whole number of at least 1",
                 class = "metanmf_error")
  }
  expect_error(check_count(11, "k", 1, 10), "1..10", class = "metanmf_error")
})

test_that("a number is one finite number, in its range", {
  expect_identical(check_number(2L, "tol", 0), 2)
  for (bad in list(-1, NA, NaN, Inf, "1", TRUE, NULL, c(1, 2), numeric(), list(1))) {
    expect_error(check_number(bad, "tol", 0), "`tol`.*at least 0", class = "metanmf_error")
  }
  expect_error(check_number(2, "tol", 0, 1), "at least 0 and of at most 1",
               class = "metanmf_error")
})

test_that("a flag is TRUE or FALSE", {
  expect_true(check_flag(TRUE, "overlap"))
  for (bad in list(NA, 1, "TRUE", NULL, c(TRUE, FALSE))) {
    expect_error(check_flag(bad, "overlap"), "TRUE or FALSE", class = "metanmf_error")
  }
})

test_that("a choice is one of the names, and the whole vector of a signature means the first", {
  choices <- c("max", "l2", "none")
  expect_identical(check_choice("l2", "scale", choices), "l2")
  expect_identical(check_choice(choices, "scale", choices), "max")
  for (bad in list("maxx", "m", NA_character_, NULL, 1, choices[1:2], character(), "")) {
    expect_error(check_choice(bad, "scale", choices), "\"max\", \"l2\", \"none\"",
                 class = "metanmf_error")
  }
})

test_that("several choices may be none, and each must be known", {
  choices <- c("noise", "model", "to")
  expect_identical(check_choices(c("to", "noise", "to"), "family", choices), c("to", "noise"))
  expect_identical(check_choices(character(), "family", choices), character())
  expect_error(check_choices(c("to", "modle"), "family", choices), "Did you mean \"model\"",
               class = "metanmf_error")
  for (bad in list(NULL, 1, NA_character_, c("to", NA))) {
    expect_error(check_choices(bad, "family", choices), class = "metanmf_error")
  }
})

test_that("nmf() refuses names it does not know and offers the nearest", {
  x <- matrix(1:12 + 0, 3)
  expect_error(nmf(x, 2, max_itr = 5), "max_iter", class = "metanmf_error")
  expect_error(nmf(x, 2, los = "kl", init = 5), class = "metanmf_error")
  expect_error(nmf(x, 2, loss = "klh"), "\"kl\"", class = "metanmf_error")
  expect_error(nmf(x, 2, init = "nndsvdd"), "\"nndsvd\"", class = "metanmf_error")
  expect_error(nmf(x, 2, solver = "halz"), class = "metanmf_error")
  expect_snapshot(error = TRUE, {
    nmf(x, 2, max_itr = 5)
    nmf(x, 2, kkt = 0)
    nmf(x, 2, penalti = NULL)
    nmf(x, 2, seed = 5)
    nmf(x, 2, loss = "klh")
    nmf(x, 2, loss = 1)
    nmf(x, 2, init = "nndsvdd")
    nmf(x, 2, init = matrix(1, 3, 2))
    nmf(x, 2, init = list(w = matrix(1, 2, 2)))
    nmf(x, 2, solver = "halz")
    nmf(x, 2, graph = diag(4))
    nmf(x, 2, init = "random", penalty = NULL, loss = "kl", solver = "mu", control = nmf_control(),
        missing = "error", weights = NULL, known = NULL, n_start = 1, 5)
  })
})

test_that("whole numbers and logicals are numbers, and nothing passed in is modified", {
  set.seed(14)
  whole <- matrix(1:12, 3)
  start <- drawn_start(whole, 2)
  s <- as_graph(example_graphs(4)$path)
  given <- list(x = whole + 0, start = start, s = s, whole = whole)
  # A copy that shares no memory with what nmf() gets.
  copy <- unserialize(serialize(given, NULL))
  for (loss in c("frobenius", "kl")) {
    fit <- nmf(given$x, 2, init = given$start, penalty = penalty_graph(given$s), loss = loss,
               control = nmf_control(max_iter = 5, tol = 0))
    nmf(given$x * 2^-950, 2, init = given$start, loss = loss,
        control = nmf_control(max_iter = 5, tol = 0))
    same <- nmf(given$whole, 2, init = given$start, penalty = penalty_graph(given$s), loss = loss,
                control = nmf_control(max_iter = 5, tol = 0))
    expect_identical(same[c("w", "h", "trace")], fit[c("w", "h", "trace")])
    expect_identical(given, copy)
  }
  yes <- whole > 4
  expect_identical(nmf(yes, 2, init = start, control = nmf_control(max_iter = 2, tol = 0))$w,
                   nmf(yes + 0, 2, init = start, control = nmf_control(max_iter = 2, tol = 0))$w)
})
