# nmf_control(): the options, the presets, and the choice of the backend.

test_that("the defaults are those of the help page", {
  control <- nmf_control()
  expect_s3_class(control, "nmf_control")
  expect_equal(control$max_iter, 1000)
  expect_null(control$tol)
  expect_equal(control$step_tol, 0)
  expect_identical(control$scale, "max")
  expect_identical(control$backend, "auto")
  expect_equal(control$block, 0)
  expect_null(control$smoothing)
  expect_null(control$preset)
  expect_false(control$revive_dead)
})

test_that("the presets set what the help page says and nothing else", {
  thesis <- nmf_control(preset = "thesis")
  expect_equal(thesis$max_iter, 100)
  expect_equal(thesis$tol, 0)
  same <- c("step_tol", "scale", "backend", "block", "smoothing", "revive_dead")
  expect_identical(thesis[same], nmf_control()[same])
  author <- nmf_control(preset = "author")
  expect_equal(author$max_iter, 100)
  expect_equal(author$tol, 0)
  expect_equal(author$step_tol, 0.001)
  same <- c("scale", "backend", "block")
  expect_identical(author[same], nmf_control()[same])
  # 2^-23, the machine epsilon of single precision, and 2^-52, that of double precision.
  expect_equal(author$smoothing$frobenius[["ratio"]], 1.1920929e-7, tolerance = 1e-8)
  expect_equal(unname(author$smoothing$kl[c("data", "ratio", "floor")]), rep(2.220446e-16, 3),
               tolerance = 1e-6)
  expect_identical(author$preset, "author")
})

test_that("what is given wins over the preset, by name or by position, a default value too", {
  expect_equal(nmf_control(max_iter = 7, preset = "author")$max_iter, 7)
  expect_equal(nmf_control(7, preset = "author")$max_iter, 7)
  expect_equal(nmf_control(tol = 1e-3, preset = "thesis")$tol, 1e-3)
  given <- list(max_iter = 1000, tol = 1e-5, step_tol = 0, scale = "l2")
  expect_equal(nmf_control(1000, 1e-5, step_tol = 0, kkt = 0, scale = "l2",
                           preset = "author")[names(given)], given)
  expect_null(nmf_control(smoothing = NULL, preset = "author")$smoothing)
  most <- 50
  build <- function(...) nmf_control(preset = "thesis", ...)
  expect_equal(build(max_iter = most)$max_iter, 50)
  expect_equal(do.call(nmf_control, list(max_iter = 9, preset = "thesis"))$max_iter, 9)
})

test_that("the author's preset adds his number to the denominators of the squared loss", {
  set.seed(1)
  x <- drawn_data(5, 7, 2) * 1e-4
  start <- lapply(drawn_start(x, 2), function(factor) factor * 1e-2)
  now <- one_iteration(x, start$w, start$h, preset = "author")
  expect_lt(relative_gap(now, mu_step(x, start$w, start$h, add = 2^-23)), 1e-13)
  expect_gt(relative_gap(now, mu_step(x, start$w, start$h)), 1e-4)
})

test_that("smoothing for one loss leaves the other alone", {
  smoothing <- list(kl = c(floor = 0.5, ratio = 2))
  for (loss in c("frobenius", "kl")) {
    engine <- engine_control(nmf_control(smoothing = smoothing), loss)
    right <- if (loss == "kl") c(0, 2, 0.5) else c(0, 0, 0)
    expect_identical(unlist(engine[c("add_data", "add_ratio", "floor")], use.names = FALSE), right)
  }
})

test_that("options print one per line", {
  expect_snapshot({
    nmf_control()
    nmf_control(max_iter = 50, preset = "author")
  })
})

test_that("smoothing that was asked for is shown", {
  said <- utils::capture.output(print(nmf_control(smoothing = c(ratio = 0.25))))
  expect_match(paste(said, collapse = " "), "0.25", fixed = TRUE)
})

