#' metanmf: non-negative matrix factorisation with graphs and learned starts
#'
#' Approximates a non-negative matrix X by a product W H of two smaller non-negative matrices. X is
#' m x n, with features in rows and samples in columns. W is m x r and holds r components, such as
#' topics, gene programmes, spectra or strokes. H is r x n and says how much of each component every
#' sample holds. The data can be sparse, incomplete, weighted or larger than memory.
#'
#' @section Where to begin:
#' - `vignette("getting-started", "metanmf")`: from a table to components, clusters and pictures
#' - `vignette("choosing-the-rank", "metanmf")`: how many components, and how sure an answer is
#' - `vignette("counts", "metanmf")`: genes and cells
#' - `vignette("text", "metanmf")`: documents and topics
#' - `vignette("spectra-and-images", "metanmf")`: known spectra, smoothness, missing pixels
#' - `vignette("coming-from", "metanmf")`: the calls of NMF, RcppML, scikit-learn and topicmodels
#' - `vignette("learning-across-studies", "metanmf")`: what batches, instruments or studies share,
#'   and what each adds
#' - `vignette("large-data", "metanmf")`: data larger than memory, streams, several machines
#' - `vignette("what-meta-learning-buys", "metanmf")`: the hypotheses of a thesis tested, with its
#'   tables and figures in `"thesis-tables"` and `"thesis-figures"`
#' - `vignette("algorithms", "metanmf")`: each equation, and the argument that asks for it
#' - [metanmf-glossary]: what the words mean that are printed
#'
#' @section Which function for what:
#' - A matrix, a data frame or a container of another package: [nmf()], [data_matrices].
#' - Data larger than memory: [block_source()].
#' - Very many samples, and samples that keep coming: [solver_online()], [add_samples()].
#' - Counts, or positive data with relative errors: `loss` of [nmf()], [nb_loss()], [beta_loss()].
#' - Missing entries, ratings and weights: `missing` and `weights` of [nmf()].
#' - Components that are known already: `known` of [nmf()], [as_nmf()].
#' - The number of components: [select_rank()].
#' - The features that mark a component, or the words of a topic: [top_features()].
#' - Heat maps, profiles, images, the course of a fit: [plot()][plot.nmf_fit()], [plot_basis()].
#' - The shares of the components in each sample: `coef(fit, type = "proportion")`.
#' - New samples: [predict()][predict.nmf_fit()]; [adapt()] lets the basis move.
#' - Clusters of samples: [gnmf()], [cluster_samples()].
#' - How far a result depends on the start: [runs()], [consensus()], [consensus_nmf()].
#' - How sure a coefficient is: [bootstrap_nmf()].
#' - Data frames, ggplot2 and tidymodels: [as.data.frame()][as.data.frame.nmf_fit()],
#'   [tidy()][tidy.nmf_fit()], [autoplot()][autoplot.nmf_fit()], [step_nmf()].
#' - What several batches, instruments or studies share: [group_nmf()], [inmf()],
#'   [choose_private()], [add_task()], [task_weights]; nuisance to try it on: [add_nuisance()].
#' - A basis learned from many small sets: [meta_nmf()], [meta_gnmf()].
#'
#' @section Fit:
#' [nmf()] fits by least squares or another loss. [basis()], [coef()][coef.nmf_fit()],
#' [fitted()][fitted.nmf_fit()] and [summary()][summary.nmf_fit()] read the fit, and
#' [update()][update.nmf_fit()] changes it. [nmf_control()] holds the stop rules and the scaling.
#' A start comes from [init_random()], [init_kmeans()] or [init_nndsvd()]; `n_start` tries several.
#'
#' @section Penalties and constraints:
#' `nmf(x, rank, penalty = )` takes a penalty, or a list of them, on W, H or both:
#' [penalty_sparse()], [penalty_ridge()], [penalty_smooth()], [penalty_orthogonal()] and
#' [penalty_graph()]. [select_lambda()] says how much one should weigh. The argument `constraint`
#' makes the columns of H sum to one, or bounds the entries of W and H: see [constraints].
#'
#' @section Graphs:
#' [gnmf()] gives samples that are neighbours similar coefficients. The graph is made by
#' [knn_graph()] or [rbf_graph()], or is one of your own. Begin with this model when samples are to
#' be clustered.
#'
#' @section Compare and judge:
#' [nmi()], [ari()], [purity()] and [clustering_accuracy()] compare clusters with labels.
#' [match_components()] and [basis_stability()] compare bases. [basis_measures()] and [plot_basis()]
#' say what components look like. [logLik()][logLik.nmf_fit()] gives the likelihood behind a loss.
#'
#' @section Meta-learning and the thesis:
#' [split_tasks()] draws small tasks and a target, [meta_nmf()] and [meta_gnmf()] learn a basis from
#' them, and [adapt()] carries it to new data. [meta_control()] holds the options.
#'
#' [experiment()] runs the models of a thesis under its protocol ([experiment_protocol()]) on its
#' data ([load_dataset()]). [compare_variants()], [thesis_table()] and [plot_epoch()] show the
#' results, and [experiment_fit()] gives the fit behind a row.
#'
#' @section Options:
#' They are set by [options()] and unset by default:
#' - `metanmf.progress`: `FALSE` shows no progress bars and `TRUE` shows them in scripts as well. By
#'   default only interactive sessions show them.
#' - `metanmf.instructions`: the instruction set of the native code, `"plain"`, `"sse2"`, `"avx2"`
#'   or `"avx512"`. By default it is the widest that the processor has.
#' - `metanmf.job_seconds`: how long a job of [experiment()] on a mirai daemon may take.
#' - `metanmf.data`: the folder of downloaded data sets.
#' - `metanmf.download`: `TRUE` or `FALSE` answers the question whether to download, see
#'   [load_dataset()].
#'
#' @section Errors:
#' Bad input raises an error of class `metanmf_error`. It names the argument, what is expected and
#' what was given, and where possible the call that works.
"_PACKAGE"

