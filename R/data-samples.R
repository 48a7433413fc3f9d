# Where data have their samples: in columns, as everything behind the first check expects, or in
# rows.

# The choices of the argument `samples`.
sample_places <- c("columns", "rows")

# Where `x` has its samples: where the user says, or else where those of `fit` were. Containers that
# know their samples come in columns, and `samples` may not contradict them. The rows of a data
# frame are samples if nothing is said, as everywhere in R.
where_samples <- function(samples, x, argument = "x", fit = NULL) {
  said <- !is.null(samples) && !(length(samples) == 2L && setequal(samples, sample_places))
  if (said) samples <- check_choice(samples, "samples", sample_places)
  own <- own_samples(x)
  if (!is.null(own)) {
    if (said && samples != own) stop_own_samples(x, samples, own)
    return("columns")
  }
  if (said) return(samples)
  kept <- fit$data[["samples"]]
  if (!is.data.frame(x)) return(if (is.null(kept)) "columns" else kept)
  # New data lie like the fit's own, unless their columns alone can be its features.
  if (identical(kept, "rows")) return("rows")
  if (!is.null(fit) && (ncol(x) != nrow(fit$w) || nrow(x) == nrow(fit$w))) return("columns")
  check_frame(x, argument)
  tell_rows(x, argument)
  "rows"
}

# The message for a data frame that was given without `samples`.
tell_rows <- function(x, argument) {
  tell(paste0("`", argument, "` is a data frame: its ", nrow(x), " rows are taken as samples, its ",
              ncol(x), " columns as features.\nUse samples = \"rows\" to confirm this without a ",
              "message,\nor samples = \"columns\" if the columns are the samples."))
}

# Where a container has its samples, NULL for data that do not know.
own_samples <- function(x) {
  if (inherits(x, c("DocumentTermMatrix", "dfm"))) "rows"
  else if (inherits(x, "block_source")) "columns"
  else if (!is.null(container_kind(x))) "columns"
}

stop_own_samples <- function(x, samples, own) {
  stop_input("samples", paste0("left out, or \"", own, "\", for ", with_article(class(x)[[1L]]),
                               ", whose samples are known"), describe(samples),
             paste0("Use samples = \"", own, "\"."))
}

# Data with a sample in each column, from data with samples where `samples` says. This is the only
# place where data are turned. Data that are not a matrix are refused in terms of the user's
# orientation.
turn_samples <- function(x, samples, argument) {
  if (samples == "columns" || !is.null(own_samples(x))) return(x)
  x <- as_numbers(x, argument, "a numeric matrix, samples in rows and features in columns",
                  turned = TRUE)
  turn(x)
}

turn <- function(x) if (is.matrix(x)) t(x) else Matrix::t(x)

# Data that were turned, turned back for messages.
as_given <- function(x, turned) if (turned) turn(x) else x

# The size of data as they were given: "3 x 4".
shape_text <- function(x, turned) paste(if (turned) rev(dim(x)) else dim(x), collapse = " x ")

# Weights of entries lie like the data; those of samples or of features have no orientation.
turn_weights <- function(weights, samples) {
  if (length(dim(weights)) == 2L) turn_samples(weights, samples, "weights") else weights
}

# Known components are given the same way round as the data: with samples in rows, a known column of
# W is a row.
turn_known <- function(known, samples) {
  if (samples == "columns" || !is.list(known)) return(known)
  for (part in intersect(names(known), c("w", "h"))) {
    if (is.null(known[[part]])) next
    known[[part]] <- turn_samples(known[[part]], samples, paste0("known$", part))
  }
  known
}