test_that("every option is checked, and each message names it, what was given and what would do", {
  expect_bad(nmf_control(max_iter = 0), "max_iter")
  expect_bad(nmf_control(max_iter = 2.5), "max_iter")
  expect_bad(nmf_control(max_iter = "100"), "max_iter")
  expect_bad(nmf_control(tol = -1), "tol")
  expect_bad(nmf_control(tol = NA), "tol")
  expect_bad(nmf_control(step_tol = c(1, 2)), "step_tol")
  expect_bad(nmf_control(scale = "maximum"), "scale")
  expect_bad(nmf_control(scale = NULL), "scale")
  expect_bad(nmf_control(backend = "nativ"), "backend")
  expect_bad(nmf_control(block = -1), "block")
  expect_bad(nmf_control(smoothing = 1e-9), "smoothing")
  expect_bad(nmf_control(smoothing = c(rato = 1e-9)), "smoothing")
  expect_bad(nmf_control(smoothing = list(euclid = c(ratio = 1e-9))), "smoothing")
  expect_bad(nmf_control(preset = "authors"), "preset")
  expect_bad(nmf_control(max_itr = 5), "...")
  expect_bad(nmf_control(iterations = 5), "...")
  expect_bad(nmf_control(kkt = -1), "kkt")
  expect_bad(nmf_control(threads = 0), "threads")
  expect_bad(nmf_control(threads = 2, backend = "blas"), "backend")
  expect_bad(nmf_control(5, 0, step_tol = 0, kkt = 0, scale = "max", backend = "auto", threads = 1,
                         block = 0, smoothing = NULL, preset = NULL, revive_dead = FALSE, 9), "...")
  bad <- list(list(max_iter = 0), list(max_iter = 1e10), list(max_iter = NA), list(tol = Inf),
              list(tol = "a"), list(step_tol = -1), list(scale = "x"), list(scale = NA),
              list(backend = 1), list(block = 0.5), list(smoothing = c(ratio = -1)),
              list(smoothing = c(ratio = NA)), list(smoothing = c(dat = 1)), list(smoothing = "a"),
              list(smoothing = list()), list(preset = "x"), list(preset = NA), list(max_itr = 5))
  for (options in bad) expect_error(do.call(nmf_control, options), class = "metanmf_error")
})

test_that("smoothing that would be ignored is refused", {
  # A list without names belongs to no loss.
  expect_error(nmf_control(smoothing = list(c(data = 1))), class = "metanmf_error")
})

test_that("control must come from nmf_control()", {
  x <- matrix(1, 3, 4)
  for (control in list(list(max_iter = 5), NULL, 5, nmf_control)) {
    expect_error(nmf(x, 2, control = control), class = "metanmf_error")
  }
  expect_bad(nmf(x, 2, control = list(max_iter = 5)), "control")
})

test_that("max_iter, tol and threads beside `control` are those of nmf_control(), checked alike", {
  x <- random_matrix(6, 9)
  one <- function(...) seeded(nmf(x, 2, ...))[c("w", "h", "trace", "control")]
  expect_identical(one(max_iter = 7, tol = 0, threads = 2),
                   one(control = nmf_control(max_iter = 7, tol = 0, threads = 2)))
  expect_identical(one(tol = 0, control = nmf_control(max_iter = 7))$control$max_iter, 7L)
  expect_identical(one(max_iter = 9, control = nmf_control(preset = "thesis"))$control$max_iter, 9L)
  expect_identical(one(tol = NULL, control = nmf_control(3, tol = 0))$control$tol, 0)
  expect_length(seeded(gnmf(x, 2, graph = diag(9), max_iter = 4, tol = 0))$trace, 4)
  expect_bad(nmf(x, 2, max_iter = 0), "max_iter")
  expect_bad(gnmf(x, 2, tol = -1), "tol")
  expect_bad(nmf(x, 2, threads = "all"), "threads")
  expect_bad(nmf(x, 2, threads = 2, control = nmf_control(backend = "blas")), "backend")
  expect_bad(nmf(x, 2, max_iter = 5, control = list()), "control")
  split <- list(tasks = list(x), target = x)
  expect_identical(meta_nmf(split, 2, epochs = 3)$iterations, 3L)
  expect_identical(meta_gnmf(split, 2, graph = function(x) diag(ncol(x)), epochs = 2)$iterations,
                   2L)
  expect_bad(meta_nmf(split, 2, epochs = 0), "epochs")
  expect_error(meta_nmf(split, 2, max_iter = 5), "inner = nmf_control(max_iter = 5)", fixed = TRUE,
               class = "metanmf_error")
})

test_that("an option given twice is refused, and both calls that work are named", {
  x <- random_matrix(6, 9)
  split <- list(tasks = list(x), target = x)
  refusals <- list(
    max_iter = quote(nmf(x, 2, max_iter = 4, control = nmf_control(max_iter = 3))),
    tol = quote(gnmf(x, 2, graph = diag(9), tol = 0.1, control = nmf_control(3, 0.2))),
    threads = quote(nmf(x, 2, threads = 2, control = nmf_control(threads = 1))),
    epochs = quote(meta_nmf(split, 2, epochs = 2, control = meta_control(epochs = 1)))
  )
  for (name in names(refusals)) {
    call <- refusals[[name]]
    expect_bad(eval(call), name)
    text <- conditionMessage(expect_error(eval(call)))
    said <- gsub("\n", " ", sub("[.]$", "", sub(".*\nUse ", "", text)))
    call[c(name, "control")] <- NULL
    for (way in strsplit(said, " or ", fixed = TRUE)[[1]]) {
      added <- as.list(str2lang(paste0("list(", way, ")")))[-1]
      expect_s3_class(suppressWarnings(eval(as.call(c(as.list(call), added)))), "nmf_fit")
    }
  }
  expect_identical(attr(nmf_control(5, kkt = 0), "given"), c("max_iter", "kkt"))
  expect_identical(utils::capture.output(print(nmf_control(max_iter = 1000))),
                   utils::capture.output(print(nmf_control())))
})
