# The choices that inst/rank/sets.tsv.xz keeps, from which the vignette has its rates.

stored_sets <- function() {
  utils::read.delim(system.file("rank", "sets.tsv.xz", package = "metanmf", mustWork = TRUE))
}

test_that("as many sets of each family are stored, with ranks and verdicts that can be", {
  sets <- stored_sets()
  expect_length(unique(table(sets$family)), 1L)
  expect_identical(anyDuplicated(sets[c("family", "number")]), 0L)
  expect_false(anyNA(sets[c("planted", "rank", "reference", "verdict")]))
  expect_identical(is.na(sets$rcppml), sets$number > 50)
  expect_true(all(sets$verdict %in% c("one", "determined", "about", "not determined")))
  # What a verdict says of the count of the spectrum.
  apart <- abs(sets$rank - sets$spectral)
  expect_true(all(apart[sets$verdict == "determined"] == 0))
  expect_true(all(apart[sets$verdict == "about"] == 1))
  expect_true(all(sets$rank[sets$verdict == "one"] == 1))
})

test_that("the stored choices keep what is promised of them beside the reference", {
  sets <- stored_sets()
  exact <- function(rows, name) mean(rows[[name]] == rows$planted)
  ahead <- function(rows) exact(rows, "reference") - exact(rows, "rank")
  planted <- sets[sets$family != "null", ]
  expect_lte(ahead(planted), 0.03)
  expect_lte(max(vapply(split(planted, planted$family), ahead, 0)), 0.05)
  # RcppML's cross-validation, on the first 50 sets of each family.
  both <- planted[planted$number <= 50, ]
  for (rows in split(both, both$family)) expect_gte(exact(rows, "rank"), exact(rows, "rcppml"))
  noise <- sets[sets$family == "null", ]
  expect_gte(mean(noise$rank == 1), 0.95)
  expect_false(any(noise$rank > 1 & noise$verdict == "determined"))
})

test_that("the table of ?select_rank is that of 200 stored sets of each family", {
  sets <- stored_sets()
  expect_true(all(table(sets$family) == 200L))
  shown <- function(share) sub("^0", "", sprintf("%.2f", share))
  shares <- function(rows) {
    exact <- function(name, of = rows) sum(of[[name]] == of$planted, na.rm = TRUE) / nrow(of)
    first <- rows[rows$number <= 50, ]
    shown(c(exact("rank"), mean(rows$verdict == "determined"), exact("spectral"),
            exact("reference"), exact("rank", first), exact("rcppml", first)))
  }
  planted <- sets[sets$family != "null", ]
  labels <- c(dense = "normal noise: dense factors", sparse = "sparse factors",
              unequal = "components of unequal weight", corr = "correlated components",
              blocks = "clusters in both ways", backgr = "clusters on a background",
              poisson = "counts: Poisson", genes = "with a level of each gene",
              nb = "overdispersed", heavy = "noise of heavy tails", outlier = ".2 \\% outliers")
  for (family in names(labels)) {
    expect_page_rows("select_rank", labels[[family]], shares(sets[sets$family == family, ]))
  }
  expect_page_rows("select_rank", "all", shares(planted))
  expect_page_rows("select_rank", "noise alone, answered 1",
                   shares(sets[sets$family == "null", ]))
})

test_that("a stored set drawn again has the stored choice", {
  skip_on_cran()
  script <- test_path("..", "..", "bench", "rank-families.R")
  skip_if_not(file.exists(script), "bench/rank-families.R is not here")
  drawing <- new.env()
  sys.source(script, drawing)
  sizes <- list(c(30, 50), c(50, 80), c(80, 120), c(150, 50), c(50, 150))
  sets <- stored_sets()
  small <- which(sets$number %% 10 != 0 & sets$family != "outlier")
  for (at in sample(small, 2L)) {
    set <- sets[at, ]
    set.seed(700000 + 1000 * match(set$family, names(drawing$families)) + set$number)
    size <- sizes[[sample(5, 1)]]
    drawn <- drawing$plant(set$family, size[[1L]], size[[2L]])
    found <- select_rank(drawn$x, loss = drawn$loss)
    expect_identical(drawn$rank, set$planted)
    expect_identical(list(found$rank, found$verdict), list(set$rank, set$verdict),
                     info = paste(set$family, set$number))
  }
})
