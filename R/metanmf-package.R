#' metanmf: non-negative matrix factorisation with graphs and learned starts
#'
#' Factorises a non-negative m x n matrix X, features in rows and samples in columns, into
#' non-negative W (m x r, the basis) and H (r x n, the coefficients): X is about W H.
#'
#' @section Factorise:
#' [nmf()] fits, by least squares or another loss ([beta_loss()], [nb_loss()]); [basis()],
#' [coef()][coef.nmf_fit()] and [predict()][predict.nmf_fit()] read the fit. [nmf_control()] holds
#' the stop rules and the scaling. Starts are [init_random()], [init_kmeans()], [init_nndsvd()] or
#' `n_start` of them. Missing values, weights and sparse matrices are arguments of [nmf()];
#' [data_matrices] says what may be given as X.
#'
#' @section Where to begin:
#' - `vignette("getting-started", "metanmf")`: from a table to components, clusters and pictures
#' - `vignette("choosing-the-rank", "metanmf")`: how many components, and how sure an answer is
#' - `vignette("counts", "metanmf")`: genes and cells
#' - `vignette("text", "metanmf")`: documents and topics
#' - `vignette("spectra-and-images", "metanmf")`: known spectra, smoothness, missing pixels
#' - `vignette("coming-from", "metanmf")`: the calls of NMF, RcppML, scikit-learn and topicmodels
#' - [metanmf-glossary]: what the words that are printed mean
#' - `vignette("what-meta-learning-buys", "metanmf")`: the thesis' hypotheses, with its tables and
#'   figures in `"thesis-tables"` and `"thesis-figures"`
#'
#' @section Penalties:
#' `nmf(x, rank, penalty = )` takes one, or a list of them, for W, H or both:
#' [penalty_sparse()], [penalty_ridge()], [penalty_smooth()], [penalty_orthogonal()] and
#' [penalty_graph()]. `constraint = ` makes columns of H sum to one, or gives W and H largest
#' values: [constraints].
#'
#' @section Graphs:
#' [gnmf()] makes samples that are neighbours alike: in [knn_graph()], [rbf_graph()], or in a
#' graph of your own. It is the model to begin with when the samples are to be clustered.
#'
#' @section Meta-learning:
#' [split_tasks()] draws small tasks and a target, [meta_nmf()] and [meta_gnmf()] learn a basis
#' over them, and [adapt()] carries it to new data. [meta_control()] holds the options.
#'
#' @section Choose and judge:
#' [plot()][plot.nmf_fit()] draws a fit, [top_features()] lists what its components stand for, and
#' `coef(fit, type = "proportion")` how samples divide among them.
#'
#' [select_rank()] says how many components the data support, [select_lambda()] how much a penalty
#' should weigh to predict well.
#'
#' [runs()] and [consensus()] compare the runs of a fit, its components and its clusters;
#' [consensus_nmf()] makes a basis of what many runs agree on. [bootstrap_nmf()] gives intervals for
#' the coefficients of samples.
#'
#' [cluster_samples()] makes clusters of a fit; [nmi()], [ari()], [purity()] and
#' [clustering_accuracy()] compare them with labels. [match_components()] and [basis_stability()]
#' compare bases.
#' [basis_measures()] and [plot_basis()] say what components look like.
#'
#' @section Tidy data:
#' [as.data.frame()][as.data.frame.nmf_fit()] makes data frames of the factors;
#' [tidy()][tidy.nmf_fit()], [glance()][tidy.nmf_fit()] and [augment()][tidy.nmf_fit()] are those
#' of the packages generics and broom, [autoplot()][autoplot.nmf_fit()] is that of ggplot2, and
#' [step_nmf()] is a step of a recipe of tidymodels.
#'
#' @section Experiments of the thesis:
#' [experiment()] runs its models under its protocol ([experiment_protocol()]) on its data
#' ([load_dataset()]); [compare_variants()], [thesis_table()] and [plot_epoch()] show the
#' results, [experiment_fit()] gives the fit behind a row.
#'
#' @section Options:
#' Read by `getOption()`, all unset by default:
#' - `metanmf.progress`: `FALSE` for no progress bars, `TRUE` for bars in scripts as well; by
#'   default they are shown in interactive sessions alone.
#' - `metanmf.instructions`: the instruction set of the native code, `"plain"`, `"sse2"`,
#'   `"avx2"` or `"avx512"`; by default the widest that the processor has.
#' - `metanmf.job_seconds`: how long a job of [experiment()] on a mirai daemon may take.
#' - `metanmf.data`: the folder of downloaded data sets; `metanmf.download`: `TRUE` or `FALSE`
#'   in the place of the question whether to download, see [load_dataset()].
#'
#' @section Errors:
#' What the package refuses is an error of class `metanmf_error`, which names the argument, what
#' was given, what is expected and, where there is one, the call that works.
"_PACKAGE"

#' Words of this package
#'
#' What printed words and names of arguments mean, in alphabetical order. X is the data, m features
#' in rows and n samples in columns; W and H are the fit.
#'
#' - **author, thesis**: presets of [nmf_control()]: the rules of a thesis' text, and those of
#'   its published code.
#' - **backend**: the code that computes products: `"native"` by the package's own C code,
#'   `"blas"` by the BLAS of R.
#' - **basis, coefficients**: W (m x r) and H (r x n): `basis()` and `coef()`.
#' - **baseline**: of an experiment: the evaluation half alone, 100 iterations.
#' - **bpp, hals, mu**: solvers of [nmf()]: block principal pivoting, coordinate descent
#'   ("hierarchical alternating least squares"), multiplicative updates.
#' - **component**: column k of W with row k of H: a topic, a programme, a spectrum, a stroke.
#' - **converged**: the last iterations lowered the objective by next to nothing, and `kkt` is
#'   small; another start may still end lower.
#' - **dead**: of a component: it adds nothing to W H.
#' - **deviance**: what the fit misses of the data: the objective without its penalties.
#' - **epoch**: of [meta_nmf()]: one round of fits of all tasks and the target.
#' - **explained deviance**: 1 minus the deviance over that of one mean for all entries.
#' - **known**: components that are given and stay as they are.
#' - **kkt**: how far a fit is from the conditions for a minimum, relative to the objective: 0
#'   at one.
#' - **lambda**: the weight of a penalty.
#' - **mask**: the entries that [select_rank()] and [select_lambda()] hide at a time; `missing =
#'   "mask"` leaves `NA` out of the fit.
#' - **meta**: of an experiment: a basis learned over tasks, and then the evaluation half from
#'   it.
#' - **objective**: what a fit lowers: the deviance plus the penalties, `objective()`.
#' - **plain_long**: of an experiment: the baseline with as many iterations as meta has in all.
#' - **plain_matched**: of an experiment: a plain fit of the learning half, without tasks, with
#'   as many iterations as meta, and then the evaluation half from it.
#' - **proportion**: of a component in a sample: its share of the sample's fitted total.
#' - **rank, r**: the number of components.
#' - **raw, scale-invariant**: forms of a penalty: on a factor as it is, as published, or
#'   unchanged when W shrinks and H grows.
#' - **run, start**: a fit from one start; `n_start` makes several and keeps the best.
#' - **simplex**: of coefficients: those of each sample sum to 1.
#' - **specific**: of a feature: frequent in one component and rare in the others (FREX), see
#'   [top_features()].
#' - **task, target**: of [split_tasks()]: small parts of the learning half, and what is left of
#'   it.
#' - **trace**: the objective after each iteration.
#' - **unobserved**: a sample or feature without any observed entry: `NA` in the fit.
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
