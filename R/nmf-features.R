# New data and the features of a fit: by name, where both have names, else by position.

# What predict() and adapt() do with features by name.
feature_rules <- c("same", "match")

# list(x, weights, absent): new data and their weights with the features of the fit in its rows,
# and which of these `newdata` lacks. `features`: a rule, or NULL for a verb that takes none.
# `given`: newdata as the user gave them, for messages.
fit_features <- function(newdata, weights, fit, features, samples, given) {
  can_match <- !is.null(features)
  features <- if (can_match) check_choice(features, "features", feature_rules) else "same"
  known <- rownames(fit$w)
  named <- has_names(rownames(newdata)) && has_names(known)
  if (features == "match") {
    if (!named) stop_unnamed_features(newdata, known)
    return(match_features(newdata, weights, known, samples == "rows"))
  }
  if (named && !setequal(rownames(newdata), known)) {
    stop_other_features(newdata, known, samples, given, can_match)
  }
  if (nrow(newdata) != nrow(fit$w)) stop_new_features(given, newdata, fit, samples)
  at <- name_order(rownames(newdata), known, "newdata", "the features of the fit")
  if (!is.null(at)) {
    weights <- name_weights(weights, newdata)
    newdata <- newdata[at, , drop = FALSE]
  }
  list(x = newdata, weights = weights, absent = rep(FALSE, nrow(fit$w)))
}

# Features that `newdata` lacks get rows of zeros here, which no engine sees: `absent` leaves them
# out, as it does those of which the fit observed nothing.
match_features <- function(newdata, weights, known, turned) {
  counts <- count_features(rownames(newdata), known)
  shared <- known[known %in% counts$shared]
  check_distinct(c(shared[duplicated(shared)], repeated_among(rownames(newdata), shared)))
  tell_matched(counts, known)
  at <- match(known, rownames(newdata))
  at[!known %in% counts$shared] <- NA
  weights <- match_weights(weights, newdata, at, turned)
  list(x = take_rows(newdata, at, known), weights = weights, absent = is.na(at))
}

# The names that both sides have, and those that only one has. A blank is no name.
count_features <- function(given, known) {
  blank <- function(names) is.na(names) | !nzchar(names)
  shared <- intersect(given[!blank(given)], known[!blank(known)])
  list(shared = shared, absent = known[!known %in% shared], other = given[!given %in% shared])
}

repeated_among <- function(names, shared) {
  names <- names[names %in% shared]
  names[duplicated(names)]
}

check_distinct <- function(repeated) {
  if (!length(repeated)) return(invisible())
  stop_input("newdata", "named without repeats, in it and in the fit, to be matched by name",
             paste("more than once", some_names(unique(repeated))),
             "Add up or leave out features of one name, or use make.unique() on both sides.")
}

# Weights of what is given to those of the fit's features, where `at` says which is which.
match_weights <- function(weights, newdata, at, turned) {
  if (is.null(weights)) return(NULL)
  if (length(dim(weights)) == 2L) {
    weights <- check_entry_weights(weights, newdata, turned)
    return(take_rows(weights, at, NULL, fill = 1))
  }
  margins <- check_margins(weights, newdata, turned)
  if (!is.null(margins$features)) {
    margins$features <- ifelse(is.na(at), 1, margins$features[at])
  }
  margins
}

# The rows `at` of x, rows of `fill` where that is NA; sparse x stores nothing there.
take_rows <- function(x, at, names, fill = 0) {
  present <- which(!is.na(at))
  taken <- x[at[present], , drop = FALSE]
  if (is.matrix(x)) {
    whole <- matrix(fill, length(at), ncol(x), dimnames = list(names, colnames(x)))
    whole[present, ] <- taken
    return(whole)
  }
  taken@i <- present[taken@i + 1L] - 1L
  taken@Dim <- c(length(at), ncol(x))
  taken@Dimnames <- list(names, colnames(x))
  taken
}

# Features of a fit that new data can say something about.
usable_features <- function(fit, data) {
  has_numbers(fit$w, "rows") & !(if (is.null(data$absent)) FALSE else data$absent)
}

tell_matched <- function(counts, known) {
  if (!length(counts$shared)) {
    stop_input("newdata", paste("named like features of the fit:", some_names(known)),
               paste("none of these names, but", some_names(counts$other)))
  }
  absent <- length(counts$absent)
  other <- length(counts$other)
  tell(paste0(
    "`newdata` has ", length(counts$shared), " of the fit's ", length(known), " features.\n",
    absent, if (absent == 1L) " is" else " are", " absent and taken as unobserved, ",
    other, if (other == 1L) " other is" else " others are", " left out."
  ))
}

stop_unnamed_features <- function(newdata, known) {
  unnamed <- c(if (!has_names(known)) "the fit", if (!has_names(rownames(newdata))) "`newdata`")
  stop_input("features", "\"same\" where features have no names", paste0(
    "\"match\", and no names of features in ", paste(unnamed, collapse = " and ")
  ), "Name the features of both, or leave out `features`, to go by position.")
}

stop_other_features <- function(newdata, known, samples, given, can_match) {
  counts <- count_features(rownames(newdata), known)
  counted <- function(names, text) {
    if (length(names)) paste0(length(names), " ", text, " (", some_names(names), ")")
  }
  said <- c(paste(length(counts$shared), "of them shared"), counted(counts$absent, "absent"),
            counted(counts$other, "unknown to the fit"))
  stop_input("newdata", paste("a matrix with the fit's", length(known), "features in",
                              setdiff(sample_places, samples)),
             paste0(describe(given), "; ", paste(said, collapse = ", ")),
             features_hint(counts, newdata, known, samples, can_match))
}

features_hint <- function(counts, newdata, known, samples, can_match) {
  if (length(intersect(colnames(newdata), known)) > length(counts$shared)) {
    other <- setdiff(sample_places, samples)
    return(paste0("Its samples are in ", other, ": use samples = \"", other, "\"."))
  }
  if (length(counts$shared) && !can_match) {
    return("Give rows of NA for absent ones, with missing = \"mask\", and leave others out.")
  }
  if (length(counts$shared)) {
    return(paste("Use features = \"match\": absent ones count as unobserved, not as zero, and",
                 "others are left out."))
  }
  "Names decide where both sides have them; unname() drops them, to go by position."
}
