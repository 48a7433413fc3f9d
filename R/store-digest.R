# The two digests of the package. They are two because files and random numbers that exist depend
# on both: hash_text() is quick plain R for many short texts, in which 32 bits find a torn line or
# name a stream; the MD5 sum tells large contents apart, and md5sum can check it anywhere.

# The MD5 sum of bytes, through a file, because R before 4.5 knows no other way. It is written in
# pieces, so that it can be interrupted between them.
bytes_digest <- function(bytes) {
  file <- tempfile()
  on.exit(unlink(file))
  put_bytes(raw(), file, "wb", "tempdir()")
  ends <- unique(c(seq.int(0, length(bytes), by = 2^23), length(bytes)))
  for (i in seq_along(ends)[-1L]) {
    put_bytes(bytes[(ends[[i - 1L]] + 1):ends[[i]]], file, "ab", "tempdir()", ends[[i - 1L]])
  }
  unname(tools::md5sum(file))
}

text_digest <- function(lines) bytes_digest(line_bytes(lines))

# The digest of any value. Functions count by their text, since compiling one changes its bytes.
value_digest <- function(value) {
  if (is.list(value)) {
    value <- rapply(value, function(one) deparse(one, control = NULL), "function", how = "replace")
  }
  # The first bytes name the version of R.
  bytes_digest(serialize(value, NULL, version = 2)[-seq_len(14L)])
}

# A 32-bit number for each text: FNV-1a over its bytes, then Murmur3's last mixing, so that
# names that differ in one digit share nothing.
hash_text <- function(text) {
  bytes <- lapply(enc2utf8(text), function(one) as.integer(charToRaw(one)))
  size <- lengths(bytes)
  hash <- rep(2166136261, length(text))
  for (i in seq_len(max(0L, size))) {
    at <- which(size >= i)
    byte <- vapply(bytes[at], `[[`, 0L, i)
    hash[at] <- multiply_32(xor_32(hash[at], byte), 16777619)
  }
  hash <- multiply_32(xor_32(hash, hash %/% 2^16), 2246822507)
  hash <- multiply_32(xor_32(hash, hash %/% 2^13), 3266489909)
  xor_32(hash, hash %/% 2^16)
}

# Both work on whole numbers from 0 to 2^32 - 1, for which R's integers are too small.
multiply_32 <- function(a, b) {
  (((a %/% 65536) * b) %% 65536 * 65536 + (a %% 65536) * b) %% 2^32
}

xor_32 <- function(a, b) {
  bitwXor(a %/% 65536, b %/% 65536) * 65536 + bitwXor(a %% 65536, b %% 65536)
}
