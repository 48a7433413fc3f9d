# The folder of an experiment: what it belongs to, and an append-only file of rows for each
# job. Everything read is text that is compared or converted, never evaluated.

# A file for each job, so that workers never write to the same one.
job_file <- function(folder, job) {
  name <- paste(job$dataset, format(job$noise, digits = 15L), job$seed,
                if (is.na(job$rank)) "free" else job$rank, sep = "-")
  file.path(folder, paste0(gsub("[^A-Za-z0-9.-]", "_", name), ".rows"))
}

# A row is one line, its last field a checksum of the others: what a killed process left of
# its last line is told by it.
write_row <- function(row, file) {
  fields <- vapply(row, function(value) {
    if (is.double(value)) format(value, digits = 17L) else as.character(value)
  }, "")
  fields[is.na(row)] <- "NA"
  text <- enc2utf8(paste(gsub("[\t\r\n]", " ", fields), collapse = "\t"))
  # Bringing a row to the disk takes 2 to 15 ms, far less than a fit.
  append_bytes(line_bytes(paste0(text, "\t", checksum(text))), file, "folder")
}

checksum <- function(text) sprintf("%010.0f", hash_text(text))

# The rows of a file. A torn last line is what an interruption leaves: it is cut off, and its
# fit is run again. Any other line that is not as it was written is an error.
read_rows <- function(file) {
  if (!file.exists(file)) return(NULL)
  bytes <- file_bytes(file)
  if (is.null(bytes)) stop_corrupt(file, "it cannot be read")
  if (!length(bytes)) return(NULL)
  if (any(bytes == 0)) stop_corrupt(file, "it holds bytes that are no text")
  lines <- strsplit(rawToChar(bytes), "\n", fixed = TRUE, useBytes = TRUE)[[1L]]
  Encoding(lines) <- "UTF-8"
  last <- length(lines)
  content <- ifelse(validUTF8(lines), lines, "")
  sums <- sub(".*\t", "", content)
  content <- sub("\t[^\t]*$", "", content)
  whole <- checksum(content) == sums & nzchar(content)
  whole[[last]] <- whole[[last]] && bytes[[length(bytes)]] == charToRaw("\n")
  bad <- which(!whole)
  if (any(bad < last)) stop_corrupt(file, paste("line", bad[[1L]], "is not as written"))
  if (length(bad)) replace_bytes(line_bytes(lines[whole]), file, "folder")
  if (any(whole)) parse_rows(content[whole], file)
}

parse_rows <- function(lines, file) {
  fields <- strsplit(lines, "\t", fixed = TRUE)
  if (any(lengths(fields) != length(row_columns))) stop_corrupt(file, "a line has other fields")
  values <- as.data.frame(do.call(rbind, fields), stringsAsFactors = FALSE)
  names(values) <- names(row_columns)
  convert_columns(values, file)
}

# Text to the type of each column; what is neither a number nor NA is no row of ours.
convert_columns <- function(values, file) {
  for (name in names(row_columns)) {
    text <- values[[name]]
    text[text %in% c("NA", "")] <- NA
    value <- suppressWarnings(methods::as(text, row_columns[[name]]))
    if (anyNA(value) && !identical(is.na(value), is.na(text))) {
      stop_corrupt(file, paste0("column `", name, "` holds what is no number"))
    }
    values[[name]] <- value
  }
  values
}

stop_corrupt <- function(file, what) {
  stop_input("folder", "a folder as experiment() left it",
             paste0(basename(file), ": ", what),
             "Remove that file: its fits are then run again, all others are kept.",
             class = "metanmf_corrupt_file")
}

# What the rows in a folder belong to. A folder made by another version, under another
# protocol or from other data is refused, and left as it is.
init_folder <- function(folder, protocol, data) {
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  if (!dir.exists(folder)) {
    stop_input("folder", "a folder that exists or can be made", describe(folder))
  }
  file <- file.path(folder, "experiment.txt")
  mine <- c(format = "metanmf experiment 1", version = process$version,
            protocol = protocol_text(protocol),
            vapply(data, fingerprint, ""))
  if (!file.exists(file)) {
    if (length(list.files(folder, "[.]rows$"))) {
      stop_input("folder", "a folder as experiment() left it", "rows without experiment.txt")
    }
    return(replace_bytes(line_bytes(paste0(names(mine), ": ", mine)), file, "folder"))
  }
  lines <- text_lines(file_bytes(file))
  if (is.null(lines)) {
    stop_input("folder", "a folder as experiment() left it", "one whose experiment.txt is no text",
               "Nothing in it was changed. Use another folder.", class = "metanmf_corrupt_file")
  }
  theirs <- stats::setNames(sub("^[^:]*: ", "", lines), sub(": .*", "", lines))
  check_claim(theirs, mine)
  added <- setdiff(names(mine), names(theirs))
  if (length(added)) {
    check_unclaimed(folder, added)
    replace_bytes(line_bytes(c(lines, paste0(added, ": ", mine[added]))), file, "folder")
  }
}

# Rows of data that experiment.txt says nothing of may be those of other data under that name.
check_unclaimed <- function(folder, names) {
  for (file in list.files(folder, "[.]rows$", full.names = TRUE)) {
    known <- intersect(names, read_rows(file)$dataset)
    if (length(known)) stop_corrupt(file, paste0("experiment.txt says nothing of ", known[[1L]]))
  }
}

check_claim <- function(theirs, mine) {
  for (name in intersect(names(mine), c("format", "version", "protocol", names(theirs)))) {
    if (identical(unname(theirs[name]), unname(mine[name]))) next
    what <- switch(name, format = "of experiment()", version = "of the same version of metanmf",
                   protocol = "of the same protocol", paste("of the same data", name))
    stop_input("folder", paste("a folder", what), claim_difference(name, theirs[name], mine[name]),
               "Nothing in it was changed. Use another folder.",
               class = "metanmf_other_experiment")
  }
}

# Of a protocol, the options that differ.
claim_difference <- function(name, theirs, mine) {
  if (is.na(theirs)) return(paste("one without", name))
  if (name != "protocol") return(paste0("one of ", theirs, ", now ", mine))
  parts <- strsplit(c(theirs, mine), "; ", fixed = TRUE)
  paste0("one with ", toString(utils::head(setdiff(parts[[1L]], parts[[2L]]), 3L)), ", now ",
         toString(utils::head(setdiff(parts[[2L]], parts[[1L]]), 3L)))
}

# Data known by their numbers and labels: the size, and a digest of their bytes.
fingerprint <- function(data) {
  numbers <- c(as.double(data$x), as.double(factor(data$labels)))
  paste0(nrow(data$x), " x ", ncol(data$x), ", ", bytes_digest(writeBin(numbers, raw())))
}
