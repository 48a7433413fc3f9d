# The folder of a store: a description of what its rows belong to, files of rows, and a token of
# the session that writes to it.

# What the rows in a folder belong to: `owner`, named texts that hold for all rows, and `claims`,
# a text for each value of the store's claim column, to which others can be added later. A folder
# of another version, owner or claim is refused, and left as it is.
init_folder <- function(store, folder, owner, claims) {
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  if (!dir.exists(folder)) {
    stop_input(store$argument, "a folder that exists or can be made", describe(folder))
  }
  file <- file.path(folder, store$description)
  owner <- c(format = store$format, version = process$version, owner)
  mine <- c(owner, claims)
  if (!file.exists(file)) {
    if (length(list.files(folder, "[.]rows$"))) {
      stop_input(store$argument, paste("a folder as", store$verb, "left it"),
                 paste("rows without", store$description))
    }
    return(replace_bytes(line_bytes(paste0(names(mine), ": ", mine)), file, store$argument))
  }
  lines <- text_lines(file_bytes(file))
  if (is.null(lines)) {
    stop_input(store$argument, paste("a folder as", store$verb, "left it"),
               paste("one whose", store$description, "is not text"),
               "Nothing in it was changed. Use another folder.", class = "metanmf_corrupt_file")
  }
  theirs <- stats::setNames(sub("^[^:]*: ", "", lines), sub(": .*", "", lines))
  theirs <- vapply(theirs, store$renew_owner, "")
  added <- setdiff(names(mine), names(theirs))
  for (name in setdiff(names(mine), setdiff(added, names(owner)))) {
    if (!identical(unname(theirs[name]), unname(mine[name]))) {
      stop_other_folder(store, name, theirs[name], mine[name], name %in% names(claims))
    }
  }
  if (length(added)) {
    check_unclaimed(store, folder, added)
    replace_bytes(line_bytes(c(lines, paste0(added, ": ", mine[added]))), file, store$argument)
  }
}

# Rows of a claim that the description does not hold may come from other data of the same name.
check_unclaimed <- function(store, folder, names) {
  for (file in list.files(folder, "[.]rows$", full.names = TRUE)) {
    known <- intersect(names, read_rows(store, file)[[store$claim]])
    if (length(known)) {
      stop_rows(store, file, paste(store$description, "says nothing of", known[[1L]]))
    }
  }
}

# If a text has several parts, the error shows only those that differ.
stop_other_folder <- function(store, name, theirs, mine, claimed) {
  what <- if (claimed) paste("of the same", store$claim, name)
          else switch(name, format = paste("of", store$verb),
                      version = "of the same version of metanmf", x = "of the same data x",
                      paste("of the same", name))
  parts <- strsplit(c(theirs, mine), "; ", fixed = TRUE)
  differing <- function(a, b) toString(utils::head(setdiff(parts[[a]], parts[[b]]), 3L))
  stop_input(store$argument, paste("a folder", what),
             if (is.na(theirs)) paste("one without", name)
             else paste0("one of ", differing(1L, 2L), ", now ", differing(2L, 1L)),
             "Nothing in it was changed. Use another folder.", class = "metanmf_other_folder")
}

# The session that claimed the folder last writes to it. Workers of a session that was interrupted
# or killed find their token replaced and stop, so that no file has two writers.
lock_folder <- function(store, folder) {
  unlink(list.files(folder, "^run-", full.names = TRUE))
  token <- file.path(folder, basename(tempfile("run-")))
  if (!suppressWarnings(file.create(token))) {
    stop_input(store$argument, "a folder that can be written to", describe(folder))
  }
  token
}

# A job has a token too, which stops a worker that was believed dead but is still running.
job_token <- function(token, number) {
  own <- paste0(token, "-", number)
  file.create(own)
  own
}

# The folder, after it was made or checked to belong to this version, these data and these fits. It
# is NULL if none was given.
open_search_folder <- function(store, folder, owner, data, weights = NULL) {
  if (is.null(folder)) return(NULL)
  if (!is.character(folder) || length(folder) != 1L || is.na(folder)) {
    stop_input("folder", "NULL or the name of a folder", describe(folder))
  }
  x <- value_digest(list(data$x, weights, isTRUE(data$partial)))
  init_folder(store, folder, c(owner, x = x), character())
  normalizePath(folder)
}

# The number that names the random numbers of a search. A folder keeps its own, so that a search is
# resumed without the seed with which it began.
search_number <- function(folder) {
  drawn <- sample.int(.Machine$integer.max, 1L)
  if (is.null(folder)) return(drawn)
  file <- file.path(folder, "stream.txt")
  if (!file.exists(file)) replace_bytes(line_bytes(as.character(drawn)), file, "folder")
  bytes <- file_bytes(file)
  number <- suppressWarnings(as.integer(text_lines(bytes)))
  # Without the end of its line it may be the first digits of another number.
  if (length(number) != 1L || is.na(number) || utils::tail(bytes, 1L) != charToRaw("\n")) {
    stop_input("folder", "a folder as this verb left it", "one whose stream.txt is not a number",
               "Use another folder.", class = "metanmf_corrupt_file")
  }
  number
}