#' Words of this package
#'
#' What the words mean that are printed or are names of arguments, in alphabetical order. X is the
#' data, with m features in rows and n samples in columns; W (m x r) and H (r x n) are the fit.
#'
#' - **about, determined, not determined, one**: verdicts of [select_rank()]. Two answers differ by
#'   one; they are the same; they differ by more, or the error falls to the end; no further
#'   component helps to predict.
#' - **author**: the preset of [nmf_control()] that follows the published code of a thesis.
#' - **backend**: the code that computes products. `"native"` is the package's own C code and
#'   `"blas"` the BLAS of R.
#' - **baseline**: in an experiment, a plain fit of the evaluation half alone, 100 iterations.
#' - **basis**: W, which `basis()` returns. Its columns are the components.
#' - **beta**: the beta-divergence as a loss, see [beta_loss()].
#' - **block, source**: a source ([block_source()]) is data that are read in blocks of columns, from
#'   files or a function, so that they may be larger than memory.
#' - **bpp**: the solver block principal pivoting, see [nmf()].
#' - **ccd**: the solver cyclic coordinate descent, for counts, see [solver_ccd].
#' - **cg**: the solver conjugate gradients, for graphs, see [penalty_graph()].
#' - **coefficients**: H, which `coef()` returns. Column j says how much of each component sample j
#'   holds.
#' - **component**: column k of W together with row k of H, such as a topic, a gene programme, a
#'   spectrum or a stroke. Unnamed components are called `c1`, `c2` and so on.
#' - **consensus**: of two samples, the share of runs that put them into the same cluster, see
#'   [consensus()].
#' - **converged**: a stop rule was met, by default this one: the last iteration hardly lowered the
#'   objective, and `kkt` is small. Another start may still end lower.
#' - **cophenetic correlation, silhouette**: how clearly a consensus falls into clusters, see
#'   [consensus()].
#' - **dead**: a component that adds nothing to W H, because its column of W or its row of H is 0.
#' - **deviance**: how far the fit is from the data: the loss without the penalties, on the scale
#'   of a likelihood, see [deviance()].
#' - **dispersion**: of a consensus, how near its shares are to 0 and 1, see [consensus()]. Of
#'   counts, how much they vary beyond Poisson counts, see [nb_loss()].
#' - **epoch**: in [meta_nmf()], one round of fits of all tasks and the target.
#' - **explained deviance**: 1 minus the deviance divided by that of a model with one mean for all
#'   entries. It is 1 for a perfect fit.
#' - **frobenius**: least squares as a loss, the sum of squared differences between X and W H.
#' - **given**: a start that the caller gave, as two matrices or as another fit.
#' - **graph, orthogonal, ridge, smooth, sparse**: kinds of penalties, see [penalties] and
#'   [penalty_graph()].
#' - **hals**: the solver coordinate descent ("hierarchical alternating least squares"), see
#'   [nmf()].
#' - **is**: the Itakura-Saito divergence as a loss, for positive data with relative errors.
#' - **kkt**: the residual of the Karush-Kuhn-Tucker conditions for a minimum, relative to the
#'   objective. It is 0 at a stationary point, see [nmf_control()].
#' - **kl**: the Kullback-Leibler divergence as a loss, for counts.
#' - **kmeans, nndsvd, nndsvda, nndsvdar, random**: starts, see [init_kmeans()], [init_nndsvd()] and
#'   [init_random()].
#' - **known**: components that are given and stay as they are.
#' - **lambda**: the weight of a penalty.
#' - **learned**: of a basis, fitted to other data than those it is then used for.
#' - **loto**: weights of tasks by leaving out one task after the other, see [task_weights].
#' - **mask**: a set of entries that [select_rank()] and [select_lambda()] hide at one time.
#'   `missing = "mask"` leaves entries that are `NA` out of a fit.
#' - **medoid**: the run whose basis agrees best with those of all other runs, on average.
#' - **meta**: in an experiment, a basis learned from tasks, and then a fit of the evaluation half
#'   that starts from it.
#' - **mu**: the solver multiplicative updates, see [nmf()].
#' - **nb**: the negative binomial as a loss, for over-dispersed counts, see [nb_loss()].
#' - **objective**: what a fit lowers: the loss plus the penalties. `objective()` returns it, and
#'   equations call it F.
#' - **online**: the solver by mini-batches, see [solver_online()].
#' - **outlier**: an entry so far above all others that [select_rank()] sets it aside.
#' - **pass**: one reading of all data.
#' - **plain_long**: in an experiment, the baseline with as many iterations as meta has in all.
#' - **plain_matched**: in an experiment, a plain fit of the learning half, without tasks, with as
#'   many iterations as meta, and then a fit of the evaluation half that starts from it.
#' - **private**: of a component, that only one batch or task has it, see [group_nmf()].
#' - **proportion**: the share of a component in a sample's fitted total.
#' - **rank, r**: the number of components.
#' - **raw**: the published form of a penalty, on a factor as it is. It changes when W shrinks and H
#'   grows.
#' - **run, start**: a run is the fit from one start. `n_start` makes several and keeps the best.
#' - **scale-invariant**: the default form of a penalty. It does not change when W shrinks and H
#'   grows.
#' - **share**: the size of one component's product w_k h_k, relative to the sum of these sizes.
#' - **simplex**: the constraint that the coefficients of each sample sum to 1.
#' - **specific**: of a feature, frequent in one component and rare in the others (FREX), see
#'   [top_features()].
#' - **spectrum, spectral count**: in [select_rank()], the singular values of the data, and how many
#'   of them are above what noise alone reaches.
#' - **stability**: the mean cosine between a component and its partners in other runs, see
#'   [runs()].
#' - **target**: in [split_tasks()], what is left of the learning half after the tasks are drawn.
#' - **task**: in [split_tasks()], a small set of samples from the learning half.
#' - **thesis**: the preset of [nmf_control()] that follows the text of a thesis.
#' - **trace**: the objective after each iteration.
#' - **unobserved**: a sample or feature without any observed entry. It is `NA` in the fit.
#'
#' @name metanmf-glossary
#' @aliases glossary
#' @seealso [metanmf-package], [nmf_fit] for the fields of a fit.
NULL

# Facts about this process, which are the only state that the package has in R.
process <- new.env(parent = emptyenv())

# nocov start: covr begins to count after it has run
.onLoad <- function(libname, pkgname) {
  process$id <- Sys.getpid()
  # Cached, because looking it up takes longer than a small fit.
  process$version <- as.character(utils::packageVersion(pkgname, lib.loc = libname))
  answer_other_packages()
}
# nocov end

# In a forked child OpenMP's threads can deadlock, so one thread is used; the result is the same.
forked <- function() !identical(Sys.getpid(), process$id)
