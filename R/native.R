# The only file that calls native code. Each wrapper states what the C entry
# expects; the C side checks types and shapes again for safety.

#' @useDynLib metanmf, .registration = TRUE
NULL

# A slice of iterations. x: as engine_data() makes it; model: as engine_model(); control: as
# engine_control(); progress: list(iteration, value, budget, momentum), the last NULL at the start.
# Returns list(w, h, trace, iteration, value, status, kkt, loss, divisor, dead, cost, momentum).
# A fit that has ended is scaled as `control` says, by `divisor`; loss is its F without the
# penalties, kkt its KKT residual, cost (r x 2) what they add to each sample's loss for a unit of
# its coefficients and of their squares, before the scaling.
native_fit <- function(x, w, h, model, control, progress) {
  .Call(C_fit, x, w, h, model, control, progress)
}

# A pass over some columns of X, in memory or read by blocks, and their h: list(h, sums), the new h
# and the sums with these columns added (engine_sums() to begin with). known: any of `h_norm`, the
# norms of the rows of the whole H, where a penalty on W weighs by them, and `fixed`, flags of
# components that stay in this block.
native_sweep <- function(x, w, h, model, control, sums, known = list()) {
  all <- list(h_norm = NULL, fixed = NULL)
  all[names(known)] <- known
  .Call(C_sweep, x, w, h, model, control, sums, all)
}

# On a worker, a pass over a block of columns of X and their h as the session ordered it: list(h,
# sums), the new h, NULL where it stays, and the sums as numbers in a row. order: list(act, w,
# known, flags, block), made in C.
native_part_pass <- function(x, h, model, control, order) {
  .Call(C_part_pass, x, h, model, control, order)
}

# The new W, from the sums of native_sweep() over all blocks.
native_basis_step <- function(w, sums, model, control) {
  .Call(C_basis_step, w, sums, model, control)
}

# A slice of iterations of a group fit. tasks: list(x, alpha, private, coef_cycles, basis_cycles,
# terms, across), with an entry for each task, x and terms as engine_data() and engine_penalty()
# make them; across: edges to the samples of other tasks as task_edges() makes them, or NULL;
# state: list(w, own, coef); model and control: of W; order: list(tied, lags, passes, budget,
# iteration, value, pending, look). So many `passes` over the coefficients alone come first; `tied`
# is NULL or the lambda of integrative NMF; `lags`: a pass finds the loss of the pair it began with;
# `pending`: the trace lags behind. Returns list(w, own, coef, losses, added, trace, iteration,
# value, pending, status, kkt, cost), the last two of a fit that has ended; `added` is what
# integrative NMF adds to the loss of each task.
native_group <- function(tasks, state, model, control, order) {
  .Call(C_group, tasks, state, model, control, order)
}

# What a fit of dense data of dim = c(m, n), doubles, would need: list(doubles, block, starts),
# the scratch, the columns in a block and the first column of every chunk.
native_fit_size <- function(dim, model, control) .Call(C_fit_size, dim, model, control)

# Of the entries of a double vector or matrix that are not NA or NaN, in one pass:
# list(smallest, largest, sum, observed, x_norm2), with Inf and -Inf for none. `observed` is their
# number, `x_norm2` the sum of their squares, each times its weight where there are weights.
native_facts <- function(values, weights = NULL) {
  .Call(C_facts, values, weights, chosen_instructions())
}

# Columns of w to kind "max", "l2", "sum" or "none", but for those known: list(w, h, divisor).
# known: list(held_basis, held_coef), as engine_model() has them.
native_scale <- function(w, h, kind, known = list(held_basis = NULL, held_coef = NULL)) {
  .Call(C_scale, w, h, kind, known)
}

# The largest entries of the components of both factors: list(w, h).
native_largest <- function(w, h) .Call(C_largest, w, h)

# The numbers of the dead components, see dead_components().
native_dead <- function(w, h, floor) .Call(C_dead, w, h, floor)

# For entries that read X alone: nothing is missing, and no sum over X is asked for.
complete_data <- list(observed = Inf, x_norm2 = NaN, x_sum = NaN, x_weight = NaN)

# ||x_j||^2 of each column of x, or of each row, over entries that are not missing. Nothing of the
# size of x is made.
native_norms <- function(x, rows) .Call(C_norms, engine_data(x, facts = complete_data), rows)

# Of a double matrix, in which NaN is missing: list(residual, above), m x n the residual of what is
# observed, 0 elsewhere, and n sums of squares of what each column has above W H.
native_residual <- function(x, w, h) .Call(C_residual, x, w, h, chosen_instructions())

# The largest entries of each row and column of a double matrix that are not NA or NaN, 0 where
# there are none above it: list(rows, columns).
native_limits <- function(x) .Call(C_limits, x)

# The n numbers of at least 0 whose products with w, m numbers, are nearest to the columns of a
# double matrix x: in each of so many turns from 0 what is NaN is filled with the products so far.
native_row <- function(x, w, turns) .Call(C_row, x, w, turns)

# The entries of W H in these rows and columns, whole numbers, a pair for each.
native_model_entries <- function(w, h, rows, columns) .Call(C_model_entries, w, h, rows, columns)

# How many entries of each row and column of a double matrix are NA or NaN: list(rows, columns).
native_gaps <- function(x) .Call(C_gaps, x)

# Names of the instruction sets this machine can run, narrowest first.
native_instructions <- function() .Call(C_instructions)

# The data and penalties of Algorithm 1, checked once for all epochs: a handle. tasks: list of
# list(x, penalty, graph, graph_basis), x as engine_data() makes it; target: one such list.
native_meta_prepare <- function(tasks, target, model) {
  .Call(C_meta_prepare, tasks, target, model)
}

# One epoch. pairs: list(tasks, target, sum), a list of list(w, h), one such list and m x r;
# controls: list(task, target); schedule: list(alpha, accumulate, transfer_first, fresh_tasks).
# Returns list(tasks, target, sum, value).
native_meta_epoch <- function(learners, pairs, model, controls, schedule) {
  .Call(C_meta_epoch, learners, pairs, model, controls, schedule)
}

# The k nearest columns of each column of x: list(index, distance), k x n each, indices
# from 1, squared Euclidean distances. block: columns at a time, 0 for the default.
native_knn <- function(x, k, block, control) {
  .Call(C_knn, engine_data(x, facts = complete_data), k, block, control)
}

# Squared distances from columns 1..last of x to its columns first..last.
native_pair_distances <- function(x, first, last, control) {
  .Call(C_pair_distances, engine_data(x, facts = complete_data), first, last, control)
}

# A file or folder brought to the disk: TRUE, FALSE where the system cannot, or NA where the disk
# failed to take it.
native_sync <- function(path) .Call(C_sync, path)
