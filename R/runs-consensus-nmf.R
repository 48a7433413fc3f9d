#' A factorisation from the components of many runs
#'
#' Runs [nmf()] from many starts, drops the components that few others resemble, clusters the
#' remaining ones, and takes the median of each cluster as a component of one basis. The
#' coefficients for that basis are solved exactly. This is consensus NMF (Kotliar et al. 2019), with
#' which gene programmes are published. The stability of components is measured by silhouette, as
#' for mutational signatures (Alexandrov et al. 2013).
#'
#' 1. **Runs.** There are `n_start` fits of rank r, each from a start of its own.
#' 2. **Outliers.** All columns of all W are scaled to length 1. A column is dropped if its mean
#'    distance to the L nearest others is above `density`, with L = `neighbours` times the number of
#'    runs. Distances between columns of length 1 range from 0 (equal up to scale) to
#'    \eqn{\sqrt 2}{sqrt(2)} (nothing in common).
#' 3. **Clusters.** k-means, the best of 10 starts, puts the remaining columns into r clusters.
#' 4. **Basis.** It has the median of each cluster, entry by entry, scaled as `control` says.
#' 5. **Coefficients.** They are found as by [predict()][predict.nmf_fit()]: exactly, by
#'    non-negative least squares or the loss that was given. With penalties they are iterated while
#'    W is held.
#'
#' The **stability** of a component is the mean silhouette width of its cluster, with one minus the
#' cosine as the distance. It is near 1 if all runs find the component and nothing else resembles
#' it, and near 0 if it cannot be told from another one.
#'
#' @section When it pays: If the aim is a basis near the true one, consensus NMF is no better than
#'   the best of its runs. We planted 20 sets of each of three families, of rank 3 to 8 and up to
#'   120 x 150, and gave the true rank. The table has the mean error of the basis, 1 minus the mean
#'   cosine to the planted components, for a single run, for the best of 20 runs by its objective,
#'   and for the consensus of the 20. *Drawn anew* is the consensus with `resample = "poisson"`, and
#'   *nearer* counts the sets in which the consensus was nearer than the best run.
#'
#' | data | single run | best of 20 | consensus | drawn anew | nearer |
#' | --- | --- | --- | --- | --- | --- |
#' | sparse gamma factors, normal noise | 0.0298 | 0.0271 | 0.0272 |  | 6 |
#' | counts, `loss = "kl"` | 0.0388 | 0.0233 | 0.0263 | 0.0618 | 7 |
#' | correlated basis, mean cosine .4 to .8 | 0.0069 | 0.0071 | 0.0069 |  | 12 |
#'
#'   The consensus and the best run are equally near: the mean difference is 0.0010, with a standard
#'   error of 0.0008. Both are nearer than a single run if runs differ. In 13 of the 60 sets the
#'   single runs have on average at least 1.1 times the error of the best run. There the errors are
#'   0.078 for single runs, 0.050 for the best and 0.054 for the consensus. Counts drawn anew cost
#'   accuracy. The consensus pays for what the best run cannot say: which components all runs find,
#'   and how stable each is. `Rscript bench/consensus.R 20 20` in the sources makes this table.
#'
#' @inheritParams nmf
#' @param rank Number of components r, the same in all runs.
#' @param ... Further arguments of [nmf()] by their whole names: `init` (a random one), `penalty`,
#'   `loss`, `solver`, `control`, `missing`, `weights`, `max_iter`, `tol`, `threads`.
#' @param n_start Number of runs, 30 by default, at least 3. The authors of cNMF take 20 to 200.
#' @param density Largest mean distance to its nearest others that a component may have. The default
#'   of 0.5 is that of cNMF. With 2 no component is dropped.
#' @param neighbours How many nearest others are looked at, as a share of the number of runs. The
#'   default of .3 is that of cNMF.
#' @param resample `"none"` (default), as in cNMF, fits the data as they are in all runs.
#'   `"poisson"`, for counts, fits counts drawn anew in each run, each from the Poisson distribution
#'   with the observed count as its mean. The spread over runs then includes that of the data.
#' @param keep `"scores"` (default) keeps a row for each run, see [runs()]. `"bases"` keeps their W
#'   too, 8 m r bytes for each run, with which [runs()] matches components. Their H are never kept.
#' @param folder `NULL` (default), or a folder in which every finished run is kept at once. The same
#'   call with the same folder resumes where it was stopped, or adds runs if `n_start` is larger,
#'   and returns what one uninterrupted call would have returned. A folder belongs to one version of
#'   the package, and to one set of data, rank and model. A folder of another call is refused and
#'   left untouched.
#' @param retry `FALSE` (default) keeps runs of the folder that ended in an error; `TRUE` makes them
#'   again.
#' @return A fit of class `nmf_fit`, which all verbs take, see [nmf()]. Its trace is that of the
#'   last step alone, and `fit$model$starts` has the objective of every run. With resampled counts
#'   these objectives are of other data than those of the fit. `fit$model$consensus` is a list:
#' - `components`, a data frame with a row for each component: `component`, its name; `stability`,
#'   see above (`NA` for rank 1); `cosine`, the mean cosine of its cluster's members to the median;
#'   `members`, the number of these, and `runs`, the number of runs they come from;
#' - `members`, a data frame with a row for each component of each run that is not dead: `run`,
#'   `component` (its number there), `distance` (to its nearest others), `kept`, `cluster` (a row of
#'   `components`, `NA` if dropped) and `silhouette`;
#' - `dropped`, the number of components dropped; `density`, `neighbours`, `resample`; and
#'   `stopped`, whether it was interrupted.
#' @section Runs: Runs are spread over `mirai::daemons()` or the workers of `future::plan()`. Each
#'   run has its own stream of random numbers, so that the answer does not depend on the number of
#'   workers. Call [set.seed()] before to make it repeatable; a folder keeps its stream. A run that
#'   fails is a row of [runs()] with its message. An interrupt (Ctrl-C) ends the runs. If at least 3
#'   had finished, the answer is made of these, and a message says so; otherwise it is an error of
#'   class `metanmf_interrupted`.
#' @section Errors: Class `metanmf_error` for bad data as in [nmf()]; for fewer than 3 runs, either
#'   in `n_start` or without error; for a `density` that keeps fewer different components than
#'   `rank` (the error says what the distances are); for a cluster whose median is 0; for
#'   `resample = "poisson"` if the data are no counts; for `known`, `order` and `constraint`; and
#'   for a folder of another call.
#' @references Kotliar, D., Veres, A., Nagy, M. A., Tabrizi, S., Hodis, E., Melton, D. A. and
#'   Sabeti, P. C. (2019). Identifying gene expression programs of cell-type identity and cellular
#'   activity with single-cell RNA-Seq. *eLife* 8, e43803. \doi{10.7554/eLife.43803}
#'
#'   Alexandrov, L. B., Nik-Zainal, S., Wedge, D. C., Campbell, P. J. and Stratton, M. R. (2013).
#'   Deciphering signatures of mutational processes operative in human cancer. *Cell Reports* 3(1),
#'   246-259. \doi{10.1016/j.celrep.2012.12.008}
#' @seealso [runs()] for how far runs agree, [select_rank()] for the rank, [as_nmf()] for a basis
#'   from elsewhere.
#' @examples
#' set.seed(1)
#' w <- matrix(rgamma(40 * 3, 0.3), 40)
#' x <- matrix(rpois(40 * 60, 5 * w %*% matrix(rgamma(3 * 60, 0.3), 3)), 40)
#' fit <- consensus_nmf(x, 3, n_start = 10, loss = "kl")
#' fit
#' fit$model$consensus$components
#' runs(fit)
#' @export
consensus_nmf <- function(x, rank, ..., n_start = 30, density = 0.5, neighbours = 0.3,
                          resample = c("none", "poisson"), keep = c("scores", "bases"),
                          folder = NULL, retry = FALSE, samples = c("columns", "rows"),
                          assay = NULL) {
  arguments <- list(...)
  check_consensus_dots(arguments)
  check_given("x", "the data, features in rows and samples in columns")
  check_given("rank", "the number of components")
  rank <- check_count(rank, "rank")
  n_start <- check_count(n_start, "n_start", least_runs)
  density <- check_number(density, "density", 0)
  neighbours <- check_number(neighbours, "neighbours", 0, 1)
  resample <- check_choice(resample, "resample", c("none", "poisson"))
  keep <- check_choice(keep, "keep", c("scores", "bases"))
  retry <- check_flag(retry, "retry")
  samples <- where_samples(samples, x)
  assay <- which_assay(x, "x", assay)
  plan <- run_plan(turn_samples(read_data(x, "x", assay), samples, "x"), rank, arguments, resample,
                   samples)
  check_plan(plan)
  if (is.null(folder)) {
    # A temporary folder is never reused for other data, so these need no digest.
    dir.create(plan$folder <- tempfile("consensus"))
    on.exit(unlink(plan$folder, recursive = TRUE))
  } else {
    owner <- c(rank = rank, model = plan$digest)
    plan$folder <- open_search_folder(run_store, folder, owner, plan)
  }
  plan$stream <- search_number(plan$folder)
  runs <- check_runs(stored_runs(n_start, plan, retry), n_start)
  fit <- fit_of_runs(plan, runs, density, neighbours)
  fit$model$runs <- c(runs["scores"], if (keep == "bases") runs["w"])
  fit$data$samples <- samples
  fit$data["assay"] <- list(assay)
  fit$call <- short_call(match.call(), "consensus_nmf")
  fit
}

