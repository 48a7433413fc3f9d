# One validator per kind of argument. Each names the argument, what was given
# and what is expected, and raises a condition of class "metanmf_error".

# Raises the package's input error. `expected` completes "must be"; `given` says
# what arrived; `hint` says what to do about it. `class` adds a narrower class.
stop_input <- function(argument, expected, given, hint = NULL, class = NULL) {
  # The texts are made here, so that a user's scipen does not turn 8 into 8e+00.
  old <- options(scipen = 0)
  on.exit(options(old))
  message <- paste0("`", argument, "` must be ", expected, ".\nGiven: ", given, ".")
  if (!is.null(hint)) message <- paste0(message, "\n", hint)
  stop_named(message, argument, class)
}

# The same condition with a text of its own, where "must be" does not fit.
stop_named <- function(message, argument, class = NULL) {
  shown <- valid_text(message)
  if (!identical(shown, message)) shown <- paste0(shown, "\n", encoding_hint)
  stop(structure(list(message = wrap_lines(shown), call = NULL, argument = argument),
                 class = c(class, "metanmf_error", "error", "condition")))
}

# A message of the package, which suppressMessages(classes = "metanmf_message") silences.
tell <- function(text) {
  message(structure(list(message = paste0(wrap_lines(text), "\n"), call = NULL),
                    class = c("metanmf_message", "message", "condition")))
}

# Text in which bytes that are not valid in this session are shown as <e9>, so that it can be
# counted, cut and printed. Names that were read in a wrong encoding have such bytes.
valid_text <- function(text) {
  wrong <- !validEnc(text)
  text[wrong] <- iconv(text[wrong], "UTF-8", "UTF-8", sub = "byte")
  text
}

encoding_hint <- paste0("Bytes in < > are not text in this session. Read the file in its own ",
                        "encoding, as in\nread.csv(file, fileEncoding = \"latin1\").")

# Text whose lines of more than 100 characters are broken, after semicolons where there are any;
# shorter lines stay as they are.
wrap_lines <- function(text) {
  lines <- strsplit(text, "\n", fixed = TRUE)[[1L]]
  long <- nchar(lines) > 100L
  lines[long] <- gsub("; ", ";\n", lines[long], fixed = TRUE)
  lines <- unlist(strsplit(lines, "\n", fixed = TRUE))
  long <- nchar(lines) > 100L
  lines[long] <- vapply(lines[long], function(line) paste(strwrap(line, 100L), collapse = "\n"), "")
  paste(lines, collapse = "\n")
}

# "a" or "an" before a word or number, as it is spoken: an nmf_fit, an 8 x 60 matrix.
with_article <- function(text) {
  spoken <- "^([aeiou]|[hlmnrx][bcdfgklmnpqst]|8|1[18]([0-9]{3})*([^0-9]|$))"
  paste(if (grepl(spoken, text)) "an" else "a", text)
}

# A short, safe description of any value for the "Given:" line of an error.
describe <- function(value) {
  if (is.null(value)) return("NULL")
  if (is.function(value)) return("a function")
  if (length(dim(value)) == 2L) {
    text <- if (is.matrix(value) && !is.numeric(value)) paste(" of", typeof(value))
    return(with_article(paste0(nrow(value), " x ", ncol(value), " ", class(value)[[1L]], text)))
  }
  if (is.atomic(value) && length(value) == 1L && !is.factor(value)) {
    if (!is.character(value) || is.na(value)) return(format(value, digits = 7))
    value <- valid_text(value)
    return(paste0("\"", if (nchar(value) > 60L) paste0(substr(value, 1L, 57L), "...") else value,
                  "\""))
  }
  kind <- with_article(class(value)[[1L]])
  if (is.list(value) && is.object(value)) kind else paste(kind, "of length", length(value))
}

# The entry of `choices` closest to `name` by edit distance, or NULL when none is near. A
# name of up to three letters may differ in one; at least one letter must be shared.
nearest_name <- function(name, choices) {
  if (is.na(name)) return(NULL)
  name <- valid_text(name)
  distance <- utils::adist(name, choices, ignore.case = TRUE)[1L, ]
  most <- if (nchar(name) <= 3L) 1 else max(2, nchar(name) / 3)
  near <- which(distance <= most & distance < pmin(nchar(name), nchar(choices)))
  if (length(near)) choices[[near[[which.min(distance[near])]]]]
}

# Raises an error when the calling verb's `argument` is missing; `what` describes the argument.
check_given <- function(argument, what, hint = NULL) {
  left_out <- eval(call("missing", as.name(argument)), parent.frame())
  if (left_out) stop_input(argument, paste0("given: ", what), "nothing", hint)
}

