#' Run a grid of experiments
#'
#' Fits models to data sets at several ranks, noise levels and seeds, by the protocol of the
#' thesis or that of its author's code, beside the controls that a fair comparison needs.
#'
#' Every seed draws its own halves, tasks, noise and starts. A fit is always scored on the
#' evaluation half, by k-means on the columns of H with the true number of clusters. Variants:
#'
#' - `"baseline"`: the model on the evaluation half alone, for the protocol's 100 iterations.
#' - `"meta"`: Algorithm 1 on tasks and target, then the evaluation half from the learned
#'   basis ([adapt()]).
#' - `"plain_matched"`: the model on the whole learning half without tasks, with as many
#'   iterations as meta's target gets, then the evaluation half as meta.
#' - `"plain_long"`: the model on the evaluation half alone, for as many iterations as meta spends
#'   on target and evaluation.
#' - `"hals"`: one converged fit of the evaluation half, `nmf(solver = "hals")`.
#' - `"kmeans"`: k-means on the samples of the evaluation half, without a factorisation.
#'
#' A gain of meta over the baseline that plain_matched or plain_long has too is not owed to the
#' tasks.
#'
#' Models: `"NMF"`, `"GNMF"`, `"NMF-NNDSVD"` and `"GNMF-NNDSVD"` are the thesis' own.
#' `"GNMF-kNN"` is GNMF as Cai et al. (2011) published it (5 nearest neighbours, binary
#' weights, samples at unit length, lambda 100, raw). `"GNMF-auto"` (the same graph with this
#' package's scale-invariant penalty) and `"NMF-auto"` run to convergence with `solver = "auto"`;
#' they have no variants plain_matched and plain_long.
#'
#' @section Resuming: With `folder`, every finished fit is on disk at once, in a file that is
#'   only appended to. Call `experiment()` again with the same folder to go on where it
#'   stopped, or with more seeds, models or ranks to extend it: what is there is not run
#'   again, and the result is the same as that of one uninterrupted run (but for `seconds`).
#'   A folder belongs to one version of the package, one protocol and the same data; any other
#'   is refused and left untouched.
#' @section Workers: Set `mirai::daemons()`, or `future::plan()`, and the jobs (a data set, noise,
#'   seed and rank each) are spread over the daemons, or else over the plan's workers.
#'   `options(metanmf.job_seconds = )` limits the time of a job, after which its daemon counts
#'   as dead: without it mirai does not notice a lost link. Every fit has its own
#'   stream of random numbers, named by what it is, so the numbers do not depend on the
#'   workers, on the order, or on what else is in the grid. The state of your random number
#'   generator is left as it was. A progress bar shows the time left. When a worker dies, for
#'   lack of memory say, a warning of class `metanmf_worker_died` names the fit, and new
#'   workers of the same plan go on; a fit at which two have died is a row with that message.
#'
#' @param data Names of data sets, see [load_dataset()], or a named list of your own, each a
#'   list with `x` (m features x n samples, or a data frame with samples in rows; non-negative)
#'   and `labels` (n).
#' @param models,variants What is compared, see below. By default the thesis' four models and
#'   all variants.
#' @param ranks Ranks, whole numbers. By default the thesis' six.
#' @param noise `"clean"` (no noise) and `"noisy"` (the protocol's level for each data set), or
#'   standard deviations of the noise on data scaled to 0..1.
#' @param seeds Whole numbers, one for each repeat. Default `1:3`.
#' @param protocol `"thesis"` (default), `"author"`, or made by [experiment_protocol()].
#' @param folder Where finished fits are kept. `NULL` (default): in a temporary folder.
#' @param known `NULL` (default), or results of the same protocol and data from elsewhere, such as
#'   those of [read_experiment()]: fits that are in there without an error are not run again.
#' @param retry `FALSE` (default) keeps fits that ended in an error; `TRUE` runs them again.
#' @param ... Must be empty.
#' @return A data frame of class `metanmf_experiment` with a row per fit:
#' - `protocol`, `dataset`, `noise`, `model`, `variant`, `rank` (`NA` for k-means), `seed`;
#' - `nmi`: the score with the protocol's scaling of the columns of W, which is in `scale_w`;
#'   `nmi_max`, `nmi_l2`, `nmi_none` and `ari_max`, `ari_l2`, `ari_none`: with these columns at
#'   maximum 1, at unit length and as the iterations left them. Means over the runs of k-means;
#' - `error`: \eqn{\|X - WH\| / \|X\|}{||X - WH|| / ||X||} of the evaluation half; `objective`:
#'   its own F;
#' - `iterations` of the evaluation's fit, `learning_iterations` before it on the learning half,
#'   `seconds` of processor time;
#' - `unconverged`: runs of k-means that stopped early; `nmi_variant`, `scale_h`,
#'   `kmeans_starts`, `kmeans_repeats`: how the scores were made;
#' - `message`: of the error that ended a fit, whose scores are then `NA`.
#' @section Errors: Class `metanmf_error`, before anything runs, for unknown names (with the
#'   nearest right one), labels that do not fit, a split or rank the data cannot give, and a
#'   folder of another version, protocol or data. A fit that fails is a row with its message.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University. Chapter 4.
#'
#'   Cai, D., He, X., Han, J. and Huang, T. S. (2011). Graph Regularized Nonnegative Matrix
#'   Factorization for Data Representation. *IEEE TPAMI* 33(8), 1548-1560.
#'   \doi{10.1109/TPAMI.2010.231}
#' @seealso [compare_variants()] and `summary()` for what it says, `plot()` for pictures,
#'   [write_experiment()] to keep it.
#' @examples
#' small <- list(digits = list(x = digits$x[, 1:300], labels = digits$labels[1:300]))
#' protocol <- experiment_protocol(task_size = 20, control = meta_control(epochs = 2))
#' results <- experiment(small, "NMF", ranks = 5, noise = "clean", seeds = 1:2,
#'                       protocol = protocol)
#' results[c("variant", "seed", "nmi", "iterations")]
#' @export
experiment <- function(data = "digits", models = thesis_models,
                       ranks = c(2, 3, 5, 10, 14, 18), noise = c("clean", "noisy"),
                       seeds = 1:3, protocol = "thesis",
                       variants = c("baseline", "meta", "plain_matched", "plain_long", "hals",
                                    "kmeans"),
                       folder = NULL, known = NULL, retry = FALSE, ...) {
  check_dots(list(...), "experiment")
  protocol <- check_protocol(protocol)
  models <- check_choices(models, "models", model_table$model)
  variants <- check_choices(variants, "variants", all_variants)
  ranks <- check_whole_numbers(ranks, "ranks", 1)
  seeds <- check_whole_numbers(seeds, "seeds", 0)
  retry <- check_flag(retry, "retry")
  known <- check_known_results(known, protocol)
  data <- check_experiment_data(data, protocol)
  check_room_for(data, ranks, protocol)
  fits <- plan_fits(names(data), models, ranks, noise, seeds, protocol, variants)
  if (is.null(folder)) {
    folder <- tempfile("experiment")
    on.exit(unlink(folder, recursive = TRUE))
  }
  init_folder(experiment_store, folder, c(protocol = protocol_text(protocol)),
              vapply(data, data_digest, ""))
  left <- fits[!fit_key(fits) %in% fit_key(known), ]
  run_rows(experiment_store, folder, plan_jobs(left, folder, data, protocol), experiment_work,
           retry)
  collect_fits(fits, folder, known)
}

# Results whose fits need not be run again, NULL where there are none.
check_known_results <- function(known, protocol) {
  if (is.null(known)) return(NULL)
  known <- check_experiment(known, "known")
  other <- setdiff(known$protocol, protocol$preset)
  if (length(other)) {
    stop_input("known", paste0("results of protocol \"", protocol$preset, "\""),
               paste0("results of \"", other[[1L]], "\""))
  }
  as.data.frame(known)[is.na(known$message), names(row_columns)]
}

# The rows of the grid, in its order.
collect_fits <- function(fits, folder, known) {
  rows <- lapply(unique(job_files(fits, folder)), read_rows, store = experiment_store)
  rows <- do.call(rbind, c(list(known), rows))
  # Of a fit that was run again the last row counts.
  found <- nrow(rows) + 1L - match(fit_key(fits), rev(fit_key(rows)))
  new_experiment(rows[found, ])
}

fit_key <- function(rows) row_keys(rows, fit_names)
