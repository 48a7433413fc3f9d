# What errors tell the user to write instead of data that are not a matrix of numbers.

# How to write a component where a vector was given.
one_component <- c(
  "known$w" = "One component is a matrix of one column: known = list(w = cbind(w)).",
  "known$h" = "One component is a matrix of one row: known = list(h = rbind(h)).",
  w = "One component is a matrix of one column: as_nmf(cbind(w))."
)
one_turned_component <- c(
  "known$w" = "One component is a matrix of one row: known = list(w = rbind(w)).",
  "known$h" = "One component is a matrix of one column: known = list(h = cbind(h))."
)

# What to write instead of x, which is not a matrix of numbers.
conversion_hint <- function(x, argument, turned = FALSE) {
  if (is.null(dim(x)) && is_number(x)) return(vector_hint(argument, turned))
  if (is.character(x) && length(x) == 1L) {
    return("Give the data, not their name. For data in a file see ?block_source.")
  }
  if (is.character(x) && is.null(dim(x))) {
    return("Text has to be counted first: see vignette(\"text\", \"metanmf\").")
  }
  if (is.matrix(x) && is.character(x)) {
    return(paste0("If its text is numbers, use storage.mode(", argument, ") <- \"double\"."))
  }
  if (isS4(x) && !is.function(x)) {
    paste0("Use as.matrix(", argument, "), or as(", argument,
           ", \"CsparseMatrix\") if it is sparse.")
  }
}

vector_hint <- function(argument, turned) {
  components <- if (turned) one_turned_component else one_component
  if (argument %in% names(components)) return(components[[argument]])
  if (turned) return(paste0("One sample is a matrix of one row: use rbind(", argument, ")."))
  paste0("One sample is a matrix of one column: use as.matrix(", argument, ").")
}
