#' Run a grid of experiments
#'
#' Fits models to data sets at several ranks, noise levels and seeds, by the protocol of the thesis
#' or that of its author's code. Controls that a fair comparison needs are fitted as well.
#'
#' Every seed draws its own halves, tasks, noise and starts. A fit is always scored on the
#' evaluation half, by k-means on the columns of H with the true number of clusters. The variants of
#' a fit are:
#'
#' - `"baseline"`: the model on the evaluation half alone, for the 100 iterations of the protocol.
#' - `"meta"`: Algorithm 1 on tasks and target, then a fit of the evaluation half that starts from
#'   the learned basis ([adapt()]).
#' - `"plain_matched"` (a plain fit with the same number of iterations): the model on the whole
#'   learning half without tasks, with as many iterations as the target has in meta, then the
#'   evaluation half as in meta.
#' - `"plain_long"` (a long plain fit): the model on the evaluation half alone, with as many
#'   iterations as meta spends on target and evaluation.
#' - `"hals"`: one converged fit of the evaluation half, `nmf(solver = "hals")`.
#' - `"kmeans"`: k-means on the samples of the evaluation half, without a factorisation.
#'
#' If meta gains over the baseline, and plain_matched or plain_long gains as much, the gain is not
#' due to the tasks.
#'
#' Models: `"NMF"`, `"GNMF"`, `"NMF-NNDSVD"` and `"GNMF-NNDSVD"` are the thesis' own.
#' `"GNMF-kNN"` is GNMF as Cai et al. (2011) published it (5 nearest neighbours, binary
#' weights, samples at unit length, lambda 100, raw). `"GNMF-auto"` (the same graph with this
#' package's scale-invariant penalty) and `"NMF-auto"` run to convergence with `solver = "auto"`;
#' they have no variants plain_matched and plain_long.
#'
#' @section Nuisance: Tasks here are drawn alike, as in the thesis. Tasks with patterns of their own
#'   or corrupted ones are in another grid, `bench/studies/run.R` in the package's repository, since
#'   its models, splits and scores are not those of the protocol; see [add_nuisance()].
#'
#' @section Resuming: With `folder`, every finished fit is written to disk at once, in a file that
#'   is only appended to. If interrupted, call `experiment()` again with the same folder: it resumes
#'   where it stopped. With more seeds, models or ranks it extends the grid. Fits that are there are
#'   not run again, and the result is the same as that of one uninterrupted run, except for
#'   `seconds`. A folder belongs to one version of the package, one protocol and the same data; any
#'   other folder is refused and not touched.
#' @section Workers: A job is a data set, noise, seed and rank. Jobs are spread over
#'   `mirai::daemons()` if some are set, or else over the workers of `future::plan()`. Without a
#'   limit mirai does not notice a lost connection: `options(metanmf.job_seconds = )` limits the
#'   time of a job, after which its daemon counts as dead. Every fit has its own stream of random
#'   numbers, named by what the fit is. The numbers therefore do not depend on the workers, the
#'   order or the rest of the grid, and the state of your random number generator does not change. A
#'   progress bar shows the time left. If a worker dies, for example for lack of memory, a warning
#'   of class `metanmf_worker_died` names the fit, and new workers of the same plan continue. A fit
#'   at which two workers have died becomes a row with that message.
#'
#' @param data Names of data sets, see [load_dataset()], or a named list of your own, each a
#'   list with `x` (m features x n samples, or a data frame with samples in rows; non-negative)
#'   and `labels` (n).
#' @param models,variants The models and variants to compare, see above. The default is the four
#'   models of the thesis and all variants.
#' @param ranks Ranks, whole numbers. The default is the six of the thesis.
#' @param noise `"clean"` (no noise) and `"noisy"` (the protocol's level for each data set), or
#'   standard deviations of the noise on data scaled to 0..1.
#' @param seeds Whole numbers, one for each repeat, by default `1:3`.
#' @param protocol `"thesis"` (default), `"author"`, or one made by [experiment_protocol()].
#' @param folder Folder in which finished fits are kept. `NULL` (default) is a temporary folder.
#' @param known `NULL` (default), or results of the same protocol and data from elsewhere, such as
#'   those of [read_experiment()]. Fits in them that ended without an error are not run again.
#' @param retry `FALSE` (default) keeps fits that ended in an error; `TRUE` runs them again.
#' @param ... Must be empty.
#' @return A data frame of class `metanmf_experiment` with a row per fit:
#' - `protocol`, `dataset`, `noise`, `model`, `variant`, `rank` (`NA` for k-means), `seed`;
#' - `nmi`: the score with the protocol's scaling of the columns of W, which is in `scale_w`;
#'   `nmi_max`, `nmi_l2`, `nmi_none` and `ari_max`, `ari_l2`, `ari_none`: scores with the largest
#'   entries of these columns at 1, with columns of unit length, and with columns as the iterations
#'   left them. All are means over the runs of k-means;
#' - `error`: \eqn{\|X - WH\| / \|X\|}{||X - WH|| / ||X||} of the evaluation half; `objective`: the
#'   objective of its fit;
#' - `iterations` of the evaluation's fit, `learning_iterations` before it on the learning half, and
#'   `seconds` of processor time;
#' - `unconverged`: the number of runs of k-means that stopped early; `nmi_variant`, `scale_h`,
#'   `kmeans_starts` and `kmeans_repeats`: how the scores were made;
#' - `message`: the message of the error that ended a fit, whose scores are then `NA`.
#' @section Errors: Class `metanmf_error`, before anything runs, for unknown names (with the
#'   nearest right one), labels that do not fit, a split or rank the data cannot give, and a
#'   folder of another version, protocol or data. A fit that fails is a row with its message.
#' @references Khan, A. A. (2025). *Meta-Unsupervised Learning: Application to
#'   Non-negative Matrix Factorization*. Bishop's University. Chapter 4.
#'
#'   Cai, D., He, X., Han, J. and Huang, T. S. (2011). Graph Regularized Nonnegative Matrix
#'   Factorization for Data Representation. *IEEE TPAMI* 33(8), 1548-1560.
#'   \doi{10.1109/TPAMI.2010.231}
#' @seealso [compare_variants()] and [summary()][summary.metanmf_experiment()] of the results,
#'   [plot()][plot.metanmf_experiment()] for pictures, [write_experiment()] to keep them.
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