# The fit of the clustered components of all runs, and the tables that describe them.
fit_of_runs <- function(plan, runs, density, neighbours) {
  there <- which(!vapply(runs$w, is.null, NA))
  found <- run_components(runs$w[there], runs$scores$run[there])
  made <- with_stream(cluster_components(found, plan$rank, length(there), density, neighbours),
                      "consensus_nmf", plan$stream, "clusters")
  fit <- consensus_fit(plan, found$known, made$w)
  at <- component_order(fit)
  fit <- in_share_order(fit)
  fit$model$starts <- runs$scores$objective
  made$members$cluster <- match(made$members$cluster, at)
  components <- cbind(component = colnames(fit$w), made$components[at, ])
  row.names(components) <- NULL
  fit$model$consensus <- list(components = components, members = made$members,
                              dropped = sum(!made$members$kept), density = density,
                              neighbours = neighbours, resample = plan$resample,
                              stopped = runs$stopped)
  fit
}

# The median of fewer than three runs is one of them, or their mean.
least_runs <- 3L

check_consensus_dots <- function(given) {
  own <- intersect(names(given), c("known", "order", "constraint"))
  if (length(own)) {
    stop_input(own[[1L]], "left out, since components are brought to one length and put in order",
               describe(given[[own[[1L]]]]), paste0("Use nmf(x, rank, ", own[[1L]], " = )."))
  }
  check_verb_dots(given, "consensus_nmf", "nmf", call = sys.call(-1L))
  drawn <- c("random", "kmeans", "nndsvdar")
  if (!is.null(given$init) && !(is_text(given$init) && given$init %in% drawn)) {
    stop_input("init", "a random start: \"random\", \"kmeans\" or \"nndsvdar\"",
               describe(given$init), "Use init = \"random\", the default.")
  }
}

