# Names decide: an argument whose rows, columns or entries are named is put in the order of the data
# that it belongs to. If one side has no names, positions count. Nothing else compares names.

# Where in `given` the names of `known` stand, or NULL where nothing has to be moved. Other names,
# and repeated ones whose order would have to be found, are refused. `owner` says in an error what
# has the names `known`, as in "the features of `x`".
name_order <- function(given, known, argument, owner) {
  if (!has_names(given) || !has_names(known) || identical(given, known)) return(NULL)
  other <- setdiff(given, known)
  absent <- setdiff(known, given)
  repeated <- unique(c(given[duplicated(given)], known[duplicated(known)]))
  if (!length(c(other, absent, repeated))) return(match(known, given))
  stop_input(argument, paste0("named like ", owner, if (length(repeated)) ", in the same order"),
             other_names(other, absent, repeated),
             "Names decide where both sides have them; unname() drops them, to go by position.")
}

has_names <- function(names) any(nzchar(names) & !is.na(names))

other_names <- function(other, absent, repeated) {
  paste(c(if (length(other)) paste("the names", some_names(other)),
          if (length(absent)) paste("no name", some_names(absent)),
          if (length(repeated)) paste("more than once", some_names(repeated))), collapse = ", and ")
}

# The first three of some names, and how many more there are.
some_names <- function(names) {
  shown <- paste0("\"", utils::head(names, 3L), "\"", collapse = ", ")
  if (length(names) > 3L) paste(shown, "and", length(names) - 3L, "more") else shown
}

# A matrix with its rows, or columns, in the order of the names `known`.
order_rows <- function(x, known, argument, owner) {
  at <- name_order(rownames(x), known, argument, owner)
  if (is.null(at)) x else x[at, , drop = FALSE]
}

order_columns <- function(x, known, argument, owner) {
  at <- name_order(colnames(x), known, argument, owner)
  if (is.null(at)) x else x[, at, drop = FALSE]
}

# Like the features and samples of `like`, a matrix of the same shape.
order_entries <- function(x, like, argument, owner) {
  x <- order_rows(x, rownames(like), argument, paste("the features of", owner))
  order_columns(x, colnames(like), argument, paste("the samples of", owner))
}

order_labels <- function(labels, known, argument, owner) {
  at <- name_order(names(labels), known, argument, owner)
  if (is.null(at)) labels else labels[at]
}

# Names, with numbers in the place of those that are missing.
names_or <- function(names, letter, count) {
  numbers <- paste0(letter, seq_len(count))
  if (is.null(names)) return(numbers)
  ifelse(is.na(names) | names == "", numbers, names)
}
