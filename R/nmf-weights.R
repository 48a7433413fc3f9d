# Weights of the entries of x, and missing ones.

# The data of a verb that can leave out what is missing. `missing` as the verb got it.
check_data <- function(x, argument, missing) {
  masked <- check_choice(missing, "missing", c("error", "mask")) == "mask"
  check_matrix(x, argument, masked, "With missing = \"mask\" missing entries carry no weight.")
}

# list(x, weights) as engine_data() takes them. Weights of a sparse x belong to its stored
# entries, so entries that are 0 and weighed below 1 become stored zeros.
weigh_data <- function(x, weights) {
  if (is.null(weights)) return(list(x = x, weights = NULL))
  weights <- check_entry_weights(weights, x)
  if (!is.matrix(x)) return(weigh_stored(x, weights))
  weights <- as.matrix(weights)
  list(x = forget_weightless(x, weights), weights = weights)
}

# What weighs nothing is missing, whatever its value.
forget_weightless <- function(x, weights) {
  none <- which(weights == 0)
  if (length(none)) put_entries(x, none, NA_real_) else x
}

check_entry_weights <- function(weights, x) {
  weights <- check_matrix(weights, "weights")
  if (!identical(dim(weights), dim(x))) {
    stop_input("weights", paste("a matrix of", nrow(x), "x", ncol(x), "like `x`"),
               describe(weights))
  }
  largest <- largest_entry(weights)
  if (largest > 1 || largest == 0) {
    stop_input("weights", "between 0 and 1, and not all 0", paste("a largest weight of", largest),
               if (largest > 1) "Divide them by the largest.")
  }
  weights
}

# Both in one pattern: the entries stored in x, and those whose weight is below 1.
weigh_stored <- function(x, weights) {
  lighter <- which(as.matrix(weights) < 1, arr.ind = TRUE)
  stored <- cbind(x@i + 1L, rep.int(seq_len(ncol(x)), diff(x@p)))
  place <- function(at) at[, 1L] + (at[, 2L] - 1) * nrow(x)
  extra <- lighter[!place(lighter) %in% place(stored), , drop = FALSE]
  at <- rbind(stored, extra)
  wide <- Matrix::sparseMatrix(i = at[, 1L], j = at[, 2L], x = c(x@x, numeric(nrow(extra))),
                               dims = dim(x), dimnames = dimnames(x))
  stored <- cbind(wide@i + 1L, rep.int(seq_len(ncol(wide)), diff(wide@p)))
  stored_weights <- as.numeric(weights[stored])
  list(x = forget_weightless(wide, stored_weights), weights = stored_weights)
}
