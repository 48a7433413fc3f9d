#' Choose the weight of a penalty by prediction
#'
#' Some entries are hidden from the fits, as in [select_rank()], and the fits with each weight
#' `lambda` of a penalty predict them. All weights have the same hidden entries. The weight that
#' predicts best is returned.
#'
#' @section Procedure:
#' 1. **Hidden entries** are those of [select_rank()]: ten masks, each of a tenth of the observed
#'    entries. With sparse data, as many zeros are hidden beside them. All weights have the same
#'    masks.
#' 2. **Fits.** There is one fit for each mask and weight. It begins at a random start that is the
#'    same for all weights, so that the fits differ by the penalty alone.
#' 3. **The error** is that of [select_rank()]: the mean of \eqn{|x_{ij} - p_{ij}|}{|x_ij - p_ij|}
#'    at the hidden entries. The prediction p is cut to the largest entry seen of its feature and of
#'    its sample. With `loss = "kl"` the error is \eqn{x \log(x / p) - x + p}{x log(x / p) - x + p}.
#'    The fits are made with the loss you give, because a weight means something else with another.
#' 4. **The choice** is the weight of the least error. `near` has the weights within one standard
#'    error of it, paired by mask. The one-standard-error rule would take the largest of them.
#'
#' A graph that is given as a function, such as `penalty_graph(knn_graph)`, is made of what each fit
#' sees, with hidden entries replaced by the mean of their feature. A graph that is given as a
#' matrix was usually made of all entries. Its edges then depend on the hidden entries, and the
#' errors come out too small.
#'
#' @inheritParams nmf
#' @param rank Number of components of all fits.
#' @param penalty The penalty whose weight is chosen, made by [penalty_graph()] or a function of
#'   [penalties]; its own `lambda` is ignored. To keep other penalties beside it, give a function of
#'   lambda that returns a list: `function(lambda) list(penalty_sparse(lambda), penalty_smooth(1))`.
#' @param lambda `NULL` (default), or at least two different weights of at least 0, in any order. A
#'   weight of 0 means no penalty. The default has 0 and half decades (1, 3, 10). They run from .01
#'   to 100, the value of Cai et al. (2011), for weights without units, and from .0001 to .3 for the
#'   scale-invariant `penalty_sparse()` and the two-sided `penalty_ridge()` with least squares,
#'   whose weight is a fraction of the one that leaves nothing. If a weight has a unit, as in raw
#'   forms on one factor, you must give it.
#' @param ... Must be empty. What follows is matched by its whole name only.
#' @param loss The loss of the fits, as in [nmf()]. Hidden entries are judged by the absolute error,
#'   or with `"kl"` by the divergence. If [nb_loss()] estimates dispersions, those of a fit without
#'   the penalty are used for all weights.
#' @param solver,missing,weights As in [nmf()], the same for all fits.
#' @param masks,fraction As in [select_rank()].
#' @param labels `NULL` (default), or known labels of the samples. With labels, 10 fits of all
#'   entries are made for each weight, and the [nmi()] of their clusters with the labels is
#'   reported.
#' @param stability Whether to report how far the clusters of the masks' fits agree, `FALSE` by
#'   default. See the section What it is not good for.
#' @param folder `NULL` (default), or a folder in which the results of every weight are kept. After
#'   Ctrl-C or a crash, the same call with that folder tries the weights that are missing, and
#'   returns what one uninterrupted call would have returned. There is no need to call [set.seed()]
#'   again. You may ask for other weights. A folder of other data, fits or labels is refused and
#'   left as it is.
#' @param control Options of the fits, made by [nmf_control()]. The default is at most 200
#'   iterations and a tolerance of 1e-4.
#' @return An object of class `lambda_choice`, a list:
#' - `lambda`: the weight of the least error, and `penalty`: a list of what [nmf()] takes with it;
#' - `near`: the weights whose error is within one standard error of the least;
#' - `stable` (with `stability`): the smallest weight whose clusters are as stable as those of any
#'   other weight;
#' - `reason`: what the errors say of the choice;
#' - `lambdas`: a data frame with a row for each weight: `lambda`, `error`, `above` (error minus the
#'   least), `spread` (standard error of that difference over the masks), `near`, `share` (of the
#'   penalties in the objective, mean over the fits), `explained` (mean explained deviance, see
#'   [summary.nmf_fit()]), `failed` (the message of a fit that failed, else `NA`); with `stability`,
#'   `stability` and `stable`; with `labels`, `nmi` (mean over 10 fits) and `nmi_spread` (its
#'   standard deviation). [as.data.frame()] gives it;
#' - `rank`, `loss`, `masks`, `hidden` (entries in a mask, those stored and those not), `stopped`
#'   (whether it was interrupted: the weights tried until then are kept) and `call`.
#' @section Cost: There is one fit for each weight and mask, 100 with the defaults, and as many
#'   again with `labels`. Masks are spread over `mirai::daemons()` or the workers of
#'   `future::plan()`; the answer does not depend on their number. Call [set.seed()] before to make
#'   it repeatable.
#' @section Errors: Class `metanmf_error` for weights below 0 or fewer than two different ones, a
#'   penalty without a weight or of another kind, a weight with a unit that was not given, labels
#'   that do not go with the samples, data with fewer than 2 rows or columns or too few entries to
#'   hide, and what [nmf()] refuses; `metanmf_interrupted` for Ctrl-C before the first weight.
#' @section What the choice is good for: The choice is good for prediction. We planted 20 data sets
#'   of 40 x 60 for each penalty, with noise of .3 to 1 standard deviations, and fitted all entries
#'   with the chosen weight. The table has the mean fall of the error against the signal without
#'   noise, as a share of the error without the penalty:
#'
#'   | penalty | best weight of the grid | least error | largest within one standard error |
#'   | --- | --- | --- | --- |
#'   | sparse, rank 6 | 15.9 % | 13.5 % | 14.6 % |
#'   | smooth, rank 5 | 34.3 % | 34.0 % | 34.1 % |
#'   | ridge, rank 8 for a signal of 3 | 21.3 % | 21.1 % | 20.5 % |
#'   | graph, rank 5 | 7.8 % | 6.8 % | 6.6 % |
#'
#'   With the graph, 3 of the 20 choices were worse than no penalty, by either rule. With the other
#'   penalties none was (`Rscript bench/lambda.R planted 20` in the sources). The two rules differ
#'   by little, so the least error decides.
#'
#'   For other losses we took a sparse penalty and 15 sets each with `loss = "is"` and
#'   `beta_loss(0.5)`, and measured the loss of the signal at such fits. The best weight lowers it
#'   by .7 % and 15.1 %. If the absolute error chooses the weight, it falls by -3.6 % and 9.9 %; if
#'   the loss at hidden entries does, by -9.7 % and 11.2 %. That is why the absolute error decides.
#'   With `"is"` no weight was better on average than none (`Rscript bench/lambda.R losses 15`).
#'
#' @section What it is not good for: The choice is not good for clustering. A graph takes fine
#'   detail from a fit, which costs prediction long before it costs clusters. With
#'   `stability = TRUE` the samples are clustered by each mask's fit, into as many clusters as
#'   components, and the mean [nmi()] between the clusters of different masks is reported. `stable`
#'   is the smallest weight within one standard error, paired by mask, of the most stable. The table
#'   has the [nmi()] with the labels, as the mean over 10 fits of all entries:
#'
#'   | data, 5 masks, `"hals"` | without | least error | `stable` | lambda 100 | best |
#'   | --- | --- | --- | --- | --- | --- |
#'   | Digits, rank 10 | .608 | .1: .721 | 10: .842 | .855 | 100: .855 |
#'   | COIL20, 16 x 16, rank 20 | .746 | .1: .776 | 100: .878 | .878 | 100: .878 |
#'   | pbmc3k, log counts, 1000 genes, rank 10 | .708 | 0: .708 | .3: .754 | .684 | .1: .755 |
#'   | Olivetti faces, 16 x 16, rank 40 | .797 | .01: .803 | 1: .788 | .738 | .03: .809 |
#'
#'   (`Rscript bench/lambda.R digits 5 hals`, and with the files of the others.) The graphs are
#'   those of [knn_graph()], with `metric = "cosine"` for the cells, made of what each fit sees.
#'   Graphs made of all entries leak the hidden ones: on Digits the error seems to fall by 6.3 %, at
#'   a weight of .3, where it really falls by 3.1 %, at .1. On the faces `stable` is then 30 (.755);
#'   elsewhere it is the same. With graphs of the distances in a plain fit of what is seen, the
#'   choice was .03 on Digits and .01 on COIL20. The largest weight within one standard error was .1
#'   on both, .01 on the faces and 0 on the cells, which is no nearer to the best clusters. `stable`
#'   came within .013 of the best on three of the four, and was .009 worse than no graph on the
#'   faces.
#'
#'   Stability says little if the penalty carries no information. We gave the first 300 digits the
#'   graph of the same digits in another order. Stability was .98 at lambda 100, where the NMI had
#'   fallen from .75 to .06; at 1 it was .22 below the stability without the graph
#'   (`Rscript bench/lambda.R wrong`). `print()` reports a fall of more than .1. The least error was
#'   at 0 there.
#' @inherit penalty_graph references
#' @seealso [plot.lambda_choice()], [select_rank()], [penalty_graph()], [penalties]
#' @examples
#' # Two bumps along the samples, with noise
#' set.seed(1)
#' bumps <- rbind(dnorm(1:40, 10, 6), dnorm(1:40, 28, 8))
#' x <- matrix(rgamma(30, 0.5), 15) %*% bumps
#' x <- pmax(x + rnorm(length(x), sd = sd(x) / 2), 0)
#' choice <- select_lambda(x, 2, penalty_smooth(), masks = 4)
#' choice
#' fit <- nmf(x, 2, penalty = choice$penalty)
#' @export
select_lambda <- function(x, rank, penalty, lambda = NULL, ...,
                          loss = c("frobenius", "kl", "is"),
                          solver = c("auto", "mu", "hals", "bpp", "ccd", "cg"),
                          missing = c("error", "mask", "unstored"), weights = NULL, masks = 10,
                          fraction = 0.1, labels = NULL, stability = FALSE,
                          folder = NULL,
                          control = nmf_control(max_iter = 200, tol = 1e-4, scale = "none"),
                          samples = c("columns", "rows"), assay = NULL) {
  check_dots(list(...), "select_lambda")
  check_given("x", "the data, features in rows and samples in columns")
  check_given("rank", "the number of components")
  check_given("penalty", "made by a penalty_*() function, or a function of lambda",
              "Use penalty = penalty_sparse(), say.")
  loss <- check_loss(loss)
  weigh <- weigh_penalty(penalty)
  lambda <- check_lambdas(lambda, weigh, loss)
  samples <- where_samples(samples, in_memory(x, "x"))
  weights <- turn_weights(weights, samples)
  data <- check_data(turn_samples(read_data(x, "x", which_assay(x, "x", assay)), samples, "x"),
                     "x", missing, weights, turned = samples == "rows")
  check_ranks(NULL, data$x)
  if (data$facts$largest == 0) {
    stop_input("x", "a matrix with positive entries, which are hidden and predicted",
               "zeros alone", "No weight is better than another for them: use none.")
  }
  rank <- check_count(rank, "rank", 1, min(dim(data$x)))
  labels <- check_sample_labels(labels, data$x)
  options <- list(loss = loss, error = rank_error(loss), weights = weights,
                  control = check_control(control))
  options$solver <- check_weighed(weigh, lambda, data, loss, solver, options$control)
  masks <- check_count(masks, "masks", 2)
  fraction <- check_fraction(fraction, data)
  told <- list(labels = labels, stability = check_flag(stability, "stability"))
  owner <- lambda_owner(rank, weigh, masks, fraction, options, told)
  folder <- open_search_folder(lambda_store, folder, owner, data, weights)
  stream <- list("select_rank", search_number(folder))
  options$model_loss <- settled_loss(loss, data, rank, options, stream)
  search <- new_search(data, masks, fraction, options, stream)
  found <- search_lambdas(search, rank, weigh, lambda, told, folder)
  new_lambda_choice(found, search, rank, weigh, short_call(match.call(), "select_lambda"))
}

