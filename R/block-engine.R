# A source as the engine reads it.

# The same list as engine_data() makes from a matrix. The engine asks for block i by calling `read`.
engine_parts <- function(source, facts, masked) {
  read <- function(i) {
    engine_data(seen_block(source, i), facts = complete_data, masked = masked)
  }
  list(read = read,
       start = c(0L, cumsum(source$columns)), dim = source$dim, sparse = source$sparse,
       masked = masked, entries = sum(source$seen$stored), most = max(source$seen$most),
       spread = if (is_spread(source)) function(model, control, order) {
         spread_pass(source, masked, model, control, order)
       },
       x_norm2 = facts$x_norm2, x_sum = facts$x_sum, x_weight = facts$x_weight, x_size = NaN)
}

# The size of the data in units of the objective, see data_size() in C. Only a beta-divergence needs
# it from here; for other losses it follows from the facts of the blocks.
size_of_blocks <- function(source, loss) {
  if (loss != "beta") return(NaN)
  sum_blocks(source, function(part, i) {
    values <- stored_values(part)
    sum(values[which(values > 0)]^attr(loss, "beta"))
  })
}
