# The first pass over a source: everything is looked at before any work is done.

# The source with what was seen of it, `source$seen`: a data frame with the facts of each block, see
# data_facts(), its `stored` entries, and what 64 columns of it store at most; and with the names
# and the form that its blocks have. `missing`: NA and NaN may pass.
look_at_blocks <- function(source, missing = FALSE, argument = "x") {
  began <- proc.time()[[3L]]
  count <- length(source$columns)
  report <- progress_bar("Looking at the blocks", count)
  found <- list()
  look <- block_looker(missing, argument)
  # What the first block is, the others have to be: dense or sparse, and of these features.
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
                ". Every pass of a fit reads as much."))
  }
  source
}

# A function that holds no more than a worker needs.
block_looker <- function(missing, argument) {
  force(missing)
  force(argument)
  function(source, i) look_at_block(source, i, missing, argument)
}

# In a call of its own, so that the block is let go before the next one is read.
look_at_block <- function(source, i, missing, argument) {
  x <- get_block(source, i)
  list(facts = block_facts(source, i, x, missing, argument), names = list(rownames(x), colnames(x)),
       sparse = !is.matrix(x))
}

# The same of blocks that were looked at before they were changed: without a word.
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

# The stored entries of any 64 columns that the engine takes at once.
most_stored <- function(x) {
  if (is.matrix(x)) return(64 * nrow(x))
  at <- unique(c(seq.int(0, ncol(x), by = 64), ncol(x)))
  max(0, diff(x@p[at + 1]))
}

# The names of all samples, from the source or else from its blocks, where all have some.
sample_names <- function(source, labels) {
  if (!is.null(source$names[[2L]]) || any(vapply(labels, is.null, NA))) return(source$names[[2L]])
  unlist(labels)
}

# Block i as the engine reads it, refused where it is another than was looked at.
seen_block <- function(source, i) {
  x <- get_block(source, i)
  if (inherits(source, "block_memory")) return(x)
  facts <- data_facts(x)
  before <- source$seen[i, names(facts)]
  if (!identical(unlist(facts), unlist(before))) {
    stop_block(source, i, "the same in every pass",
               "other entries than when it was first looked at",
               "Something wrote to the data during the call: keep them still, and call again.")
  }
  x
}

# What is asked of all of the data, added up over the blocks: as data_facts() has it.
seen_facts <- function(source) {
  seen <- source$seen
  list(smallest = min(seen$smallest), largest = max(seen$largest), sum = sum_of(seen$sum),
       observed = sum(seen$observed), x_norm2 = sum_of(seen$x_norm2), x_sum = sum_of(seen$x_sum),
       x_weight = sum_of(seen$x_weight))
}

# In doubles from the first to the last, as C adds, whatever R's own sum() has for accumulators.
sum_of <- function(values) Reduce(`+`, values)