new_lambda_choice <- function(found, search, rank, weigh, call) {
  table <- found$table
  best <- which.min(table$error)
  structure(c(
    list(lambda = table$lambda[[best]], penalty = weigh(table$lambda[[best]]),
         near = table$lambda[table$near %in% TRUE],
         stable = if (!is.null(table$stable)) min(table$lambda[table$stable %in% TRUE]),
         reason = judge_lambda(table), lambdas = table),
    list(rank = rank, loss = loss_text(search$options$loss), masks = length(search$masks),
         hidden = hidden_counts(search$masks), stopped = found$stopped, call = call)),
    class = "lambda_choice")
}

# The reason for the choice, as a sentence for print() and the plot.
judge_lambda <- function(table) {
  best <- which.min(table$error)
  none <- match(0, table$lambda)
  last <- max(table$lambda)
  gain <- 1 - table$error[[best]] / table$error[none]
  if (table$lambda[[best]] == 0) return("none of the weights tried predicts better than no penalty")
  if (isTRUE(table$near[none])) return("no weight predicts clearly better than no penalty")
  paste0(if (is.na(gain)) "hidden entries are predicted best"
         else paste(percent(gain), "less error at hidden entries than without the penalty"),
         if (table$lambda[[best]] == last) "; the error still falls at the largest weight")
}

