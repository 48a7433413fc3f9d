# The first pass over a source, which checks every entry before any work is done.

# The source with the names and the form that its blocks have, and with `source$seen`. That is a
# data frame with the facts of each block, see data_facts(), the number of its `stored` entries, and
# the most that 64 of its columns store. `missing` allows NA and NaN.
look_at_blocks <- function(source, missing = FALSE, argument = "x") {
  began <- proc.time()[[3L]]
  count <- length(source$columns)
  report <- progress_bar("Looking at the blocks", count)
  found <- list()
  look <- block_looker(missing, argument)
  # All blocks have to be dense or sparse as the first one is, and have its features.
  all <- seq_len(count)
  for (group in if (is_spread(source)) split(all, all > 1L) else all) {
    found <- c(found, each_block(source, look, group))
    source$sparse <- found[[1L]]$sparse
    if (is.null(source$names[[1L]])) source$names[1L] <- list(found[[group[[1L]]]]$names[[1L]])
    report(length(found))
  }
  source$names[2L] <- list(sample_names(source, lapply(found, function(one) one$names[[2L]])))
  source$seen <- do.call(rbind, lapply(found, `[[`, "facts"))
  seconds <- proc.time()[[3L]] - began
  if (seconds > 1) {
    tell(paste0("Looked at all ", count, " blocks of `", argument, "` in ", format_time(seconds),
                ". Every pass of a fit reads them all again."))
  }
  source
}

# A function made here, so that it carries no more to a worker than it needs.
block_looker <- function(missing, argument) {
  force(missing)
  force(argument)
  function(source, i) look_at_block(source, i, missing, argument)
}

# A function of its own, so that R can free the block before the next one is read.
look_at_block <- function(source, i, missing, argument) {
  x <- get_block(source, i)
  list(facts = block_facts(source, i, x, missing, argument), names = list(rownames(x), colnames(x)),
       sparse = !is.matrix(x))
}

# The same without a message, for a changed source whose original blocks were checked before.
quiet_look <- function(source) {
  suppressMessages(look_at_blocks(source, missing = TRUE), classes = "metanmf_message")
}

format_time <- function(seconds) {
  if (seconds < 90) paste(format(round(seconds, 1)), "s") else paste(round(seconds / 60), "minutes")
}

block_facts <- function(source, i, x, missing, argument) {
  facts <- tryCatch(check_entries(x, argument, missing), metanmf_error = function(fault) {
    given <- sub("(?s)^.*\nGiven: (.*?)[.](\n.*)?$", "\\1", conditionMessage(fault), perl = TRUE)
    stop_block(source, i, paste0("finite and non-negative", if (missing) ", or NA"), given,
               paste0("Columns are counted from the block's first, which is column ",
                      columns_of(source, i)[[1L]], " of the whole."))
  })
  data.frame(facts, stored = length(stored_values(x)), most = most_stored(x))
}

# The most entries that any 64 columns store, which the engine works on at once.
most_stored <- function(x) {
  if (is.matrix(x)) return(64 * nrow(x))
  at <- unique(c(seq.int(0, ncol(x), by = 64), ncol(x)))
  max(0, diff(x@p[at + 1]))
}

# The names of all samples, from the source, or from its blocks if all of these have names.
sample_names <- function(source, labels) {
  if (!is.null(source$names[[2L]]) || any(vapply(labels, is.null, NA))) return(source$names[[2L]])
  unlist(labels)
}

# Block i as the engine reads it. It is refused if its facts are not those of the first pass.
seen_block <- function(source, i) {
  x <- get_block(source, i)
  if (inherits(source, "block_memory")) return(x)
  facts <- data_facts(x)
  before <- source$seen[i, names(facts)]
  if (!identical(unlist(facts), unlist(before))) {
    stop_block(source, i, "the same in every pass",
               "other entries than when it was first looked at",
               "Something changed the data during the call. See that nothing does, and call again.")
  }
  x
}

# The facts of all of the data, as data_facts() has them, from those of the blocks.
seen_facts <- function(source) {
  seen <- source$seen
  list(smallest = min(seen$smallest), largest = max(seen$largest), sum = sum_of(seen$sum),
       observed = sum(seen$observed), x_norm2 = sum_of(seen$x_norm2), x_sum = sum_of(seen$x_sum),
       x_weight = sum_of(seen$x_weight))
}

# Adds doubles from the first to the last as C does. R's own sum() may use wider accumulators.
sum_of <- function(values) Reduce(`+`, values)
