# How the columns of X are cut into batches, and the step of one batch.

# The batches of each block of the data. A matrix is one block. The list has an entry for each
# block, list(columns = , at = ): the columns of each batch in the block, and in the whole.
cut_batches <- function(x, width) {
  columns <- if (is_source(x)) x$columns else ncol(x)
  before <- cumsum(c(0L, columns))
  lapply(seq_along(columns), function(i) {
    count <- columns[[i]]
    parts <- batch_count(count, width)
    inside <- unname(split(seq_len(count), ((seq_len(count) - 1) * parts) %/% count))
    list(columns = inside, at = lapply(inside, `+`, before[[i]]))
  })
}

# The state after act(state, x, number) for every batch in turn, with `x` the batch as the engine
# reads it. Each block is read once.
fold_batches <- function(x, batches, masked, state, act) {
  number <- 0L
  for (i in seq_along(batches)) {
    whole <- if (is_source(x)) seen_block(x, i) else x
    for (columns in batches[[i]]$columns) {
      number <- number + 1L
      part <- engine_data(some_columns(whole, columns), facts = complete_data, masked = masked)
      state <- act(state, part, number)
    }
  }
  state
}

# list(h, sums, value): H of a batch after several turns with W held, with its sums and its loss.
# Least squares do all turns in one sweep (as its cycles); a divergence needs one sweep for each.
move_batch <- function(x, w, h, model, control, turns) {
  none <- engine_sums(nrow(w), ncol(w), model$loss)
  quadratic <- model$loss == "frobenius" && !x$masked
  for (turn in seq_len(if (quadratic) 1L else turns)) {
    moved <- native_sweep(x, w, h, model, control, none)
    h <- moved$h
  }
  moved$value <- if (quadratic) squares_left(x, w, moved$sums) else moved$sums$value
  moved
}

# ||X_b - W H_b||^2 from the sums of the batch.
squares_left <- function(x, w, sums) {
  entries <- if (is.null(x$dense)) x$value else x$dense
  max(0, sum(entries^2) - 2 * sum(w * sums$xht) + sum(crossprod(w) * sums$hht))
}
