# FNV-1a's published values for 32 bits, before the last mixing, are not seen from outside; the
# whole is checked against the two algorithms in one-line steps on bits.

bits <- function(value) rev(as.integer(intToBits(value - if (value >= 2^31) 2^32 else 0)))[1:32]
number <- function(bits) sum(bits * 2^(31:0))
exclusive_or <- function(a, b) number(as.integer(xor(bits(a), bits(b))))
# a * b modulo 2^32 by adding shifted copies of a, one for each bit of b.
product <- function(a, b) {
  Reduce(function(sum, k) (sum + bits(b)[[32 - k]] * (a * 2^k) %% 2^32) %% 2^32, 0:31, 0)
}
plain_hash <- function(text) {
  hash <- 2166136261
  for (byte in as.integer(charToRaw(text))) hash <- product(exclusive_or(hash, byte), 16777619)
  hash <- product(exclusive_or(hash, hash %/% 2^16), 2246822507)
  hash <- product(exclusive_or(hash, hash %/% 2^13), 3266489909)
  exclusive_or(hash, hash %/% 2^16)
}

test_that("the hash is FNV-1a with Murmur3's last mixing, for texts of any length together", {
  texts <- c("", "a", "foobar", "digits/0.4/NMF/meta/10/1", "\u00fcber")
  expect_identical(hash_text(texts), vapply(enc2utf8(texts), plain_hash, 0, USE.NAMES = FALSE))
})

test_that("a stream is a state that R accepts, and its name alone decides what it gives", {
  draw <- function(...) with_stream(c(runif(2), rnorm(1), sample.int(100, 1)), ...)
  expect_identical(draw("fit", 3, "NMF"), draw("fit", 3, "NMF"))
  expect_identical(draw("fit", list(a = 3, b = "NMF")), draw("fit", 3, "NMF"))
  expect_false(identical(draw("fit", 3, "NMF"), draw("fit", 4, "NMF")))
  expect_identical(with_stream(RNGkind(), "x"), c("L'Ecuyer-CMRG", "Inversion", "Rejection"))
})

test_that("streams of neighbouring names are as good as independent", {
  first <- vapply(1:2000, function(i) with_stream(runif(1), "seed", i), 0)
  expect_gt(ks.test(first, "punif")$p.value, 1e-3)
  expect_lt(abs(cor(first[-1], first[-2000])), 0.08) # 3.6 standard errors
  expect_false(anyDuplicated(first) > 0)
})

test_that("the user's generator is as it was, also after an error and when it was not there yet", {
  set.seed(7, "Wichmann-Hill")
  before <- .Random.seed
  with_stream(runif(3), "x")
  try(with_stream(stop("no"), "x"), silent = TRUE)
  expect_identical(.Random.seed, before)
  rm(".Random.seed", envir = globalenv())
  with_stream(runif(3), "x")
  expect_false(exists(".Random.seed", globalenv(), inherits = FALSE))
  RNGkind("default")
})
