#' The fit behind a row of an experiment
#'
#' Runs one fit of an experiment again and returns it. [experiment()] keeps only the scores, so this
#' is the way to look at a basis or to check a stored result. Data, split, noise and start are the
#' same, so it is the same fit, to the last bit on the same machine.
#'
#' @param row One row of the results of [experiment()], or a list with its `dataset`, `noise`,
#'   `model`, `variant`, `rank` and `seed`. Rows of k-means are refused, since they have no fit.
#' @param protocol The protocol that the experiment had.
#' @param data `NULL` (default) for the data sets of [load_dataset()], or the list of your own data
#'   that the experiment had.
#' @return An object of class `nmf_fit`, of the evaluation half.
#' @section Errors: Class `metanmf_error` if `row` is not a single row, and as in [experiment()].
#' @seealso [plot_basis()], [basis_measures()]
#' @examples
#' row <- list(dataset = "digits", noise = 0, model = "NMF", variant = "baseline", rank = 10,
#'             seed = 1)
#' fit <- experiment_fit(row)
#' plot(fit, "basis", image_size = digits$image_size)
#' @export
experiment_fit <- function(row, protocol = "thesis", data = NULL) {
  cell <- check_row(row)
  protocol <- check_protocol(protocol)
  data <- check_experiment_data(if (is.null(data)) cell$dataset else data, protocol)
  check_choice(cell$dataset, "row$dataset", names(data))
  check_room_for(data[cell$dataset], cell$rank, protocol)
  spec <- model_spec(if (cell$variant == "hals") "NMF" else cell$model, protocol)
  split <- draw_split(data[[cell$dataset]], cell, protocol)
  fit_cell(cell, prepare_split(split, spec$prepare), spec, cell)$fit
}

check_row <- function(row) {
  expected <- paste("one row of experiment(), or a list of", toString(fit_names))
  if (!is.list(row) || !all(fit_names %in% names(row))) stop_input("row", expected, describe(row))
  cell <- as.list(row)[fit_names]
  if (any(lengths(cell) != 1L)) stop_input("row", expected, describe(row))
  cell$noise <- check_level(cell$noise, "row$noise")
  cell$seed <- check_count(cell$seed, "row$seed", 0)
  cell$variant <- check_choice(with_new_variants(cell$variant), "row$variant",
                               c(model_variants, "hals"))
  if (cell$variant != "hals") check_choice(cell$model, "row$model", model_table$model)
  cell$rank <- check_count(cell$rank, "row$rank")
  cell
}
