# From penalties to the terms the engine reads.

# Makes NULL or a list from NULL, one penalty or a list of them. Penalties with lambda = 0 are
# dropped.
check_penalty <- function(penalty) {
  if (is.null(penalty)) return(NULL)
  penalties <- if (inherits(penalty, "nmf_penalty")) list(penalty) else penalty
  if (!is.list(penalties) || !all(vapply(penalties, inherits, NA, "nmf_penalty"))) {
    stop_input("penalty", "NULL, made by a penalty_*() function, or a list of such",
               describe(penalty), penalty_hint(penalty))
  }
  penalties <- unlist(lapply(penalties, split_sides), recursive = FALSE)
  penalties <- Filter(function(one) is.na(one$lambda) || one$lambda > 0 || isTRUE(one$exact),
                      penalties)
  labels <- vapply(penalties, function(one) paste(one$kind, "on", one$on), "")
  if (anyDuplicated(labels)) {
    stop_input("penalty", "one of each kind at most for each factor",
               paste("two of kind", labels[duplicated(labels)][[1L]]))
  }
  if (length(penalties)) penalties
}

# The call to write for a weight alone, or for the name of a norm.
penalty_hint <- function(penalty) {
  if (length(penalty) != 1L || is.list(penalty) || is.function(penalty)) return(NULL)
  own <- if (is.numeric(penalty)) call("penalty_sparse", penalty)
    else switch(tolower(as.character(penalty)), l1 = , lasso = , sparse = call("penalty_sparse"),
                l2 = , ridge = call("penalty_ridge"), graph = call("penalty_graph"),
                smooth = call("penalty_smooth"), orthogonal = call("penalty_orthogonal"))
  if (!is.null(own)) paste0("Use ", call_with("penalty", penalty, own), ".")
}

# A penalty on both factors as one on each. Only the ridge keeps `both`, since there its
# lambda has another meaning.
split_sides <- function(one) {
  if (one$on != "both" || one$kind == "ridge") return(list(one))
  lapply(c("h", "w"), function(side) {
    one$on <- side
    one
  })
}

# The penalty of a kind on a side, or NULL.
find_penalty <- function(penalties, kind, on = c("h", "w", "both")) {
  if (!length(penalties)) return(NULL)
  found <- Filter(function(one) one$kind %in% kind && one$on %in% on, penalties)
  if (length(found)) found[[1L]]
}

has_penalty <- function(penalties, kind) !is.null(find_penalty(penalties, kind))

term_kinds <- c("smooth", "ridge", "orthogonal", "sparse")

# What the engine reads: list(penalty = list(coef =, basis =), graph, graph_basis), each side with
# c(lambda, scale-invariant?) for every kind; and `found`, the lambdas of graphs that had none.
engine_penalty <- function(penalties, x = NULL, loss = "frobenius",
                           lambda = absolute_lambda(penalties, x, loss)) {
  penalties <- Map(function(one, weight) replace(one, "lambda", weight), penalties, lambda)
  graphs <- list(h = side_graph(penalties, x, "h", samples_of(x), loss),
                 w = side_graph(penalties, Matrix::t(x), "w", features_of(x), loss))
  list(penalty = list(coef = side_terms(penalties, loss, "h", graphs$h),
                      basis = side_terms(penalties, loss, "w", graphs$w)),
       graph = graphs$h$edges, graph_basis = graphs$w$edges,
       found = list(h = graphs$h$found, w = graphs$w$found))
}

# Penalties with the weights that engine_penalty() found for them.
weighed_penalties <- function(penalties, found) {
  lapply(penalties, function(one) {
    if (!is.na(one$lambda)) return(one)
    one$lambda <- found[[one$on]]
    one$rule <- "neighbours"
    one
  })
}

side_terms <- function(penalties, loss, on, graph) {
  term <- function(kind) {
    one <- find_penalty(penalties, kind, c(on, "both"))
    if (is.null(one) || isTRUE(one$exact)) return(c(0, 0))
    c(one$lambda, one$form == "scale_invariant")
  }
  graph_penalty <- find_penalty(penalties, "graph", on)
  list(smooth = if (is.null(graph)) c(0, 0) else graph$term, sparse = term("sparse"),
       ridge = term("ridge"), orthogonal = term("orthogonal"),
       ratio = loss == "kl" && identical(graph_penalty$step, "ratio"), cost = NULL, single = FALSE)
}

# The lambda of each penalty as it stands in the objective.
absolute_lambda <- function(penalties, x, loss) {
  vapply(penalties, function(one) one$lambda * lambda_unit(one, x, loss), 0)
}

