# Writing files safely: either the data are on the disk, or an error says that they are not.

# Appends bytes to a file: all of them, or none if the disk is full.
append_bytes <- function(bytes, file, argument) {
  before <- if (file.exists(file)) file.size(file) else 0
  tryCatch(put_bytes(bytes, file, "ab", argument, before), metanmf_disk = function(condition) {
    try(cut_file(file, before), silent = TRUE)
    stop(condition)
  })
  # A full disk may be reported only when the file is closed.
  if (is.na(native_sync(file))) stop_disk(argument, file, "the disk reports an error")
}

# Replaces a file by bytes. They are written under a temporary name and renamed, so that an
# interruption, a full disk or a loss of power leaves the old file or the new one.
replace_bytes <- function(bytes, file, argument) {
  temporary <- paste0(file, ".new")
  on.exit(unlink(temporary))
  put_bytes(bytes, temporary, "wb", argument)
  if (is.na(native_sync(temporary))) stop_disk(argument, file, "the disk reports an error")
  if (!suppressWarnings(file.rename(temporary, file))) {
    stop_disk(argument, file, "it cannot be replaced")
  }
  native_sync(dirname(file))
}

# R's connections do not report a full disk, so the size is checked afterwards. It may be larger
# than expected: a worker whose session was killed can append its last row at the same moment, and
# cutting the file back would lose that row.
put_bytes <- function(bytes, file, mode, argument, before = 0) {
  put <- function() {
    connection <- file(file, mode)
    # Closing may warn of the same full disk, which must not keep the connection open.
    on.exit(suppressWarnings(close(connection)))
    writeBin(bytes, connection)
    NULL
  }
  # Interrupts are held during one write, so that no line is torn and no connection left open.
  why <- suspendInterrupts(tryCatch(put(), warning = conditionMessage, error = conditionMessage))
  if (is.null(why) && !isTRUE(file.size(file) >= before + length(bytes))) {
    why <- paste(max(0, file.size(file) - before, na.rm = TRUE), "of", length(bytes),
                 "bytes could be written")
  }
  if (!is.null(why)) stop_disk(argument, file, why)
}

cut_file <- function(file, size) {
  connection <- file(file, "r+b")
  on.exit(close(connection))
  seek(connection, size, rw = "write")
  truncate(connection)
}

stop_disk <- function(argument, file, why) {
  stop_input(argument, "on a disk that can be written to and has room", paste0(file, ": ", why),
             "Make room and call again: what was finished before is kept.", class = "metanmf_disk")
}

# The bytes of lines of text, in UTF-8 whatever the locale is.
line_bytes <- function(lines) {
  if (!length(lines)) return(raw())
  charToRaw(paste0(enc2utf8(lines), "\n", collapse = ""))
}

# The bytes of a file, or NULL if it is no file or cannot be read.
file_bytes <- function(file) {
  if (dir.exists(file)) return(NULL)
  tryCatch(readBin(file, "raw", file.size(file)), warning = function(condition) NULL,
           error = function(condition) NULL)
}

# Bytes as a file of that name holds them, packed by gzip or xz if the name ends in .gz or .xz. They
# are packed through a file, because memCompress() makes another format.
packed_bytes <- function(bytes, name) {
  open <- switch(tools::file_ext(name), gz = gzfile, xz = xzfile)
  if (is.null(open)) return(bytes)
  file <- tempfile()
  on.exit(unlink(file))
  connection <- open(file, "wb", compression = 9L)
  tryCatch(writeBin(bytes, connection), finally = close(connection))
  # Neither connection reports a full disk.
  if (!identical(unpacked_bytes(file), bytes)) stop_disk("tempdir()", file, "it was cut short")
  file_bytes(file)
}

# All of a file, unpacked if it is packed by gzip or xz, or NULL if it cannot be read. A connection
# unpacks it, because memDecompress() asks for ever more memory when the end is missing.
unpacked_bytes <- function(file) {
  if (dir.exists(file)) return(NULL)
  tryCatch(connection_bytes(gzfile(file, "rb")), warning = function(condition) NULL,
           error = function(condition) NULL)
}

# What a connection gives until its end, or until an error of which `fault` makes NULL. It is read
# in small pieces, since the piece that ends in an error is lost.
connection_bytes <- function(connection, fault = stop) {
  on.exit(close(connection))
  parts <- list()
  repeat {
    part <- tryCatch(readBin(connection, "raw", 2^16), error = fault)
    if (!length(part)) return(as.raw(unlist(parts)))
    parts <- c(parts, list(part))
  }
}

# The lines of bytes that are text in UTF-8, also with the line ends of Windows. It is NULL if they
# are no text.
text_lines <- function(bytes) {
  if (is.null(bytes) || any(bytes == 0)) return(NULL)
  text <- rawToChar(bytes)
  if (!validUTF8(text)) return(NULL)
  lines <- strsplit(text, "\r?\n", useBytes = TRUE)[[1L]]
  Encoding(lines) <- "UTF-8"
  lines
}
