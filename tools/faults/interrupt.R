# Rscript tools/faults/interrupt.R COUNT SEED PART PARTS
# Sends SIGINT at random moments into every verb, COUNT times each, at realistic sizes. A verb
# must stop within `allowed` seconds of the signal (of the clock or, on a busy machine, of its own
# processor time), leave nothing in memory, the user's objects and the generator of random numbers
# as they were, and work as before.

home <- dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(home, "common.R"))
count <- as.integer(arguments[[1L]])
seed <- as.integer(arguments[[2L]])
part <- as.integer(arguments[[3L]])
parts <- as.integer(arguments[[4L]])
allowed <- 0.5

# -- What is interrupted --------------------------------------------------------------------
set.seed(seed)
pictures <- function(features, samples) {
  w <- matrix(stats::rexp(features * 12), features)
  w %*% matrix(stats::rexp(12 * samples), 12) + matrix(stats::runif(features * samples), features)
}
x <- pictures(784, 6000)
counts <- Matrix::rsparsematrix(2000, 20000, 0.02, rand.x = function(n) stats::rpois(n, 3) + 1)
many <- nmf_control(max_iter = 1e6, tol = 0)
few <- nmf_control(max_iter = 3, tol = 0)
nearest <- knn_graph(x[, 1:2000])
fit <- nmf(x[, 1:500], 20, control = few)
fit_kl <- nmf(x[, 1:500], 20, loss = "kl", control = few)
split <- split_tasks(x, n_tasks = 5, task_size = 50)
h <- matrix(stats::rexp(18 * 6000), 18)
pixels <- list(digits = digits)

# Each as the call that is interrupted and a small one of the same kind that tells whether the
# session is sound. `exact`: the generator must be where it was.
small <- x[1:40, 1:60]
short <- nmf_control(max_iter = 20, tol = 0)
small_fit <- nmf(small, 3, control = short)
small_kl <- nmf(small, 3, loss = "kl", control = short)
verb <- function(long, again, exact = FALSE) {
  list(long = substitute(long), again = substitute(again), exact = exact)
}
# Searches and runs keep what they had when they were interrupted.
kept <- function(code) {
  stopped <- tryCatch(isTRUE(code$stopped), metanmf_interrupted = function(condition) TRUE)
  if (stopped) stop(structure(list(), class = c("interrupt", "condition")))
}
verbs <- list(
  "nmf mu" = verb(nmf(x, 20, solver = "mu", control = many),
                  nmf(small, 3, solver = "mu", control = short)),
  "nmf hals" = verb(nmf(x, 20, solver = "hals", control = many),
                    nmf(small, 3, solver = "hals", control = short)),
  "nmf bpp" = verb(nmf(x, 20, solver = "bpp", control = many),
                   nmf(small, 3, solver = "bpp", control = short)),
  "nmf kl" = verb(nmf(x, 20, loss = "kl", control = many),
                  nmf(small, 3, loss = "kl", control = short)),
  "nmf sparse" = verb(nmf(counts, 20, control = many),
                      nmf(counts[1:50, 1:80], 3, control = short)),
  "nmf n_start" = verb(nmf(x, 20, n_start = 50, control = nmf_control(max_iter = 10, tol = 0)),
                       nmf(small, 3, n_start = 3, control = short)),
  "gnmf" = verb(gnmf(x[, 1:2000], 20, graph = nearest, control = many),
                gnmf(small, 3, control = short)),
  "meta_nmf" = verb(meta_nmf(split, 10, control = meta_control(epochs = 1e5)),
                    meta_nmf(list(tasks = list(small[, 1:20]), target = small), 3,
                             control = meta_control(epochs = 2))),
  "adapt" = verb(adapt(fit, x, max_iter = 1e6), adapt(small_fit, small, max_iter = 5)),
  "predict" = verb(predict(fit, x), predict(small_fit, small)),
  "predict kl" = verb(predict(fit_kl, x), predict(small_kl, small)),
  "knn_graph" = verb(knn_graph(x, weighting = "cosine"), knn_graph(small)),
  "rbf_graph" = verb(rbf_graph(x, sigma = 30), rbf_graph(small, sigma = 30)),
  # Large enough to load the functions that the long call uses: R 4.2 breaks a function of its own
  # for the session where two interrupts fall into its first, lazy loading.
  "init_nndsvd" = verb(init_nndsvd(x, 20, "nndsvdar"),
                       init_nndsvd(x[1:200, 1:300], 3, "nndsvdar")),
  "cluster_samples" = verb(cluster_samples(h, 10, n_start = 100), cluster_samples(small, 3)),
  "select_rank" = verb(kept(select_rank(x[, 1:600], masks = 3)),
                       select_rank(small, 1:2, masks = 2, labels = rep(1:2, 30))$ranks),
  "select_lambda" = verb(kept(select_lambda(x[, 1:600], 10, penalty_ridge(), masks = 3)),
                         select_lambda(small, 2, penalty_ridge(), c(0, 1), masks = 2)$lambdas),
  "consensus_nmf" = verb(kept(suppressMessages(consensus_nmf(x, 20, n_start = 50))),
                         consensus_nmf(small, 3, n_start = 4, control = short)$w),
  "bootstrap_nmf" = verb(kept(bootstrap_nmf(fit, x[, 1:500])),
                         bootstrap_nmf(small_fit, small, draws = 20)$lower),
  "experiment" = verb(
    experiment(pixels, "GNMF-NNDSVD", ranks = c(5, 14), seeds = 1:3),
    experiment(list(own = list(x = small, labels = rep(1:2, 30))), "NMF", ranks = 3, noise = 0.1,
               seeds = 1, variants = c("baseline", "meta"),
               protocol = experiment_protocol(n_tasks = 2, task_size = 10,
                                              control = meta_control(epochs = 1)))[1:8],
    exact = TRUE)
)