# What all runs have in common: list(x, rank, arguments, resample, digest).
run_plan <- function(x, rank, arguments, resample, samples) {
  if (inherits(x, "formula")) {
    stop_input("x", "a matrix or a data frame", "a formula",
               "Use consensus_nmf(data[columns], rank).")
  }
  if ("weights" %in% names(arguments)) {
    arguments["weights"] <- list(turn_weights(arguments$weights, samples))
  }
  missing <- if (is.null(arguments$missing)) "error" else arguments$missing
  x <- check_data(x, "x", missing, arguments$weights, turned = samples == "rows")$x
  if (resample == "poisson") check_resampled(x)
  list(x = x, rank = rank, arguments = arguments, resample = resample,
       digest = value_digest(list(arguments[sort(names(arguments))], resample)))
}

# One iteration of one run, so that an error that every run would raise comes before there is a
# folder.
check_plan <- function(plan) {
  given <- plan$arguments
  penalties <- check_penalty(given$penalty)
  if (any(vapply(penalties, function(one) isTRUE(one$exact) && one$on == "w", NA))) {
    stop_input("penalty", "one that medians of components keep", "exact orthogonality of W",
               "Use penalty_orthogonal(on = \"w\"), without `exact`.")
  }
  if (is.null(given$max_iter)) {
    control <- if (is.null(given$control)) nmf_control() else check_control(given$control)
    control$max_iter <- 1L
    plan$arguments$control <- control
  } else {
    check_count(given$max_iter, "max_iter")
    plan$arguments$max_iter <- 1
  }
  plan$resample <- "none"
  planned_fit(plan, 0L)
}

check_resampled <- function(x) {
  values <- stored_values(x)
  broken <- values != round(values) & !is.na(values)
  if (any(broken)) {
    stop_input("x", "whole counts for resample = \"poisson\"",
               paste(format(values[broken][[1L]], digits = 4), "among others"))
  }
}

# Stops if too few runs succeeded, and otherwise returns the runs.
check_runs <- function(runs, n_start) {
  done <- sum(!vapply(runs$w, is.null, NA))
  messages <- runs$scores$message[!is.na(runs$scores$message)]
  if (done == 0L && length(messages)) {
    stop_named(paste0("Every run failed. The first one said:\n", messages[[1L]]), "x")
  }
  if (done < least_runs && runs$stopped) {
    stop_named(paste0("consensus_nmf() was interrupted when ", done, " of ", n_start, " runs had ",
                      "finished, and needs ", least_runs, ". With a `folder`, the same call ",
                      "resumes where it was stopped."), "x", "metanmf_interrupted")
  }
  if (done < least_runs) {
    stop_input("n_start", paste("at least", least_runs, "runs that do not fail"),
               paste(done, "of", n_start, "runs that did not"),
               paste0("The first that failed said:\n", messages[[1L]]))
  }
  if (runs$stopped) {
    tell(paste0("Interrupted: the result is made of ", done, " finished runs of ", n_start, "."))
  }
  if (length(messages)) {
    warning(warningCondition(paste0(
      length(messages), " of ", n_start, " runs failed and were left out. The first one said:\n",
      messages[[1L]]), class = "metanmf_failed_start"))
  }
  runs
}

# The fit whose known basis is the medians, on the features `known`.
consensus_fit <- function(plan, known, medians) {
  w <- matrix(NA_real_, nrow(plan$x), plan$rank)
  w[known, ] <- medians
  arguments <- plan$arguments
  kind <- if (is.null(arguments$control)) nmf_control()$scale else arguments$control$scale
  w[known, ] <- native_scale(w[known, , drop = FALSE], matrix(1, plan$rank, 1L), kind)$w
  arguments$init <- NULL
  x <- plan$x
  fit <- do.call(nmf, c(alist(x = x), list(rank = plan$rank), arguments,
                        list(known = list(w = w), samples = "columns")))
  fit$model$known[] <- 0L
  fit$model$init <- "consensus"
  fit$scaling$kind <- kind
  fit
}
