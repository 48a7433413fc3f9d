# Parts of a model that are known and stay as they are.

# list(w = m x p or NULL, h = q x n or NULL, count = c(p, q)): columns of W and rows of H that are
# given and stay. `turned`: they are transposes of what was given.
check_known <- function(known, x, turned = FALSE) {
  if (is.null(known)) return(NULL)
  if (!is.list(known) || is.data.frame(known) || !length(known)) {
    stop_input("known", "a list of `w`, known columns of W, and `h`, known rows of H",
               describe(known), "Use known = list(w = known) for columns of W.")
  }
  check_names(known, c("w", "h"), "known")
  w <- known$w
  h <- known$h
  if (!is.null(w)) {
    w <- check_factor(w, "known$w", "rows")
    check_known_part(nrow(w), nrow(x), "known$w", "features", w, turned)
    w <- order_rows(w, rownames(x), "known$w", "the features of `x`")
  }
  if (!is.null(h)) {
    h <- check_factor(h, "known$h", "columns")
    check_known_part(ncol(h), ncol(x), "known$h", "samples", h, turned)
    h <- order_columns(h, colnames(x), "known$h", "the samples of `x`")
  }
  count <- c(if (is.null(w)) 0L else ncol(w), if (is.null(h)) 0L else nrow(h))
  list(w = w, h = h, count = count)
}

# The number of components, which can be more than there are features or samples.
check_known_rank <- function(rank, known) {
  count <- known$count
  if (is.numeric(rank) && length(rank) > 1L) stop_several_ranks(rank)
  if (is.character(rank)) {
    stop_input("rank", "a whole number of at least 1", describe(rank),
               "To choose it use select_rank(x).")
  }
  rank <- check_count(rank, "rank")
  if (sum(count) > rank) {
    stop_input("known", paste("of at most `rank` =", rank, "components"),
               paste(count[[1L]], "columns of W and", count[[2L]], "rows of H"))
  }
  rank
}

stop_several_ranks <- function(ranks) {
  typed <- if (length(ranks) > 20L) "ranks" else paste(deparse(ranks), collapse = "")
  stop_input("rank", "a whole number of at least 1, for one fit", paste(length(ranks), "numbers"),
             paste0("For a fit of each use lapply(", typed, ", function(r) nmf(x, r)).\n",
                    "To choose one of them use select_rank(x, ranks = ", typed, ")."))
}

# The whole basis is known, so that nothing but H is to be found.
knows_basis <- function(held) !is.null(held$basis) && all(held$basis == 1L) && is.null(held$coef)

# `owners`: "features" or "samples".
check_known_part <- function(size, wanted, argument, owners, value, turned) {
  if (size != wanted) {
    lines <- if ((owners == "features") == turned) "columns" else "rows"
    hint <- if (wanted %in% dim(value)) paste0("It is transposed: use t(", argument, ").")
    stop_input(argument, paste0("a matrix of ", wanted, " ", lines, ", the ", owners, " of `x`"),
               describe(as_given(value, turned)), hint)
  }
  check_near_one(value, argument)
}

check_near_one <- function(value, argument) {
  largest <- max(value, na.rm = TRUE)
  if (scale_power(largest) == 0) return(invisible())
  stop_input(argument, "on a scale nearer to 1, since squares are taken",
             paste("a largest entry of", format(largest)),
             "Multiply it by a number: the other factor is found to match.")
}

# The layout of a fit with known components. Features and samples whose known entries are NA are
# left out. If a factor is known as a whole, it keeps its entries where nothing was observed.
known_layout <- function(data, known, rank) {
  usable <- function(part, by) if (is.null(part)) TRUE else has_numbers(part, by)
  layout <- data_layout(data, usable(known$w, "rows"), usable(known$h, "columns"))
  if (identical(known$count[[1L]], rank)) layout$w <- known$w
  if (identical(known$count[[2L]], rank)) layout$h <- known$h
  layout
}

keep_known <- function(known, layout) {
  if (is.null(known)) return(NULL)
  known["w"] <- list(keep_rows(known$w, layout$rows))
  known["h"] <- list(keep_columns(known$h, layout$columns))
  known
}

# Exact orthogonality moves a whole factor at once, so nothing of it can stay.
check_known_exact <- function(known, penalties) {
  for (one in penalties) {
    if (!isTRUE(one$exact) || is.null(known[[one$on]])) next
    stop_input(paste0("known$", one$on), "left out where that factor is to be exactly orthogonal",
               "known components with penalty_orthogonal(exact = TRUE)",
               "Use penalty_orthogonal() without `exact`.")
  }
}

# Known columns of W are the first components, known rows of H the last.
place_known <- function(start, known) {
  if (is.null(known)) return(start)
  rank <- ncol(start$w)
  components <- colnames(start$w)
  if (is.null(components)) components <- paste0("c", seq_len(rank))
  if (!is.null(known$w)) {
    at <- seq_len(known$count[[1L]])
    start$w[, at] <- known$w
    if (!is.null(colnames(known$w))) components[at] <- colnames(known$w)
  }
  if (!is.null(known$h)) {
    at <- rank - known$count[[2L]] + seq_len(known$count[[2L]])
    start$h[at, ] <- known$h
    if (!is.null(rownames(known$h))) components[at] <- rownames(known$h)
  }
  colnames(start$w) <- components
  start
}

known_flags <- function(known, rank) {
  if (is.null(known)) return(NULL)
  at <- seq_len(rank)
  list(basis = if (!is.null(known$w)) as.integer(at <= known$count[[1L]]),
       coef = if (!is.null(known$h)) as.integer(at > rank - known$count[[2L]]))
}
