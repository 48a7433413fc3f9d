# Files that were changed behind the package's back.

content_of <- function(file) readBin(file, "raw", file.size(file))

# One of the ways in which a file goes wrong, drawn by chance; NULL stands for a directory in its
# place. `bytes` must be at least four.
mutate_bytes <- function(bytes, kind = sample(names(mutations), 1L)) mutations[[kind]](bytes)

put_in <- function(bytes, what) append(bytes, what, sample.int(length(bytes), 1L))

mutations <- list(
  cut = function(bytes) bytes[seq_len(sample.int(length(bytes), 1L) - 1L)],
  headless = function(bytes) bytes[-seq_len(sample.int(length(bytes) - 1L, 1L))],
  flip = function(bytes) {
    for (at in sample.int(length(bytes), sample.int(4L, 1L))) {
      bytes[[at]] <- xor(bytes[[at]], as.raw(2^sample(0:7, 1L)))
    }
    bytes
  },
  empty = function(bytes) raw(),
  nul = function(bytes) put_in(bytes, raw(sample.int(9L, 1L))),
  no_text = function(bytes) put_in(bytes, as.raw(c(0xff, 0xc3, 0x28, 0xfe))),
  newline = function(bytes) put_in(bytes, charToRaw("\n")),
  call = function(bytes) put_in(bytes, charToRaw("options(metanmf.canary = NULL)")),
  twice = function(bytes) c(bytes, bytes),
  moved = function(bytes) {
    at <- sort(sample.int(length(bytes), 2L))
    c(bytes[at[[1L]]:at[[2L]]], bytes[-(at[[1L]]:at[[2L]])])
  },
  noise = function(bytes) as.raw(sample(0:255, length(bytes), replace = TRUE)),
  directory = function(bytes) NULL
)

# Puts the bytes in the file's place.
place_bytes <- function(bytes, file) {
  unlink(file, recursive = TRUE)
  if (is.null(bytes)) dir.create(file) else writeBin(bytes, file)
}

# Runs `read` on mutations of a file, `count` of them or those that `changes` gives as a list, and
# says for each "refused" or "unchanged", or what was wrong. The file is as it was at the end.
read_mutated <- function(file, count, read, known = read(),
                         changes = lapply(rep_len(names(mutations), ceiling(count)),
                                          function(kind) mutate_bytes(content_of(file), kind))) {
  content <- content_of(file)
  force(known)
  on.exit(place_bytes(content, file))
  vapply(changes, function(bytes) {
    place_bytes(bytes, file)
    warned <- 0L
    found <- withCallingHandlers(
      tryCatch(read(), metanmf_error = function(condition) "refused", error = identity),
      warning = function(condition) {
        warned <<- warned + !inherits(condition, "metanmf_removed_file")
        invokeRestart("muffleWarning")
      }
    )
    if (warned) return("a warning")
    if (inherits(found, "error")) return(paste("an error:", conditionMessage(found)))
    if (identical(found, "refused")) return(found)
    if (identical(found, known)) "unchanged" else "other"
  }, "")
}

expect_sound <- function(outcomes, refused = 1) {
  expect_identical(setdiff(outcomes, c("refused", "unchanged")), character())
  # Most of what is changed matters.
  expect_gte(sum(outcomes == "refused"), refused)
}
