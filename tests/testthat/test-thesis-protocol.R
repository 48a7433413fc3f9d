test_that("the presets differ where the author's code leaves the thesis' text, and nowhere else", {
  thesis <- experiment_protocol("thesis")
  author <- experiment_protocol("author")
  differ <- names(thesis)[!mapply(identical, thesis, author)]
  expect_setequal(differ, c("preset", "task_size", "overlap", "split", "faces", "loss", "step",
                            "scale_graph", "control"))
  # Which options were given by name is another matter than their values.
  expect_equal(author$control, meta_control(preset = "author"), tolerance = 0,
               ignore_attr = "given")
})

test_that("each difference can be set alone, in both directions", {
  one <- experiment_protocol("thesis", overlap = TRUE, task_size = 100)
  expect_identical(one[setdiff(names(one), c("overlap", "task_size"))],
                   experiment_protocol()[setdiff(names(one), c("overlap", "task_size"))])
  expect_identical(experiment_protocol("author", loss = "frobenius", split = "random")$loss,
                   "frobenius")
  control <- meta_control(preset = "thesis", accumulate = TRUE)
  expect_true(experiment_protocol(control = control)$control$accumulate)
})

test_that("values by data set hold for the named set, and the unnamed one for all others", {
  values <- experiment_protocol(noise = c(0.2, faces = 0.5))$noise
  expect_identical(c(by_data(values, "faces"), by_data(values, "digits")), c(0.5, 0.2))
})

test_that("the text of a protocol tells any two protocols apart", {
  text <- function(...) protocol_text(experiment_protocol(...))
  all <- c(text(), text("author"), text(n_tasks = 4), text(noise = 0.1), text(kmeans_starts = 2),
           text(control = meta_control(inner = nmf_control(preset = "thesis", step_tol = 1e-12))),
           text(control = meta_control(inner = nmf_control(preset = "thesis", step_tol = 2e-12))),
           text(control = meta_control(preset = "thesis", inner = nmf_control(max_iter = 101))))
  expect_false(anyDuplicated(all) > 0)
  expect_identical(text(), text("thesis"))
})

test_that("what cannot be used is refused with what is expected", {
  expect_bad(experiment_protocol("autor"), "preset")
  expect_bad(experiment_protocol(task_size = c(faces = 20)), "task_size")
  expect_bad(experiment_protocol(noise = -1), "noise")
  expect_bad(experiment_protocol(faces = 48), "faces")
  expect_bad(experiment_protocol(epochs = 3), "...")
  expect_bad(experiment_protocol(control = nmf_control()), "control")
})

test_that("a protocol is a name or made by experiment_protocol(), and nothing else", {
  expect_error(experiment("digits", "NMF", protocol = 5), "experiment_protocol()", fixed = TRUE,
               class = "metanmf_error")
  expect_error(experiment("digits", "NMF", protocol = list(faces = 32)), class = "metanmf_error")
})
test_that("a protocol prints every option", {
  expect_snapshot(experiment_protocol("author"))
})
