# Checks a user's graph and turns it into the dgCMatrix that the engine reads without checks.

# A graph may differ from its transpose by this, relative to its largest entry: what
# rounding leaves in a graph computed elsewhere, also in single precision.
graph_tolerance <- 1e-6

# The graph of n samples (or features: `kind`) as a dgCMatrix, symmetric to the bit, sorted, no
# zeros stored, in the order of the names `known`.
check_graph <- function(graph, n, argument = "graph", known = NULL, kind = "sample") {
  shape <- paste(with_article(paste(n, "x", n)),
                 "numeric matrix of weights, a row and a column per", kind)
  if (!(is.matrix(graph) && (is.numeric(graph) || is.logical(graph))) &&
      !methods::is(graph, "Matrix")) {
    stop_input(argument, shape, describe(graph), graph_hint(graph))
  }
  if (!identical(dim(graph), as.integer(c(n, n)))) stop_input(argument, shape, describe(graph))
  if (is.matrix(graph)) storage.mode(graph) <- "double"
  graph <- Matrix::drop0(as_columns(graph, argument))
  check_entries(graph, argument)
  graph <- order_graph(graph, known, argument, paste0("the ", kind, "s of the data"))
  make_symmetric(graph, argument)
}

# The hint for a graph that is neither a matrix nor a function.
graph_hint <- function(graph) {
  if (inherits(graph, "dist")) {
    "Distances are not similarities: use graph = knn_graph, which makes a graph of the data."
  } else if (is.data.frame(graph)) {
    "Use as.matrix(graph)."
  } else if (is.character(graph) && length(graph) == 1L) {
    "Give the function itself, as in graph = knn_graph."
  } else if (inherits(graph, "igraph")) {
    "Use igraph::as_adjacency_matrix(graph)."
  }
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
               "For a directed graph, (graph + Matrix::t(graph)) / 2 averages both directions.")
  }
  bare <- Matrix::drop0(bare / 2 + mirror / 2)
  bare@Dimnames <- graph@Dimnames
  bare
}

# If only the rows or only the columns of a graph have names, both get them: they are the same
# samples.
order_graph <- function(graph, known, argument, owner) {
  names <- Filter(has_names, dimnames(graph))
  if (!length(names)) return(graph)
  dimnames(graph) <- list(names[[1L]], names[[length(names)]])
  order_columns(order_rows(graph, known, argument, owner), known, argument, owner)
}

# The graph of the columns of x: a function is called on x, once. A matrix is used as it is, and x,
# which may be a promise of a large transpose, is then never evaluated. samples: list(count, names,
# kind), kind being "sample" or "feature".
resolve_graph <- function(graph, x, samples = samples_of(x)) {
  called <- is.function(graph)
  made <- if (called) call_graph(graph, x) else graph
  with_metric(check_graph(made, samples$count, if (called) "graph(x)" else "graph",
                          samples$names, samples$kind), made)
}

# A graph with the metric that another records, in which its neighbours were found.
with_metric <- function(graph, other) {
  attr(graph, "metric") <- attr(other, "metric", exact = TRUE)
  graph
}

samples_of <- function(x) list(count = ncol(x), names = colnames(x), kind = "sample")
features_of <- function(x) list(count = nrow(x), names = rownames(x), kind = "feature")

# Penalties for the samples and features that a layout keeps. Graphs given as matrices lose the
# others, and smoothness holds across the gaps.
keep_graphs <- function(penalties, layout) {
  lapply(penalties, function(one) {
    side <- if (one$on == "w") 1L else 2L
    kept <- layout[[side]]
    if (is.null(kept)) return(one)
    samples <- list(count = layout$dim[[side]], names = layout$names[[side]],
                    kind = c("feature", "sample")[[side]])
    if (one$kind == "smooth") one$at <- kept
    if (one$kind == "graph" && !is.function(one$graph)) {
      whole <- resolve_graph(one$graph, NULL, samples)
      one$graph <- with_metric(whole[kept, kept, drop = FALSE], whole)
    }
    one
  })
}

call_graph <- function(graph, x) {
  tryCatch(graph(x), error = function(failure) {
    stop_input("graph", paste("a function that makes a graph of the", nrow(x), "x", ncol(x),
                              "data"),
               paste0("a function that failed: ", sub("[.]$", "", conditionMessage(failure))))
  })
}
