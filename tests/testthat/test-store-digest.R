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

test_that("the digest of bytes is MD5, as RFC 1321 has it, and that of lines knows their ends", {
  expect_identical(bytes_digest(raw()), "d41d8cd98f00b204e9800998ecf8427e")
  expect_identical(bytes_digest(charToRaw("abc")), "900150983cd24fb0d6963f7d28e17f72")
  expect_identical(text_digest(c("a", "b")), bytes_digest(charToRaw("a\nb\n")))
})

test_that("the digest of many bytes is that of the file they make", {
  bytes <- rep(as.raw(0:255), length.out = 2^23 + 5)
  file <- tempfile()
  on.exit(unlink(file))
  writeBin(bytes, file)
  expect_identical(bytes_digest(bytes), unname(tools::md5sum(file)))
})

test_that("digests of a full disk are no digests", {
  local_mocked_bindings(put_bytes = function(...) stop_disk("tempdir()", "x", "0 of 1 bytes"))
  expect_error(bytes_digest(as.raw(1:9)), "tempdir", class = "metanmf_disk")
})
