/* Clears what kernels_loops.h was given and what it defined, for the next set. */
#undef LANES
#undef TARGET
#undef NAME
#undef INNER_ROWS
#undef INNER_COLS
#undef OUTER_COLS
#undef OUTER_VECTORS
#undef VEC
#undef LOAD
#undef STORE
#undef INNER_CASE
#undef INNER_CASES
#undef OUTER_CASE
#undef OUTER_CASES
#undef TABLE
