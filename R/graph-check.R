# Checks a user's graph and turns it into the dgCMatrix that the engine reads without checks.

# A graph may differ from its transpose by this, relative to its largest entry: what
# rounding leaves in a graph computed elsewhere, also in single precision.
graph_tolerance <- 1e-6

# The graph of n samples as a dgCMatrix, symmetric to the bit, sorted, no zeros stored.
check_graph <- function(graph, n, argument = "graph") {
  shape <- paste(with_article(paste(n, "x", n)),
                 "numeric matrix of weights, a row and a column per sample")
  if (!(is.matrix(graph) && (is.numeric(graph) || is.logical(graph))) &&
      !methods::is(graph, "Matrix")) {
    hint <- if (inherits(graph, "dist")) "A graph holds similarities; see knn_graph()."
            else if (is.data.frame(graph)) "Use as.matrix() on it first."
            else if (is.character(graph) && length(graph) == 1L)
              "Give the function itself, as in graph = knn_graph."
            else if (inherits(graph, "igraph")) "Use igraph::as_adjacency_matrix() on it."
    stop_input(argument, shape, describe(graph), hint)
  }
  if (!identical(dim(graph), as.integer(c(n, n)))) stop_input(argument, shape, describe(graph))
  if (is.matrix(graph)) storage.mode(graph) <- "double"
  graph <- Matrix::drop0(as_columns(graph, argument))
  check_entries(graph, argument)
  make_symmetric(graph, argument)
}

make_symmetric <- function(graph, argument) {
  bare <- graph
  bare@Dimnames <- list(NULL, NULL)
  mirror <- Matrix::t(bare)
  gap <- methods::as(bare - mirror, "TsparseMatrix")
  if (!any(gap@x != 0)) return(graph)
  worst <- which.max(abs(gap@x))
  if (abs(gap@x[worst]) > graph_tolerance * max(bare@x)) {
    at <- c(gap@i[worst], gap@j[worst]) + 1L
    value <- function(i, j) paste0("[", i, ", ", j, "] is ", format(bare[i, j], digits = 7))
    stop_input(argument, "symmetric",
               paste0(value(at[1L], at[2L]), " and ", value(at[2L], at[1L]),
                      ", the largest difference"),
               "For a directed graph, (graph + t(graph)) / 2 averages both directions.")
  }
  bare <- Matrix::drop0(bare / 2 + mirror / 2)
  bare@Dimnames <- graph@Dimnames
  bare
}

# With its samples in another order the graph would join samples that are no neighbours.
check_sample_order <- function(graph, samples, argument, hint) {
  for (given in Filter(Negate(is.null), dimnames(graph))) {
    if (anyDuplicated(samples) || !setequal(given, samples)) next
    at <- which(given != samples)
    if (!length(at)) next
    stop_input(argument, "in the order of the samples, the columns of `x`",
               paste0("sample ", at[[1L]], " named \"", given[[at[[1L]]]], "\" where `x` has \"",
                      samples[[at[[1L]]]], "\""), hint)
  }
}

# The graph of the columns of x: a function is called on x, once. A matrix is used as it is, and x,
# which may be a promise of a large transpose, is then never evaluated. samples: list(count,
# names).
resolve_graph <- function(graph, x, samples = list(count = ncol(x), names = colnames(x))) {
  called <- is.function(graph)
  argument <- if (called) "graph(x)" else "graph"
  graph <- check_graph(if (called) call_graph(graph, x) else graph, samples$count, argument)
  check_sample_order(graph, samples$names, argument,
                     paste(if (called) "Let the function return" else "Use",
                           "graph[colnames(x), colnames(x)]."))
  graph
}

call_graph <- function(graph, x) {
  tryCatch(graph(x), error = function(failure) {
    stop_input("graph", paste("a function that makes a graph of the", nrow(x), "x", ncol(x),
                              "data"),
               paste0("a function that failed: ", sub("[.]$", "", conditionMessage(failure))))
  })
}
