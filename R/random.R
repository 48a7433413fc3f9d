# Streams of random numbers by name: what is drawn for a split, a noise or a fit depends on
# its own name alone, not on what else is run, in which order or by how many workers.

# The value of `code`, which may do with R's generator what it likes: the user's is left as it
# was found, its state, its kind, and whether it had a state at all.
keeping_random_state <- function(code) {
  home <- globalenv()
  had_state <- exists(".Random.seed", home, inherits = FALSE)
  # R keeps the kind of a generator without a state out of sight; the first draw shows it.
  if (!had_state) stats::runif(1L)
  found <- get(".Random.seed", home, inherits = FALSE)
  # A Ctrl-C waits until the state is back.
  on.exit(suspendInterrupts({
    assign(".Random.seed", found, home)
    if (!had_state) {
      stats::runif(1L)
      rm(".Random.seed", envir = home)
    }
  }))
  force(code)
}

# The value of `code` with the generator in the given state, a .Random.seed.
with_random_state <- function(state, code) {
  keeping_random_state({
    assign(".Random.seed", state, globalenv())
    force(code)
  })
}

# The value of `code` with the stream of that name: `...` are the parts of the name, or lists
# of them.
with_stream <- function(code, ...) with_random_state(named_stream(...), code)

# A state of L'Ecuyer's MRG32k3a (with inversion and rejection, R's defaults) from six hashes
# of the name. Its period of 2^191 makes an overlap of two streams no matter of concern.
named_stream <- function(...) {
  parts <- unlist(lapply(list(...), as.list), recursive = FALSE)
  name <- paste(vapply(parts, format, "", digits = 15L), collapse = "/")
  words <- hash_text(paste0(1:6, "/", name)) %% 4294944443 # the smaller of its two moduli
  words[words == 2^31 | words == 0] <- 1                   # NA_integer_, and a state of zeros
  c(10407L, as.integer(ifelse(words > 2^31, words - 2^32, words)))
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

# Both on whole numbers from 0 to 2^32 - 1, which R has no integers for.
multiply_32 <- function(a, b) {
  (((a %/% 65536) * b) %% 65536 * 65536 + (a %% 65536) * b) %% 2^32
}

xor_32 <- function(a, b) {
  bitwXor(a %/% 65536, b %/% 65536) * 65536 + bitwXor(a %% 65536, b %% 65536)
}