#' @export
print.lambda_choice <- function(x, ...) {
  chosen <- x$lambdas[match(x$lambda, x$lambdas$lambda), ]
  writeLines(c(strwrap(paste0("lambda ", format(x$lambda), ": ", x$reason), 90L, exdent = 2L),
    paste0("  within one standard error: ", toString(x$near)),
    paste0("  the penalty's share of the objective: ", percent(chosen$share)),
    stability_lines(x),
    paste0("  ", nrow(x$lambdas), " weights at rank ", x$rank, " with ", x$masks, " masks of ",
           format(sum(x$hidden), digits = 3L), " entries"),
    if (any(!is.na(x$lambdas$failed))) paste0("  failed: lambda ", toString(
      x$lambdas$lambda[!is.na(x$lambdas$failed)]), "; see $lambdas$failed"),
    if (x$stopped) "  interrupted: only the weights tried until then are here"))
  invisible(x)
}

# A penalty that carries no information about the data makes clusters unstable at moderate weights,
# before it dictates them at large ones.
stability_lines <- function(x) {
  if (is.null(x$stable)) return(NULL)
  table <- x$lambdas[x$lambdas$lambda < x$stable, ]
  fallen <- which(table$stability < table$stability[1L] - stability_fall)
  c(paste0("  smallest weight whose clusters are as stable as any others: ", format(x$stable)),
    if (length(fallen)) paste0(
      "  but at ", format(table$lambda[[fallen[[1L]]]]), " they are less stable than at ",
      format(table$lambda[[1L]]), ": the penalty may say nothing about them"))
}

# On the real data of the help page the largest fall was .03; with a graph of random samples, .21.
stability_fall <- 0.1

#' @rdname select_lambda
#' @param row.names,optional Not used.
#' @export
as.data.frame.lambda_choice <- function(x, row.names = NULL, # nolint: base R's name
                                        optional = FALSE, ...) x$lambdas
