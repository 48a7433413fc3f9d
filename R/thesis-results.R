# Results of experiments as CSV files that can be published: comment lines first, then the
# rows, with a checksum, so that a changed or torn file is not taken for results.

#' Write and read results of experiments
#'
#' `write_experiment()` writes results to a CSV file. Its first lines, marked by `#`, say how they
#' were made. `read_experiment()` reads such a file; it is parsed as data, and nothing in it is run
#' as code. A `file` whose name ends in `.gz` or `.xz` is compressed, to about a quarter or a fifth.
#'
#' The file is written under a temporary name and then renamed, so an interruption leaves the old
#' file or the new one. Numbers keep six significant digits. A line `# checksum:` has the MD5 sum of
#' all lines that are not comments, and reading verifies it. Other programs can read the file if
#' they skip comments: `read.csv(file, comment.char = "#")`.
#'
#' @param results Made by [experiment()].
#' @param file Name of the file.
#' @param header Named character vector of what the first lines should say. The version, R, BLAS,
#'   date and seeds are added if they are not given.
#' @return `write_experiment()`: `results`, invisibly. `read_experiment()`: the results, with the
#'   header as attribute `header`.
#' @section Errors: Class `metanmf_error` if `file` cannot be written or does not exist, and also
#'   class `metanmf_corrupt_file` if it was changed or damaged after it was written.
#' @seealso [experiment()]
#' @examples
#' small <- list(digits = list(x = digits$x[, 1:200], labels = digits$labels[1:200]))
#' results <- experiment(small, "NMF", ranks = 5, noise = "clean", seeds = 1,
#'                       variants = "baseline", protocol = experiment_protocol(task_size = 10))
#' file <- tempfile(fileext = ".csv")
#' write_experiment(results, file, c(purpose = "an example"))
#' readLines(file, 8)
#' all.equal(read_experiment(file)$nmi, results$nmi, tolerance = 1e-5)
#' @export
write_experiment <- function(results, file, header = NULL) {
  results <- check_experiment(results)
  facts <- c(version = paste("metanmf", process$version), r = R.version.string,
             blas = blas_name(), date = format(Sys.Date()),
             seeds = toString(sort(unique(results$seed))))
  header <- c(header, facts[setdiff(names(facts), names(header))])
  for (name in names(results)) {
    if (is.double(results[[name]])) results[[name]] <- signif(results[[name]], 6)
  }
  # Quotes where they are needed: they would be a quarter of the file.
  delicate <- vapply(results, function(column) any(grepl("[\",\r\n#]", column)), NA)
  quoted <- which(delicate & vapply(results, is.character, NA))
  body <- utils::capture.output(utils::write.csv(as.data.frame(results), row.names = FALSE,
                                                 quote = quoted))
  header <- c(header, checksum = text_digest(body))
  lines <- c(paste0("# ", names(header), ": ", gsub("[\r\n]+", " ", header)), body)
  replace_bytes(packed_bytes(line_bytes(lines), file), file, "file")
  invisible(results)
}

#' @rdname write_experiment
#' @export
read_experiment <- function(file) {
  if (!is.character(file) || length(file) != 1L || !file.exists(file)) {
    stop_input("file", "the name of a file that exists", describe(file))
  }
  lines <- text_lines(unpacked_bytes(file))
  comment <- startsWith(as.character(lines), "#")
  header <- stats::setNames(sub("^# [^:]*: ?", "", lines[comment]),
                            sub("^# ([^:]*):.*", "\\1", lines[comment]))
  body <- lines[!comment]
  if (is.null(lines) || !identical(unname(header["checksum"]), text_digest(body))) {
    stop_results(file, ", which was changed or cut off")
  }
  # A checksum that fits does not make any table one of results.
  wrong <- function(condition) stop_results(file, paste0(": ", conditionMessage(condition)))
  rows <- tryCatch({
    rows <- utils::read.csv(text = body, colClasses = unname(row_columns))
    new_experiment(rows)
  }, error = wrong, warning = wrong)
  structure(rows, header = header)
}

stop_results <- function(file, what) {
  stop_input("file", "results as write_experiment() left them", paste0(basename(file), what),
             "Read it with read.csv(file, comment.char = \"#\") to look at what is left.",
             class = "metanmf_corrupt_file")
}