# What a lambda without units is multiplied by, see ?penalties.
lambda_unit <- function(one, x, loss) {
  if (loss != "frobenius") return(1)
  if (one$kind == "ridge" && one$on == "both" && one$form == "raw") {
    return(norm_observed(x))
  }
  if (one$kind == "sparse" && one$form == "scale_invariant") return(2 * max_norm(x, one$on))
  1
}

graphs_of <- function(penalties, on) {
  if (!length(penalties)) return(NULL)
  Filter(function(one) one$kind %in% c("graph", "smooth") && one$on == on, penalties)
}

# The graph of one side as list(term = c(lambda, scale-invariant?), edges), or NULL. Two terms of
# the same form are one term on the sum of their graphs. x, samples: as in resolve_graph().
side_graph <- function(penalties, x, on, samples, loss = "frobenius") {
  found <- graphs_of(penalties, on)
  if (!length(found)) return(NULL)
  forms <- vapply(found, `[[`, "", "form")
  if (length(unique(forms)) > 1L) {
    stop_input("penalty", "of one form for the graph and the smooth penalty on a factor",
               toString(forms))
  }
  graphs <- lapply(found, function(one) {
    if (one$kind != "smooth") return(resolve_graph(one$graph, x, samples))
    path_graph(if (is.null(one$at)) seq_len(samples$count) else one$at)
  })
  weight <- vapply(found, `[[`, 0, "lambda")
  open <- which(is.na(weight))
  for (i in open) weight[[i]] <- neighbour_lambda(x, graphs[[i]], loss = loss)
  lambda <- if (length(found) == 1L) weight else 1
  graph <- if (length(found) == 1L) graphs[[1L]]
           else methods::as(weight[[1L]] * graphs[[1L]] + weight[[2L]] * graphs[[2L]],
                            "generalMatrix")
  list(term = c(lambda, forms[[1L]] == "scale_invariant"), edges = graph_edges(graph),
       found = weight[open])
}

graph_edges <- function(graph) {
  list(start = graph@p, row = graph@i, weight = graph@x, degree = Matrix::colSums(graph))
}

# The graph of neighbours in order, whose penalty is that of smoothness, (2.37). `places`: where
# they stand, 1 to n, or with gaps: the least that a gap of g steps can cost is 1 / g of the squared
# difference of its ends.
path_graph <- function(places) {
  n <- length(places)
  at <- seq_len(max(n - 1L, 0L))
  Matrix::sparseMatrix(i = c(at, at + 1L), j = c(at + 1L, at), x = rep(1 / diff(places), 2L),
                       dims = c(n, n))
}

# The terms beside a loss that is divided by `by`.
divide_terms <- function(terms, by) {
  if (by == 1) return(terms)
  lapply(terms, function(side) {
    for (kind in term_kinds) side[[kind]][[1L]] <- side[[kind]][[1L]] / by
    if (!is.null(side$cost)) side$cost <- side$cost / by
    side
  })
}

# The terms for X and H multiplied by c = 2^power: see scale_up(). F is then the same
# number times c^degree, bit for bit, where each weight is multiplied by c^degree, minus the
# power with which H enters its term; or W, where that takes the power (`scaled`).
scale_up_terms <- function(terms, loss, power, scaled = "h") {
  raise <- function(side, on) {
    for (kind in term_kinds) {
      term <- side[[kind]]
      scale_invariant <- term[[2L]] == 1
      degree <- if (on != scaled && !scale_invariant) 0 else if (kind == "sparse") 1 else 2
      side[[kind]][[1L]] <- scale_up_weight(term[[1L]], loss, degree, power)
    }
    side["cost"] <- list(scale_up_cost(side$cost, loss, power, scaled))
    side
  }
  list(coef = raise(terms$coef, "h"), basis = raise(terms$basis, "w"))
}

scale_up_weight <- function(weight, loss, degree, power) {
  by <- (objective_degree(loss) - degree) * power
  if (by == 0) return(weight)
  # In two steps, so that the factor itself neither overflows nor vanishes. A weight beyond
  # `most` leaves nothing and one below 1 / most changes nothing: there it stays. The
  # divergences' updates take squares, so they have less room.
  most <- 2^c(frobenius = 960, kl = 600, is = 300, beta = 300, nb = 300)[[loss]]
  raised <- pmax(1 / most, pmin(most, weight * 2^(by %/% 2) * 2^(by - by %/% 2)))
  ifelse(weight > 0, raised, weight)
}

scale_up_cost <- function(cost, loss, power, scaled) {
  if (is.null(cost)) return(NULL)
  degree <- if (scaled == "h") c(1, 2) else c(0, 0)
  cbind(scale_up_weight(cost[, 1L], loss, degree[[1L]], power),
        scale_up_weight(cost[, 2L], loss, degree[[2L]], power))
}
