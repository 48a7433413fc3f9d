# Several starts of one model, and parts of it that are known.

# The starts, drawn one after the other, with the known parts in their places.
draw_starts <- function(n_start, init, data, rank, spec) {
  weights <- if (!isTRUE(data$partial)) data$weights
  if (inherits(init, "nmf_fit")) init <- resize_fit(init, rank, spec$known)
  draw <- start_source(init, data$x, rank, weights, spec$layout)
  lapply(seq_len(n_start), function(i) {
    start <- draw()
    if (needs_mean(init, spec$solver)) start <- match_mean(start, data)
    if (needs_ratio(init, spec$solver)) start <- match_projection(start)
    start <- limit_drawn(start, data, init, spec)
    if (!is.character(init) && data$facts$largest > 0) {
      check_start_lives(start, fill_missing(data$x, weights), spec$solver)
    }
    start
  })
}

# Known parts in their places and all of it within the limits. A drawn W beside an H on the simplex
# needs the scale of the data, which H cannot give it.
limit_drawn <- function(start, data, init, spec) {
  if (is.character(init) && isTRUE(spec$limits$simplex)) {
    start$h[] <- on_simplex(start$h)
    ratio <- mean_ratio(start, data)
    if (is.finite(ratio) && ratio > 0) start$w <- start$w * ratio
  }
  limit_start(place_known(start, spec$known), spec$limits)
}

# The best of the fits from several starts; all their final values are kept in it. The starts were
# drawn before, so the answer does not depend on who fits them.
best_fit <- function(data, starts, spec) {
  spec <- with_terms(spec, data)
  if (length(spec$grown)) {
    starts <- lapply(lapply(starts, grow_start, data, spec), limit_start, spec$limits)
  }
  if (length(starts) == 1L) return(fit_model(data, starts[[1L]], spec))
  # Graphs stand in the terms already, and a function of the user's may bring much along.
  bare <- spec
  bare["penalties"] <- list(without_graphs(spec$penalties))
  jobs <- lapply(starts, function(start) list(data, start, bare))
  heard <- hear_warnings(map_jobs(jobs, fit_start, failed = stop))
  fits <- heard$value
  values <- vapply(fits, objective, 0)
  best <- fits[[order(values)[[1L]]]]
  best$model[c("penalty", "starts")] <- list(spec$penalties, values)
  warn_of_starts(heard$warnings, length(starts), best)
  best
}

# `spec` with what all starts share: the penalties' lambdas, what the engine reads of them, and what
# a fit keeps of its data.
with_terms <- function(spec, data) {
  seen <- seen_entries(data, spec$penalties)
  if (is.null(spec$lambda)) spec$lambda <- absolute_lambda(spec$penalties, seen, spec$loss)
  spec$terms <- engine_penalty(keep_graphs(spec$penalties, spec$layout), seen, spec$loss,
                               spec$lambda)
  spec$kept <- kept_of_data(data, spec$loss, spec$control)
  spec
}

# One fit as a job. It holds its own start alone, so that no worker is sent all of them.
fit_start <- function(..., after) fit_model(...)

without_graphs <- function(penalties) {
  if (is.null(penalties)) return(NULL)
  lapply(penalties, function(one) {
    if (!is.null(one$graph)) one["graph"] <- list(NULL)
    one
  })
}

# list(value, warnings), the latter the texts of fits that did not converge.
hear_warnings <- function(code) {
  warnings <- character()
  value <- withCallingHandlers(code, metanmf_not_converged = function(warning) {
    warnings <<- c(warnings, conditionMessage(warning)) # nolint: undesirable_operator_linter.
    invokeRestart("muffleWarning")
  })
  list(value = value, warnings = warnings)
}

# What several starts were warned of, once with their number.
warn_of_starts <- function(warnings, starts, best) {
  for (text in unique(warnings)) {
    warn_not_converged(paste0("From ", sum(warnings == text), " of ", starts, " starts, ",
                              if (best$converged) "not from the best" else "the best among them",
                              ":\n", text))
  }
}

check_starts <- function(n_start, init, data) {
  if (isTRUE(data$partial)) check_partial_init(init)
  n_start <- check_count(n_start, "n_start")
  drawn <- is.character(init) && init[1L] %in% c("random", "kmeans", "nndsvdar")
  if (n_start > 1L && !drawn) {
    stop_input("n_start", "1 for a start without chance", format(n_start),
               "Use init = \"random\", \"kmeans\" or \"nndsvdar\" with several starts.")
  }
  n_start
}

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

# What a fit with known parts is made of: features and samples whose known parts are NA are left
# out. A factor all of which is known is so where nothing was observed, too.
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
               "known parts with penalty_orthogonal(exact = TRUE)",
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

# H solved to its end where W is known and nothing else is asked. Else plain iterations of
# coordinate descent before the fit: ten for exact orthogonality, which needs
# components to choose from (unless the start is orthogonal, as another fit's is), and one for
# pivoting from a random W, whose exact H would leave out components that then stay dead.
prepare_start <- function(data, start, spec, held) {
  if (knows_basis(held) && is.null(spec$penalties) && spec$init != "given") {
    start$h <- solve_coef(data, start$w, spec$loss, spec$control, limits = spec$limits)
    return(start)
  }
  mixed <- function(on) any((if (on == "w") rowSums(start$w > 0) else colSums(start$h > 0)) > 1)
  exact <- Filter(function(one) isTRUE(one$exact) && one$step == "hard" && mixed(one$on),
                  spec$penalties)
  pivots <- spec$solver == "bpp" && spec$init == "random"
  if (!length(exact) && !pivots) return(start)
  control <- run_exactly(spec$control, if (length(exact)) 10L else 1L)
  control$scale <- "none"
  model <- engine_model(ncol(start$w), spec$loss, "hals", held = held, features = nrow(data$x),
                        limits = spec$limits)
  fit <- run_fit(data, start, model, control, TRUE)
  start[c("w", "h")] <- list(`dimnames<-`(fit$w, dimnames(start$w)), fit$h)
  start
}

# The fit of checked arguments from a start, `spec` with its terms.
fit_model <- function(data, start, spec) {
  rank <- ncol(start$w)
  held <- known_flags(spec$known, rank)
  start <- prepare_start(data, start, spec, held)
  model <- engine_model(rank, spec$loss, spec$solver, spec$terms, spec$penalties, held,
                        features = nrow(data$x), limits = spec$limits)
  # Without a penalty the scale of a random start changes nothing, so it is left alone.
  free_scale <- spec$init == "random" && !needs_mean(spec$init, spec$solver) &&
    is.null(spec$penalties) && is.null(spec$known) && is.null(spec$limits)
  run <- run_fit(data, start, model, spec$control, !free_scale)
  run[c("w", "h")] <- within_limits(run, spec$limits)[c("w", "h")]
  run$components <- colnames(start$w)
  new_nmf_fit(run, data, spec)
}
