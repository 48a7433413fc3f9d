# Interval, signed-rank test and Holm's correction.

# All 2^n choices of signs, each equally likely: how many rank sums are as far out?
enumerated_p <- function(difference) {
  difference <- difference[difference != 0]
  ranks <- rank(abs(difference))
  signs <- as.matrix(expand.grid(rep(list(0:1), length(ranks))))
  sums <- as.vector(signs %*% ranks)
  seen <- sum(ranks[difference > 0])
  min(1, 2 * min(mean(sums <= seen), mean(sums >= seen)))
}

test_that("p is that of all choices of signs, with ties and zeros too", {
  set.seed(1)
  for (n in c(2, 3, 5, 8, 11)) for (shift in c(0, 0.8)) {
    difference <- stats::rnorm(n, shift)
    expect_equal(signed_rank_p(difference), enumerated_p(difference))
    expect_equal(signed_rank_p(-difference), enumerated_p(difference))
    coarse <- round(difference)
    if (any(coarse != 0)) expect_equal(signed_rank_p(coarse), enumerated_p(coarse))
  }
})

test_that("p is that of wilcox.test() where that one is exact", {
  set.seed(2)
  for (n in c(4, 10, 25, 40)) {
    difference <- stats::rnorm(n, 0.3)
    expect_equal(signed_rank_p(difference), stats::wilcox.test(difference, exact = TRUE)$p.value)
  }
})

test_that("n differences of one sign have the smallest p, 2 / 2^n, equal ones too", {
  for (n in c(2, 5, 9, 60)) {
    expect_equal(signed_rank_p(seq_len(n) / 7), 2 / 2^n)
    expect_equal(signed_rank_p(rep(-0.01, n)), 2 / 2^n)
  }
})

test_that("no difference at all has p = 1, and one seed has no p", {
  expect_equal(signed_rank_p(c(0, 0, 0)), 1)
  expect_identical(signed_rank_p(0.1), NA_real_)
  expect_identical(signed_rank_p(numeric(0)), NA_real_)
})

test_that("rounding errors make no ranks", {
  # .3 - .1, .4 - .2 and .5 - .3 differ in the last bit; as equals two of three signs decide.
  difference <- c(0.3 - 0.1, 0.4 - 0.2, -(0.5 - 0.3))
  expect_gt(length(unique(abs(difference))), 1)
  expect_equal(signed_rank_p(difference), enumerated_p(c(1, 1, -1)))
})

test_that("the interval is that of all n^n resamples", {
  values <- c(0.1, 0.15, 0.32, 0.9)
  resamples <- as.matrix(expand.grid(rep(list(values), 4)))
  set.seed(3)
  for (level in c(0.8, 0.95)) {
    all_of_them <- stats::quantile(rowMeans(resamples), c(1 - level, 1 + level) / 2, names = FALSE)
    # The 256 means lie some .02 apart in the tails: sampling may take a neighbouring one.
    expect_equal(bootstrap_interval(values, level, 40000), all_of_them, tolerance = 0.03)
  }
})

test_that("the interval of equal values has no length, and of one value does not exist", {
  expect_equal(bootstrap_interval(rep(0.4, 6), 0.95, 100), c(0.4, 0.4))
  expect_identical(bootstrap_interval(0.4, 0.95, 100), c(NA_real_, NA_real_))
})

# The definition: in order of p, the i-th times the number of those not before it; at most 1,
# and never below an earlier one.
holm <- function(p) {
  sorted <- order(p)
  cummax(pmin(1, p[sorted] * rev(seq_along(p))))[order(sorted)]
}

test_that("p is corrected within protocol, noise kind and the other columns of the family", {
  set.seed(4)
  table <- expand.grid(protocol = c("author", "thesis"), dataset = c("a", "b", "c"),
                       noise = c(0, 0.1, 0.4), model = "NMF", to = c("baseline", "plain_matched"),
                       stringsAsFactors = FALSE)
  table <- table[sample(nrow(table)), ]
  table$p <- stats::runif(nrow(table)) / 10
  table$p_smallest <- 1 / 64
  table$level <- 0.95
  corrected <- correct_table(table, c("noise", "model", "to"))
  for (protocol in c("author", "thesis")) for (to in c("baseline", "plain_matched")) {
    in_table <- table$protocol == protocol & table$to == to
    clean <- in_table & table$noise == 0
    noisy <- in_table & table$noise > 0
    expect_equal(corrected$p_holm[clean], holm(table$p[clean]))
    expect_equal(corrected$p_holm[noisy], holm(table$p[noisy]))
    expect_identical(unique(corrected$family[clean]), 3L)
    expect_identical(unique(corrected$family[noisy]), 6L)
  }
  # 3 / 64 is below .05 and 6 / 64 above.
  expect_identical(corrected$bound, table$noise > 0)
  all_in_one <- correct_table(table, character())
  thesis <- table$protocol == "thesis"
  expect_equal(all_in_one$p_holm[thesis], holm(table$p[thesis]))
})

test_that("a comparison without p is in no family", {
  table <- data.frame(protocol = "thesis", to = "plain_matched", p = c(0.01, NA, 0.04),
                      p_smallest = c(0.01, NA, 0.02), level = 0.95)
  corrected <- correct_table(table, "to")
  expect_equal(corrected$p_holm, c(0.02, NA, 0.04))
  expect_identical(corrected$family, rep(2L, 3))
  expect_identical(corrected$bound, c(FALSE, TRUE, FALSE))
})
