# The order of the components of a fit.

# If only chance or the algorithm of a start decides it, components are sorted by their share. Given
# starts, known components, bounds that belong to one component and published protocols keep theirs.
is_free_order <- function(order, init, known, control, constraints) {
  order <- check_choice(order, "order", c("share", "none"))
  upper <- find_constraint(constraints, "upper")
  order == "share" && is.character(init) && is.null(known) && is.null(control$preset) &&
    max(length(upper$w), length(upper$h)) < 2L
}

# The names give the place of a component, so they are set after sorting.
in_share_order <- function(fit) {
  fit <- select_components(fit, component_order(unclass(fit)))
  fields <- unclass(fit)
  names <- paste0("c", seq_len(ncol(fields$w)))
  colnames(fields$w) <- rownames(fields$h) <- names
  if (!is.null(fields$model$cost)) rownames(fields$model$cost) <- names
  structure(fields, class = class(fit))
}
