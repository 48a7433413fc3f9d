# What bench/studies scores on mixtures with known parts and on texts, held to values by hand.

studies_code <- function() {
  files <- c("setting.R", "arms.R", "tasks.R", "batches.R", "texts.R", "oracles.R")
  scripts <- test_path("..", "..", "bench", "studies", files)
  skip_if_not(all(file.exists(scripts)), "bench/studies is not here")
  code <- new.env(parent = asNamespace("metanmf"))
  for (script in scripts) sys.source(script, code)
  code
}

mixtures <- function() {
  spectra <- cbind(a = c(1, 0, 0, 2, 0, 1), b = c(0, 3, 0, 1, 0, 0), c = c(0, 0, 1, 0, 4, 0))
  amounts <- rbind(c(1, 0, 0, 0.2, 0.5, 0.3, 0.6), c(0, 1, 0, 0.3, 0.5, 0.3, 0.4),
                   c(0, 0, 1, 0.5, 0, 0.4, 0))
  list(x = spectra %*% amounts, spectra = spectra, amounts = amounts,
       foreign = function(count) matrix(c(0, 1, 0, 0, 0, 2), 6, count))
}

test_that("true parts in another order and scale, beside a foreign one, have correlations of 1", {
  skip_if_not_installed("clue")
  code <- studies_code()
  set <- mixtures()
  scores <- code$oracle_scores(list(w = cbind(set$spectra[, c(3, 1)] * 5, c(0, 0, 1, 1, 0, 0),
                                              set$spectra[, 2]),
                                    h = rbind(set$amounts[c(3, 1), ] / 5, 9, set$amounts[2, ])),
                               set)
  expect_equal(unlist(scores), c(spectra = 1, amounts = 1, clean = 0))
})

test_that("parts that are wrong, or none at all, do not score as found", {
  skip_if_not_installed("clue")
  code <- studies_code()
  set <- mixtures()
  dead <- list(w = cbind(set$spectra[, 1:2], 0), h = set$amounts)
  expect_equal(code$oracle_scores(dead, set)$spectra, 2 / 3)
  turned <- list(w = set$spectra, h = 1 - set$amounts)
  expect_equal(code$oracle_scores(turned, set)$amounts, -1)
})

test_that("a foreign pattern has in sum the squares of its task, and `none` adds nothing", {
  code <- studies_code()
  set <- mixtures()
  kind <- RNGkind()
  on.exit(do.call(RNGkind, as.list(kind)), add = TRUE)
  expect_identical(code$draw_oracle(set, "carbs", "none", 1)$x, unname(set$x))
  drawn <- code$draw_oracle(set, "carbs", "one", 1)
  expect_identical(drawn$private, 1)
  added <- drawn$x - set$x
  for (task in levels(drawn$batch)) {
    at <- drawn$batch == task
    expect_equal(sum(added[, at]^2), sum(set$x[, at]^2))
    expect_equal(qr(added[, at])$rank, 1L)
  }
})

test_that("pieces of words and weights of terms are those counted by hand", {
  code <- studies_code()
  counts <- as.matrix(code$pieces(c("Energie, energia", "via Energie", "the sun")))
  # ener, ergi, nerg, rgia, rgie
  expect_identical(unname(counts), cbind(c(2, 2, 2, 1, 1), c(1, 1, 1, 0, 1), 0))
  texts <- cbind(diag(2), matrix(0, 2, 8), c(0, 3))
  texts[1, ] <- texts[1, ] + c(rep(0, 2), rep(1, 8), 0) # in nine of eleven: too common
  weighed <- as.matrix(code$weigh_terms(Matrix::Matrix(texts, sparse = TRUE), 5L))
  expect_equal(weighed, matrix(c(0, 1, rep(0, 8), 1), 1))
  three <- cbind(c(2, 1), diag(2)[, 2], matrix(0, 2, 8))
  weighed <- as.matrix(code$weigh_terms(Matrix::Matrix(three, sparse = TRUE), 5L))
  expect_equal(weighed[, 1], c(2 * log(10), log(5)) / sqrt(4 * log(10)^2 + log(5)^2))
  expect_equal(weighed[, 2], c(0, 1))
})

test_that("super-groups of newsgroups are the six", {
  code <- studies_code()
  groups <- c("alt.atheism", "comp.graphics", "misc.forsale", "rec.autos", "sci.med",
              "soc.religion.christian", "talk.politics.guns", "talk.religion.misc")
  found <- as.character(code$super_group(groups))
  expect_identical(found, c("religion", "comp", "misc", "rec", "sci", "religion", "talk",
                            "religion"))
})
