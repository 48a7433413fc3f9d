test_that("the defaults are the thesis' text, with the author's scaling", {
  control <- meta_control()
  expect_s3_class(control, "meta_control")
  expect_identical(control$epochs, 50L)
  expect_identical(control[c("transfer", "target_start", "restart", "evaluation")],
                   list(transfer = "after", target_start = "init", restart = "never",
                        evaluation = "basis"), ignore_attr = TRUE)
  expect_false(control$accumulate)
  expect_null(control$target)
  expect_identical(control$inner$max_iter, 100L)
  expect_identical(control$inner$tol, 0)
  expect_identical(control$inner$scale, "max")
})

test_that("the author preset sets every place where his code differs from the text", {
  control <- meta_control(preset = "author")
  expect_identical(control$epochs, 50L)
  expect_identical(control$transfer, "before")
  expect_true(control$accumulate)
  expect_identical(control$target_start, "zero")
  expect_identical(control$restart, "even")
  expect_identical(control$evaluation, "init")
  expect_identical(control$inner$step_tol, 0.001)
  expect_identical(control$target$step_tol, 0)
  for (part in control[c("inner", "target")]) {
    expect_identical(part$max_iter, 100L)
    expect_identical(part$tol, 0)
    expect_identical(part$scale, "max")
    expect_identical(part$smoothing$frobenius[["ratio"]], 2^-23)
    expect_identical(part$smoothing$kl, c(data = 2^-52, ratio = 2^-52, floor = 2^-52))
  }
})

test_that("the thesis preset is the text: 50 epochs, transfer after the fits, no stop rule", {
  control <- meta_control(preset = "thesis")
  expect_identical(control$epochs, 50L)
  expect_identical(control$transfer, "after")
  expect_identical(control$restart, "never")
  expect_identical(control$evaluation, "basis")
  expect_identical(control$inner$max_iter, 100L)
  expect_identical(c(control$inner$tol, control$inner$step_tol), c(0, 0))
})

test_that("whatever is given wins over a preset, wherever it stands", {
  control <- meta_control(7, preset = "author", accumulate = FALSE,
                          inner = nmf_control(max_iter = 3), target_start = "init")
  expect_identical(control$epochs, 7L)
  expect_false(control$accumulate)
  expect_identical(control$inner$max_iter, 3L)
  expect_identical(control$target_start, "init")
  expect_identical(control$transfer, "before")
  # a value equal to the default is still given
  expect_identical(meta_control(preset = "author", restart = "never")$restart, "never")
})

test_that("unknown options and values are errors that offer the nearest right one", {
  expect_bad(meta_control(epocs = 3), "...")
  expect_bad(meta_control(max_iter = 5), "...")
  expect_bad(meta_control(scale = "none", epochs = 3), "...")
  expect_bad(meta_control(smoothing = c(floor = 1, ratio = 0)), "...")
  expect_bad(meta_control(preset = "autor"), "preset")
  expect_bad(meta_control(transfer = "befor"), "transfer")
  expect_bad(meta_control(restart = TRUE), "restart")
  expect_bad(meta_control(evaluation = "base"), "evaluation")
  expect_bad(meta_control(accumulate = NA), "accumulate")
  expect_bad(meta_control(epochs = 0), "epochs")
  expect_bad(meta_control(epochs = 2.5), "epochs")
  expect_bad(meta_control(inner = list(max_iter = 3)), "inner")
  expect_bad(meta_control(target = 100), "target")
  expect_bad(meta_control(target_start = "zero"), "target_start")
})

test_that("a start from zeros and a transfer after the fits is laid to the one that was given", {
  expect_bad(meta_control(preset = "author", transfer = "after"), "transfer")
  expect_bad(meta_control(preset = "author", transfer = "after", target_start = "zero"),
             "target_start")
  # what the first hint says
  control <- meta_control(preset = "author", transfer = "after", target_start = "init")
  expect_identical(control$transfer, "after")
})

test_that("what the hint about an option of the fits says sets that option", {
  expect_error(meta_control(max_iter = 10), "inner = nmf_control(max_iter = 10)", fixed = TRUE,
               class = "metanmf_error")
  expect_identical(meta_control(inner = nmf_control(max_iter = 10))$inner$max_iter, 10L)
})

test_that("`...` is not offered as an option", {
  message <- conditionMessage(expect_error(meta_control(zzzzzzzzzz = 1), class = "metanmf_error"))
  expect_match(message, "epochs", fixed = TRUE)
  expect_no_match(message, "preset, ...", fixed = TRUE)
})

test_that("printing shows every option that was set", {
  expect_snapshot({
    print(meta_control())
    print(meta_control(preset = "author"))
    print(meta_control(inner = nmf_control(smoothing = c(ratio = 1e-9))))
  })
  shown <- utils::capture.output(print(meta_control(
    epochs = 11, inner = nmf_control(max_iter = 22, scale = "l2"),
    target = nmf_control(max_iter = 33), transfer = "before")))
  for (part in c("11", "22", "l2", "before", "33")) {
    expect_true(any(grepl(part, shown, fixed = TRUE)), label = paste("shown:", part))
  }
})