check_choice <- function(value, argument, choices) {
  if (is.character(value) && identical(value, choices)) return(choices[[1L]])
  if (is.character(value) && length(value) == 1L && !is.na(value) && value %in% choices) {
    return(value)
  }
  near <- if (is.character(value) && length(value) == 1L) nearest_name(value, choices)
  hint <- if (!is.null(near)) paste0("Did you mean \"", near, "\"?")
  stop_input(argument, paste0("one of ", paste0("\"", choices, "\"", collapse = ", ")),
             describe(value), c(new_value(value, argument, choices), hint)[1L])
}

# Any number of entries of `choices`, zero included, without repeats.
check_choices <- function(value, argument, choices) {
  known <- is.character(value) & value %in% choices
  if (is.character(value) && all(known)) return(unique(value))
  wrong <- if (is.character(value)) value[!known][[1L]] else value
  near <- if (is.character(value)) nearest_name(wrong, choices)
  hint <- if (!is.null(near)) paste0("Did you mean \"", near, "\"?")
  stop_input(argument, paste0("any of ", paste0("\"", choices, "\"", collapse = ", ")),
             describe(wrong), c(new_value(wrong, argument, choices), hint)[1L])
}

# A whole number from minimum to maximum, returned as an integer.
check_count <- function(value, argument, minimum = 1, maximum = .Machine$integer.max) {
  ok <- is.numeric(value) && length(value) == 1L && is.finite(value) &&
    value == round(value) && value >= minimum && value <= maximum
  if (!ok) {
    limits <- as.integer(c(minimum, maximum))
    above <- is.numeric(value) && length(value) == 1L && isTRUE(is.finite(value) & value > maximum)
    range <- if (maximum < .Machine$integer.max) paste0("in ", limits[[1L]], "..", limits[[2L]])
      else paste0("of at least ", limits[[1L]], if (above) paste(" and at most", limits[[2L]]))
    stop_input(argument, paste("a whole number", range), describe(value))
  }
  as.integer(value)
}

# One finite number from minimum to maximum, returned as a double.
check_number <- function(value, argument, minimum = -Inf, maximum = Inf) {
  ok <- is.numeric(value) && length(value) == 1L && is.finite(value) &&
    value >= minimum && value <= maximum
  if (!ok) {
    stop_input(argument, paste0("a finite number", paste(
      c(if (is.finite(minimum)) paste(" of at least", minimum),
        if (is.finite(maximum)) paste(" of at most", maximum)), collapse = " and")),
      describe(value))
  }
  as.double(value)
}

check_flag <- function(value, argument) {
  if (!(is.logical(value) && length(value) == 1L && !is.na(value))) {
    stop_input(argument, "TRUE or FALSE", describe(value))
  }
  value
}

# A list whose entries must all have known names.
check_names <- function(given, known, argument) {
  labels <- names(given)
  if (length(given) && (is.null(labels) || any(labels == ""))) {
    stop_input(argument, "a list of named entries", "an entry without a name")
  }
  unknown <- setdiff(labels, known)
  if (length(unknown)) stop_unknown(unknown[[1L]], known, paste0("entry of `", argument, "`:"),
                                    argument)
  invisible(given)
}

# Rows and columns of an image whose pixels are the features.
check_image_size <- function(image_size, features) {
  ok <- is.numeric(image_size) && length(image_size) == 2L && all(is.finite(image_size)) &&
    all(image_size >= 1) && all(image_size == round(image_size)) &&
    prod(image_size) == features
  if (!ok) {
    given <- if (is.numeric(image_size) && length(image_size) == 2L) toString(image_size)
             else describe(image_size)
    stop_input("image_size", paste("two whole numbers, rows and columns of an image, with",
                                   "product", features), given,
               "A column of W has one entry per feature, and an image one per pixel.")
  }
  as.integer(image_size)
}

# An error with the install command when a package that is only suggested is missing.
check_installed <- function(package, needed_by, bioconductor = FALSE) {
  if (requireNamespace(package, quietly = TRUE)) return(invisible())
  installer <- if (bioconductor) "BiocManager::install" else "install.packages"
  stop_input(package, paste0("an installed package: ", needed_by, " uses it"),
             "no such package in .libPaths()",
             paste0("Install it by ", installer, "(\"", package, "\")."),
             class = "metanmf_missing_package")
}

# Refuses a fit that has no samples for what `verb` wants to do with them.
need_samples <- function(fit, argument, verb) {
  if (ncol(fit$h) > 0L) return(invisible())
  stop_input(argument, paste("a fit with samples for", verb), "a basis alone, from as_nmf()",
             "Use predict(fit, x) for coefficients of samples, or adapt(fit, x) for a fit of them.")
}
