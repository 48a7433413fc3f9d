# Streams of random numbers by name: what is drawn for a split, a noise or a fit depends on
# its own name alone, not on what else is run, in which order or by how many workers.

# The value of `code`, which may change R's generator: afterwards the user's state and kind are
# restored, or the state is removed where there was none.
keeping_random_state <- function(code) {
  home <- globalenv()
  had_state <- exists(".Random.seed", home, inherits = FALSE)
  # Without a state the generator's kind cannot be read, so a first draw creates one.
  if (!had_state) stats::runif(1L)
  found <- get(".Random.seed", home, inherits = FALSE)
  # Interrupts are held until the state is restored.
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
