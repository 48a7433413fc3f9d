# Checkpoints: the state of a long fit as a file of numbers. Lines of text say what it belongs to,
# doubles follow, and a checksum of all of it ends the file. It is written under a temporary name,
# synchronised with the disk and renamed, so that whatever happens the file has either the old state
# or the new one. It is parsed as data and never run as code.

checkpoint_format <- "metanmf checkpoint 1"
save_interval <- 1 # seconds

# What a loop needs: resume(state) returns the kept state, or the given one if none is kept,
# save(state) keeps it, and done() removes the file. Without a file they do nothing. `owner` is
# named texts of what the state belongs to. is_sound(found, state) says whether the kept numbers are
# a state of the same form as `state`.
open_checkpoint <- function(file, owner, is_sound) {
  if (is.null(file)) {
    return(list(resume = identity, save = function(state) NULL, done = function() NULL))
  }
  if (!is.character(file) || length(file) != 1L || is.na(file) || !dir.exists(dirname(file))) {
    stop_input("checkpoint", "the name of a file in a folder that exists", describe(file))
  }
  owner <- c(format = checkpoint_format, version = process$version, owner)
  saved <- -Inf
  list(
    resume = function(state) resume_checkpoint(file, owner, state, is_sound),
    save = function(state) {
      now <- proc.time()[["elapsed"]]
      if (now - saved < save_interval) return(NULL)
      write_checkpoint(file, owner, state)
      saved <<- now # nolint: undesirable_operator_linter.
    },
    done = function() unlink(file)
  )
}

write_checkpoint <- function(file, owner, state, argument = "checkpoint") {
  random <- get0(".Random.seed", globalenv(), inherits = FALSE)
  numbers <- as.double(unlist(state, use.names = FALSE))
  lines <- c(owner, random = paste(random, collapse = " "), numbers = length(numbers))
  bytes <- c(line_bytes(c(paste0(names(lines), ": ", lines), "")),
             writeBin(numbers, raw(), endian = "little"))
  replace_bytes(c(bytes, charToRaw(bytes_digest(bytes))), file, argument)
}

# The state in the file, with the random generator set to where it was, or `state` without a file.
resume_checkpoint <- function(file, owner, state, is_sound) {
  if (!file.exists(file)) return(state)
  content <- read_checkpoint(file)
  for (name in names(owner)) {
    if (identical(unname(content$owner[name]), unname(owner[name]))) next
    what <- switch(name, version = "of this version of metanmf", data = "of the same data",
                   options = "of the same model and options", "made by this package")
    stop_input("checkpoint", what, paste0(basename(file), ", which is not"),
               "Nothing in it was changed. Remove it, or name another file.",
               class = "metanmf_other_fit")
  }
  if (length(content$numbers) != length(unlist(state, use.names = FALSE))) {
    stop_checkpoint(file, "it holds another number of entries")
  }
  found <- utils::relist(content$numbers, state)
  if (!all(is.finite(content$numbers)) || !is_sound(found, state)) {
    stop_checkpoint(file, "its numbers are not those of a fit")
  }
  if (length(content$random)) assign(".Random.seed", content$random, globalenv())
  found
}

read_checkpoint <- function(file) {
  bytes <- file_bytes(file)
  if (is.null(bytes)) stop_checkpoint(file, "it cannot be read")
  size <- length(bytes) - 32L
  if (size < 1L) stop_checkpoint(file, "it is cut off")
  body <- bytes[seq_len(size)]
  if (!identical(bytes[size + 1:32], charToRaw(bytes_digest(body)))) {
    stop_checkpoint(file, "its checksum is not that of its content")
  }
  # An empty line ends the text, of at most some kilobytes.
  newline <- which(utils::head(body, 2^16) == charToRaw("\n"))
  end <- newline[diff(c(0L, newline)) == 1L][1L]
  lines <- if (!is.na(end)) text_lines(body[seq_len(end)])
  fields <- stats::setNames(sub("^[^:]*: ?", "", lines), sub(":.*", "", lines))
  random <- strsplit(paste(fields["random"]), " ", fixed = TRUE)[[1L]]
  count <- suppressWarnings(as.double(fields["numbers"]))
  if (!isTRUE(count == (size - end) / 8) || !is_random_state(random)) {
    stop_checkpoint(file, "it does not hold what it says")
  }
  list(owner = fields, random = as.integer(random),
       numbers = readBin(body[-seq_len(end)], "double", count, endian = "little"))
}

# The numbers of a file that can be made again. It is NULL if the file is missing or cannot be read.
kept_numbers <- function(file) {
  if (!file.exists(file)) return(NULL)
  tryCatch(read_checkpoint(file)$numbers, metanmf_corrupt_file = function(error) NULL)
}

# Whether the text is a .Random.seed, or empty. R itself would notice only at the next draw.
is_random_state <- function(text) {
  draws <- function() is.finite(with_random_state(as.integer(text), stats::runif(1L)))
  wrong <- function(condition) FALSE
  !length(text) || tryCatch(draws(), error = wrong, warning = wrong)
}

stop_checkpoint <- function(file, what) {
  stop_input("checkpoint", "a file as an interrupted fit left it",
             paste0(basename(file), ": ", what),
             "Remove it to begin again.", class = "metanmf_corrupt_file")
}
