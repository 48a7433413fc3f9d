# Saved fits: those of earlier versions are converted. A fit that is newer than the package or that
# lacks a field is refused.

# The fields of a fit as a list, as this version has them.
current_fields <- function(fit) {
  fields <- unclass(fit)
  version <- fields[["version"]]
  if (is.list(fields[["engine"]])) version <- fields[["engine"]][["version"]]
  if (!identical(version, process$version)) refuse_newer(version)
  if ("model" %in% names(fields)) return(check_fields(fields, fit_types))
  from_0.1.0(check_fields(fields, fit_types_0.1.0))
}

# A fit written by hand has no version and is checked by its fields alone.
refuse_newer <- function(version) {
  known <- tryCatch(numeric_version(version), error = function(condition) NULL)
  if (length(known) != 1L || known <= numeric_version(process$version)) return(invisible())
  stop_named(paste0("This fit was saved by metanmf ", version, ", which is newer than this one, ",
                    process$version, ".\nUpdate the package to use it."), "fit")
}

is_text <- function(value) is.character(value) && length(value) == 1L
is_one_number <- function(value) is.numeric(value) && length(value) == 1L
is_number_matrix <- function(value) is.double(value) && is.matrix(value)
is_control <- function(value) inherits(value, c("nmf_control", "meta_control"))

has_entries <- function(...) {
  function(value) is.list(value) && all(c(...) %in% names(value))
}

# The required type of every field of a fit, by version.
fit_types <- list(
  w = is_number_matrix, h = is_number_matrix, value = is_one_number, trace = is.numeric,
  iterations = is_one_number, converged = is.logical, kkt = is_one_number, dead = is.numeric,
  call = function(value) is.null(value) || is.call(value),
  model = has_entries("rank", "loss", "solver", "penalty", "init", "known", "starts"),
  engine = has_entries("backend", "instructions", "blas", "version"),
  scaling = has_entries("kind", "divisor"), control = is_control,
  data = has_entries("deviance", "x_norm2", "n_observed")
)

fit_types_0.1.0 <- c(
  fit_types[c("w", "h", "value", "trace", "iterations", "converged", "kkt", "dead", "control")],
  list(rank = is_one_number, loss = is_text, solver = is_text, init = is_text, kernel = is_text,
       instructions = is_text, blas = is_text, version = is_text, scale = is_text,
       factor = is.numeric, total = is.numeric)
)

check_fields <- function(fields, types) {
  absent <- setdiff(names(types), names(fields))
  if (length(absent)) stop_torn(paste0("it has no field `", absent[[1L]], "`"))
  for (name in names(types)) {
    if (!types[[name]](fields[[name]])) {
      stop_torn(paste0("its field `", name, "` is ", describe(fields[[name]])))
    }
  }
  if (ncol(fields$w) != nrow(fields$h)) {
    stop_torn(paste(ncol(fields$w), "columns of W do not go with", nrow(fields$h), "rows of H"))
  }
  fields
}

stop_torn <- function(what) {
  stop_named(paste0("This fit is incomplete: ", what, ".\n",
                    "Fit the model again, or read the fit from another copy."), "fit")
}

# Fields of a fit of version 0.1.0, and where they are now.
old_fields <- c(
  kernel = "engine$backend", backend = "engine$backend", instructions = "engine$instructions",
  blas = "engine$blas", version = "engine$version", scale = "scaling$kind",
  factor = "scaling$divisor", solver = "model$solver", penalty = "model$penalty",
  init = "model$init", starts = "model$starts", total = "data$x_norm2"
)

# Fields of a summary that were renamed.
old_summary_fields <- c(empty = "dead")

# Version 0.1.0 did not keep the call, the deviance of the null model and the number of observed
# entries. With penalties it kept neither the deviance nor the penalties' weights and costs.
from_0.1.0 <- function(old) {
  plain <- !length(old[["penalty"]])
  deviance <- if (!plain) NA_real_ else if (old$loss == "frobenius") old$value else 2 * old$value
  starts <- if (is.null(old[["starts"]])) old$value else old$starts
  list(
    w = old$w, h = old$h, value = old$value, trace = old$trace,
    iterations = as.integer(old$iterations), converged = old$converged, kkt = old$kkt,
    dead = old$dead, call = NULL,
    model = list(rank = old$rank, loss = old$loss, beta = NULL, dispersion = NULL,
                 estimated = NULL,
                 solver = old$solver,
                 penalty = if (!plain) lapply(old$penalty, penalty_of_0.1.0), init = old$init,
                 known = c(w = NA_integer_, h = NA_integer_), starts = starts, lambda = NULL,
                 cost = NULL, formula = NULL, constraint = NULL),
    engine = list(backend = old$kernel, instructions = old$instructions, blas = old$blas,
                  version = old$version),
    scaling = list(kind = old$scale, divisor = old$factor),
    control = control_of_0.1.0(old$control),
    data = list(deviance = deviance, x_norm2 = old$total, n_observed = NA_real_,
                samples = "columns", assay = NULL, null_deviance = NA_real_,
                saturated = NA_real_, weighted = NA, partial = FALSE)
  )
}

control_of_0.1.0 <- function(control) {
  if (inherits(control, "meta_control")) {
    control$inner <- control_of_0.1.0(control$inner)
    if (!is.null(control$target)) control$target <- control_of_0.1.0(control$target)
    return(control)
  }
  renamed <- old_arguments$nmf_control
  known <- names(control) %in% names(renamed)
  names(control)[known] <- renamed[names(control)[known]]
  # Multiplicative updates of that version kept zeros.
  control$revive_zeros <- FALSE
  control
}

# A saved graph function of this package is replaced by its present version, because the old one
# may call internal functions that no longer exist.
penalty_of_0.1.0 <- function(penalty) {
  names(penalty)[names(penalty) == "update"] <- "step"
  for (name in intersect(names(penalty), c("form", "step"))) {
    renamed <- old_values[[name]]
    if (penalty[[name]] %in% names(renamed)) penalty[[name]] <- renamed[[penalty[[name]]]]
  }
  if (is.function(penalty$graph) && identical(environment(penalty$graph), topenv())) {
    taken <- names(formals(penalty$graph))
    penalty$graph <- if ("metric" %in% taken) knn_graph
                     else if ("threshold" %in% taken) rbf_graph else path_graph
  }
  penalty
}
