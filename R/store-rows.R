# Tables that outlive a crash: a row is one line of a file that is only appended to, and its last
# field is a checksum of the others, which tells what a killed process left of its last line.
# Files are parsed as data: text is compared or converted, and never run as code.
#
# A `store` says what the rows of a folder are:
# - `types`: of every column "character", "numeric", "integer" or "logical", by name
# - `key`: the columns that tell one row from all others
# - `failure`: the column that holds an error's message; NA where there was none
# - `claim`: the column of what each row was made from, which the folder's description must know
# - `description`, `format`: the name of the file that describes the folder, and its first line
# - `argument`, `verb`: the names that errors mention
# - `renew_rows(rows)`, `renew_owner(text)`: bring what an older version wrote up to date

# Bringing a row to the disk takes 2 to 15 ms.
write_row <- function(store, row, file) {
  text <- paste(vapply(row[names(store$types)], field_text, ""), collapse = "\t")
  append_bytes(line_bytes(paste0(text, "\t", row_checksum(text))), file, store$argument)
}

row_checksum <- function(text) sprintf("%010.0f", hash_text(text))

# Seventeen digits restore a double, unless R rounds when it reads them; such a number is written
# in hexadecimal.
field_text <- function(value) {
  if (is.character(value)) return(protect_text(value))
  if (!is.double(value) || is.na(value)) return(paste(value))
  text <- sprintf("%.17g", value)
  if (identical(as.double(text), as.double(value), num.eq = FALSE)) text
  else sprintf("%a", value)
}

# A mark precedes text that would not be read back unchanged. Bytes that are no UTF-8 become <xx>.
text_mark <- "\001"
marked <- c("%" = "%25", "\t" = "%09", "\n" = "%0A", "\r" = "%0D")

protect_text <- function(text) {
  if (is.na(text)) return("NA")
  text <- iconv(enc2utf8(text), "UTF-8", "UTF-8", sub = "byte")
  if (!text %in% c("NA", "") && !grepl("[\t\n\r\001]", text)) return(text)
  for (sign in names(marked)) text <- gsub(sign, marked[[sign]], text, fixed = TRUE)
  paste0(text_mark, text)
}

read_text <- function(text) {
  at <- which(startsWith(text, text_mark))
  for (sign in rev(names(marked))) text[at] <- gsub(marked[[sign]], sign, text[at], fixed = TRUE)
  text[at] <- substring(text[at], 2L)
  text
}

# The rows of a file, NULL if there is none. An interruption leaves a torn last line: it is cut off,
# and its unit is run again. Any other line that was changed is an error.
read_rows <- function(store, file) {
  if (!file.exists(file)) return(NULL)
  bytes <- file_bytes(file)
  if (is.null(bytes)) stop_rows(store, file, "it cannot be read")
  if (!length(bytes)) return(NULL)
  if (any(bytes == 0)) stop_rows(store, file, "it has bytes that are not text")
  lines <- strsplit(rawToChar(bytes), "\n", fixed = TRUE, useBytes = TRUE)[[1L]]
  Encoding(lines) <- "UTF-8"
  last <- length(lines)
  content <- ifelse(validUTF8(lines), lines, "")
  sums <- sub(".*\t", "", content)
  content <- sub("\t[^\t]*$", "", content)
  whole <- row_checksum(content) == sums & nzchar(content)
  whole[[last]] <- whole[[last]] && bytes[[length(bytes)]] == charToRaw("\n")
  bad <- which(!whole)
  if (any(bad < last)) stop_rows(store, file, paste("line", bad[[1L]], "is not as written"))
  if (length(bad)) replace_bytes(line_bytes(lines[whole]), file, store$argument)
  if (any(whole)) parse_rows(store, content[whole], file)
}

parse_rows <- function(store, lines, file) {
  fields <- strsplit(lines, "\t", fixed = TRUE)
  if (any(lengths(fields) != length(store$types))) {
    stop_rows(store, file, "a line has other fields")
  }
  values <- as.data.frame(do.call(rbind, fields), stringsAsFactors = FALSE)
  names(values) <- names(store$types)
  for (name in names(values)) {
    text <- values[[name]]
    text[text %in% c("NA", "")] <- NA
    value <- suppressWarnings(methods::as(text, store$types[[name]]))
    # A field that is neither of the column's type nor NA means a damaged row.
    if (any(is.na(value) & !is.na(text) & !is.nan(value))) {
      stop_rows(store, file, paste0("column `", name, "` has entries that are not ", switch(
        store$types[[name]], logical = "TRUE or FALSE", "numbers")))
    }
    values[[name]] <- if (is.character(value)) read_text(value) else value
  }
  store$renew_rows(values)
}

stop_rows <- function(store, file, what) {
  stop_input(store$argument, paste("a folder as", store$verb, "left it"),
             paste0(basename(file), ": ", what),
             "Remove that file: what it held is then run again, all else is kept.",
             class = "metanmf_corrupt_file")
}

# One text per row, equal for rows that agree in all of `columns`; none for NULL.
row_keys <- function(rows, columns) {
  do.call(paste, c(as.list(unclass(rows)[columns]), sep = "\r"))
}
