# One validator per kind of argument. Each names the argument, what was given
# and what is expected, and raises a condition of class "metanmf_error".

# Raises the package's input error. `expected` completes "must be"; `given` says
# what arrived; `hint` says what to do about it. `class` adds a narrower class.
stop_input <- function(argument, expected, given, hint = NULL, class = NULL) {
  message <- paste0("`", argument, "` must be ", expected, ".\nGiven: ", given, ".")
  if (!is.null(hint)) message <- paste0(message, "\n", hint)
  condition <- structure(
    list(message = message, call = NULL, argument = argument),
    class = c(class, "metanmf_error", "error", "condition")
  )
  stop(condition)
}

# A short, safe description of any value for the "Given:" line of an error.
describe <- function(value) {
  if (is.null(value)) return("NULL")
  if (is.function(value)) return("a function")
  if (length(dim(value)) == 2L) {
    text <- if (is.matrix(value) && !is.numeric(value)) paste(" of", typeof(value))
    return(paste0("a ", nrow(value), " x ", ncol(value), " ", class(value)[[1L]], text))
  }
  if (is.atomic(value) && length(value) == 1L) {
    return(if (is.character(value)) paste0("\"", value, "\"") else format(value, digits = 7))
  }
  kind <- class(value)[[1L]]
  article <- if (grepl("^[aeiou]", kind)) "an " else "a "
  paste0(article, kind, " of length ", length(value))
}

# The entry of `choices` closest to `name` by edit distance, or NULL when none is near.
nearest_name <- function(name, choices) {
  distance <- utils::adist(name, choices, ignore.case = TRUE)[1L, ]
  best <- which.min(distance)
  if (length(best) == 1L && distance[best] <= max(2, nchar(name) / 3)) choices[[best]]
}

check_choice <- function(value, argument, choices) {
  if (is.character(value) && identical(value, choices)) return(choices[[1L]])
  if (is.character(value) && length(value) == 1L && !is.na(value) && value %in% choices) {
    return(value)
  }
  near <- if (is.character(value) && length(value) == 1L) nearest_name(value, choices)
  stop_input(argument, paste0("one of ", paste0("\"", choices, "\"", collapse = ", ")),
             describe(value), if (!is.null(near)) paste0("Did you mean \"", near, "\"?"))
}

# A whole number from minimum to maximum, returned as an integer.
check_count <- function(value, argument, minimum = 1, maximum = .Machine$integer.max) {
  ok <- is.numeric(value) && length(value) == 1L && is.finite(value) &&
    value == round(value) && value >= minimum && value <= maximum
  if (!ok) {
    range <- if (maximum == .Machine$integer.max) paste0("of at least ", minimum)
             else paste0("in ", minimum, "..", maximum)
    stop_input(argument, paste("a whole number", range), describe(value))
  }
  as.integer(value)
}

# One finite number from minimum to maximum, returned as a double.
check_number <- function(value, argument, minimum = -Inf, maximum = Inf) {
  ok <- is.numeric(value) && length(value) == 1L && is.finite(value) &&
    value >= minimum && value <= maximum
  if (!ok) {
    bounds <- c(if (is.finite(minimum)) paste(" of at least", minimum),
                if (is.finite(maximum)) paste(" of at most", maximum))
    stop_input(argument, paste0("a finite number", paste(bounds, collapse = " and")),
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

# A list of options whose names must all be known; the error offers the nearest.
check_names <- function(given, known, argument = "...") {
  known <- setdiff(known, "...")
  labels <- names(given)
  if (length(given) && (is.null(labels) || any(labels == ""))) {
    stop_input(argument, "named options only", "an option without a name")
  }
  unknown <- setdiff(labels, known)
  if (length(unknown)) {
    near <- nearest_name(unknown[[1L]], known)
    hint <- if (is.null(near)) paste("Known options:", paste(known, collapse = ", "))
            else paste0("Did you mean `", near, "`?")
    stop_input(argument, "known options only", paste0("`", unknown[[1L]], "`"), hint)
  }
  invisible(given)
}

# "3 (first at [1, 2], [4, 2], [7, 3])": how many entries, and where the first are.
where_in_matrix <- function(bad) {
  index <- which(bad, arr.ind = TRUE)
  first <- utils::head(index, 3L)
  places <- paste0("[", first[, 1L], ", ", first[, 2L], "]", collapse = ", ")
  paste0(nrow(index), " (first at ", places, ")")
}

# A non-negative numeric matrix, features in rows and samples in columns, as a
# plain double matrix. What cannot be used is an error that says where it stands.
check_matrix <- function(x, argument = "x") {
  expected <- "a numeric matrix, features in rows and samples in columns"
  if (length(dim(x)) != 2L) stop_input(argument, expected, describe(x))
  if (!(is.matrix(x) && (is.numeric(x) || is.logical(x)))) {
    hint <- if (is.data.frame(x)) "Use as.matrix() on its numeric columns."
            else if (methods::is(x, "Matrix")) "Use as.matrix() on it first."
    stop_input(argument, expected, describe(x), hint)
  }
  if (nrow(x) == 0L || ncol(x) == 0L) {
    stop_input(argument, "a matrix with at least one row and one column", describe(x))
  }
  check_entries(x, argument)
  if (!is.double(x)) storage.mode(x) <- "double"
  x
}

check_entries <- function(x, argument) {
  # One pass decides; the slow search for the places runs only on bad input.
  lowest <- min(x)
  if (!is.na(lowest) && lowest >= 0 && max(x) < Inf) return(invisible())
  kinds <- list("NA" = is.na(x) & !is.nan(x), "NaN" = is.nan(x),
                "Inf" = is.infinite(x), "negative" = !is.na(x) & x < 0)
  kinds <- kinds[vapply(kinds, any, NA)]
  given <- paste(names(kinds), "entries:", vapply(kinds, where_in_matrix, ""))
  stop_input(argument, "finite and non-negative", paste(given, collapse = "; "))
}

check_rank <- function(rank, x) check_count(rank, "rank", 1, min(dim(x)))
