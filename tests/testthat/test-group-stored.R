# The stored studies of shared and private parts, and what the pages say of them.

stored_rows <- function(name) {
  utils::read.csv(system.file("studies", "results", paste0(name, ".csv.xz"), package = "metanmf",
                              mustWork = TRUE))
}

seed_counts <- function(rows, by) {
  key <- do.call(paste, rows[by])
  tapply(rows$seed, key, function(seeds) length(unique(seeds)))
}

test_that("the digits, corrupted tasks and few samples are stored for 20 seeds, all arms of each", {
  nuisance <- stored_rows("nuisance")
  digits <- nuisance[nuisance$set == "digits" & nuisance$case == "patterns", ]
  expect_true(all(seed_counts(digits, c("new", "arm")) == 20))
  expect_true(all(seed_counts(stored_rows("corrupted"), c("bad", "arm")) == 20))
  expect_true(all(seed_counts(stored_rows("few"), c("noise", "new", "arm")) == 20))
  others <- nuisance[nuisance$case == "patterns", ]
  expect_true(all(seed_counts(others, c("set", "new", "arm")) == 20))
  expect_true(all(seed_counts(stored_rows("batches"), c("set", "arm")) == 5))
  expect_true(all(seed_counts(stored_rows("texts"), c("set", "arm")) == 10))
  expect_true(all(seed_counts(stored_rows("oracles"), c("set", "case", "arm")) == 20))
})

test_that("the table of ?group_nmf is the mean of the stored rows of mixtures with known parts", {
  oracles <- stored_rows("oracles")
  arms <- c("`nmf()`" = "plain", "`nmf()`, rank r + p" = "plain_more",
            "`nmf()`, rank r + 3p, best r" = "plain_all", "`private = 1`" = "group_1",
            "`private = 2`" = "group_2", "`private = 3`" = "group_3")
  for (name in names(arms)) {
    rows <- oracles[oracles$arm == arms[[name]], ]
    means <- tapply(rows$spectra, paste(rows$set, match(rows$case, c("none", "one", "two"))), mean)
    expect_page_rows("group_nmf", gsub("`", "", name), sprintf("%.2f", means))
  }
})

test_that("the tables of ?adapt and ?task_weights are means of the stored rows", {
  few <- stored_rows("few")
  arms <- c("predict()" = "fixed", "adapt()" = "adapted", fresh = "fresh", "k-means" = "kmeans")
  for (level in c(0, 0.4)) for (name in names(arms)) {
    rows <- few[few$noise == level & few$arm == arms[[name]], ]
    label <- paste0(if (level > 0) "noise of 0.4: " else "clean: ", name)
    expect_page_rows("adapt", label, sprintf("%.2f", tapply(rows$nmi, rows$new, mean)))
  }
  corrupted <- stored_rows("corrupted")
  models <- list(pooled = c("plain", "loss", "loto"),
                 "group_nmf(private = 1)" = c("group", "group_loto"),
                 "meta_nmf()" = c("algorithm_1", "algorithm_1_loss", "algorithm_1_loto"))
  for (bad in 0:2) for (model in names(models)) {
    means <- vapply(models[[model]], function(arm) {
      mean(corrupted$error[corrupted$bad == bad & corrupted$arm == arm])
    }, 0)
    expect_page_rows("task_weights", c(as.character(bad), model), sprintf("%.3f", means))
  }
})

test_that("the table of ?choose_private counts the stored answers for known parts", {
  chosen <- stored_rows("chosen")
  for (set in c("carbs", "shen_orr")) for (p in 0:2) {
    answers <- chosen$private[chosen$set == set & chosen$case == c("none", "one", "two")[[p + 1L]]]
    expect_length(answers, 20L)
    label <- paste0(if (set == "carbs") "sugars" else "tissues", ", p = ", p)
    expect_page_rows("choose_private", label, as.character(table(factor(answers, 0:3))))
  }
})

test_that("a stored seed of the digits and of corrupted tasks, run again, gives the stored rows", {
  skip_on_cran()
  scripts <- test_path("..", "..", "bench", "studies", c("setting.R", "arms.R", "tasks.R"))
  skip_if_not(all(file.exists(scripts)), "bench/studies is not here")
  code <- new.env(parent = asNamespace("metanmf"))
  for (script in scripts) sys.source(script, code)
  kind <- RNGkind()
  on.exit(do.call(RNGkind, as.list(kind)), add = TRUE)
  again <- function(name, ...) {
    kept <- list()
    code[[name]](..., rows = list(has = function(row) FALSE, add = function(row) {
      kept[[length(kept) + 1L]] <<- row
    }))
    do.call(rbind, kept)
  }
  seed <- sample.int(20, 1L)
  set <- code$read_image_set("digits", "")
  setting <- code$draw_setting(set, "digits", "patterns", seed)
  found <- again("run_arms", setting, sizes = "300", chosen = c("kmeans", "group_3"))
  rows <- merge(found, stored_rows("nuisance"), by = c("set", "case", "seed", "new", "arm"))
  expect_identical(nrow(rows), 2L)
  expect_equal(rows$clean.x, rows$clean.y, tolerance = 0.002, info = seed)
  expect_equal(rows$nmi.x, rows$nmi.y, tolerance = 0.002, info = seed)
  code$corrupted_arms <- code$corrupted_arms[c("plain", "loto")]
  found <- again("run_corrupted", seed)
  rows <- merge(found, stored_rows("corrupted"), by = c("bad", "level", "seed", "arm"))
  expect_identical(nrow(rows), 6L)
  expect_equal(rows$error.x, rows$error.y, tolerance = 0.002, info = seed)
})