# -- How ------------------------------------------------------------------------------------
# A helper interrupts this process `delay` seconds after it was told so. It writes the moment, and
# the processor time spent until then in hundredths, to a file first.
moment <- tempfile("moment")
helper <- pipe(paste("bash -c", shQuote(sprintf(
  "while read -r delay; do sleep $delay; read -r -a stat </proc/%d/stat
   echo $EPOCHREALTIME $((stat[13] + stat[14])) >'%s'; kill -INT %d; done",
  Sys.getpid(), moment, Sys.getpid()
))), "w")
interrupt_after <- function(delay) {
  unlink(moment)
  writeLines(sprintf("%.4f", delay), helper)
  flush(helper)
}

now <- function() c(as.numeric(Sys.time()), sum(proc.time()[1:2]))

# One interrupt: seconds from the signal to the return, and whether it arrived in the call.
interrupt_once <- function(call, delay) {
  returned <- NULL
  caught <- tryCatch({
    interrupt_after(delay)
    eval(call, globalenv())
    returned <- now()
    repeat file.exists(moment)
  }, interrupt = function(condition) is.null(returned), error = conditionMessage)
  back <- if (is.null(returned)) now() else returned
  # After an error the signal is still to come.
  if (is.character(caught)) tryCatch(Sys.sleep(1), interrupt = identity)
  while (!file.exists(moment)) Sys.sleep(0.01)
  sent <- scan(moment, quiet = TRUE) / c(1, 100)
  list(late = max(0, min(back - sent)), caught = caught)
}

used <- function() {
  for (i in 1:3) sizes <- gc()
  sum(sizes[, 2L]) # MB of cells and vectors
}
deep_copy <- function(value) unserialize(serialize(value, NULL))
objects <- c("x", "counts", "nearest", "fit", "fit_kl", "split", "h", "pixels", "small",
             "small_fit", "small_kl")

# Faults of one verb, as lines; its summary as attribute.
probe <- function(verb, delays) {
  faults <- character()
  again <- function() {
    set.seed(5)
    eval(verb$again, globalenv())
  }
  before <- again()
  copies <- lapply(mget(objects, globalenv()), deep_copy)
  late <- caught <- numeric()
  for (i in seq_along(delays)) {
    set.seed(i)
    random <- .Random.seed
    one <- interrupt_once(verb$long, delays[[i]])
    late[[i]] <- one$late
    caught[[i]] <- isTRUE(one$caught)
    if (is.character(one$caught)) faults <- c(faults, paste("an error:", one$caught))
    if (one$late > allowed) {
      faults <- c(faults, sprintf("after %.3f s: stopped %.2f s late", delays[[i]], one$late))
    }
    if (verb$exact && !identical(.Random.seed, random)) {
      faults <- c(faults, sprintf("after %.3f s: another state of the generator", delays[[i]]))
    }
    if (!isTRUE(is.finite(stats::runif(1L)))) faults <- c(faults, "the generator is broken")
    if (!identical(again(), before)) faults <- c(faults, "another result than before")
    rm(one)
    # The first ones load code.
    if (i == length(delays) %/% 2L) start <- used()
  }
  grown <- if (length(delays) > 3L) used() - start else 0
  # A leak grows again with as many interrupts; code that R compiled late does not.
  if (grown > 1.5) {
    start <- used()
    for (delay in delays) interrupt_once(verb$long, delay)
    grown <- used() - start
  }
  if (grown > 1.5) faults <- c(faults, sprintf("R's memory grew by %.1f MB", grown))
  changed <- objects[!mapply(identical, copies, mget(objects, globalenv()))]
  if (length(changed)) faults <- c(faults, paste("changed:", toString(changed)))
  structure(faults, summary = sprintf(
    "%d of %d interrupts inside the call, stopped within %.2f s, %+.1f MB",
    sum(caught), length(delays), max(late), grown
  ))
}

for (i in seq(part, length(verbs), by = parts)) {
  set.seed(1000 * seed + i)
  delays <- exp(stats::runif(count, log(0.005), log(0.4)))
  found <- probe(verbs[[i]], delays)
  report(paste0("Ctrl-C ", names(verbs)[[i]], ":"), attr(found, "summary"), c(found), seed)
}
finish()
