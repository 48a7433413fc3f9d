# Who takes part: this package, plain R, and the peers that are installed. A contender is
# list(name, package, update, sparse, fit): `fit(problem, iterations)` returns list(w, h);
# `update` is "mu" when its iteration is the textbook one; a contender of scikit-learn has
# `python`, the name of its solver, in the place of `fit`. A problem is list(x, r, start).

contender <- function(name, package, fit, update = "other", sparse = TRUE, dense = TRUE,
                      python = NULL) {
  list(name = name, package = package, fit = fit, update = update, sparse = sparse,
       dense = dense, python = python)
}

# The textbook updates in R's own products, the cheaper way round. The small number keeps
# rows of zeros from becoming NaN.
plain_mu <- function(x, w, h, iterations) {
  for (i in seq_len(iterations)) {
    h <- h * crossprod(w, x) / (crossprod(w) %*% h + 1e-16)
    w <- w * tcrossprod(x, h) / (w %*% tcrossprod(h) + 1e-16)
  }
  list(w = w, h = h)
}

# The same for a dgCMatrix, whose products with a tall matrix are the fast ones.
plain_mu_sparse <- function(x, w, h, iterations) {
  for (i in seq_len(iterations)) {
    h <- h * t(as.matrix(Matrix::crossprod(x, w))) / (crossprod(w) %*% h + 1e-16)
    w <- w * as.matrix(x %*% t(h)) / (w %*% tcrossprod(h) + 1e-16)
  }
  list(w = w, h = h)
}

own_contenders <- function() {
  lapply(solvers_offered(), function(solver) {
    fit <- function(problem, iterations) {
      own_fit(problem$x, problem$start, iterations, solver = solver)
    }
    contender(paste("metanmf", solver), "metanmf", fit, if (solver == "mu") "mu" else "other")
  })
}

plain_contenders <- function() {
  fit <- function(problem, iterations) {
    plain <- if (is.matrix(problem$x)) plain_mu else plain_mu_sparse
    plain(problem$x, problem$start$w, problem$start$h, iterations)
  }
  list(contender("R one-liners", "base", fit, "mu"))
}

# NMF refuses rows of zeros, so they are left out for it. `stop` is the number of
# iterations: the default rule of "lee" costs more than the iterations. "lee" with
# rescale = FALSE is the textbook update to 1e-10.
nmf_contenders <- function() {
  fit <- function(method) function(problem, iterations) {
    kept <- rowSums(problem$x) > 0
    start <- NMF::nmfModel(W = problem$start$w[kept, ], H = problem$start$h)
    arguments <- list(problem$x[kept, ], problem$r, method = method, seed = start)
    arguments <- c(arguments, if (method == "lee") list(.stop = as.integer(iterations)) else
      list(maxIter = as.integer(iterations)))
    found <- do.call(NMF::nmf, arguments)
    w <- problem$start$w * 0
    w[kept, ] <- NMF::basis(found)
    list(w = w, h = NMF::coef(found))
  }
  list(contender("NMF lee", "NMF", fit("lee"), "mu", sparse = FALSE),
       contender("NMF snmf/r", "NMF", fit("snmf/r"), sparse = FALSE))
}

# Takes no start, only a seed. A tolerance of zero runs all iterations.
rcppml_contenders <- function() {
  fit <- function(problem, iterations) {
    RcppML::setRcppMLthreads(1)
    found <- RcppML::nmf(problem$x, problem$r, tol = 0, maxit = iterations, verbose = FALSE,
                         seed = 1)
    list(w = found$w, h = found$d * found$h)
  }
  list(contender("RcppML", "RcppML", fit))
}

# Its "mu" ends at a worse fit than the textbook's, so it is timed by iteration only.
rcppplanc_contenders <- function() {
  lapply(c("mu", "hals", "anlsbpp", "admm"), function(method) {
    fit <- function(problem, iterations) {
      sink(nullfile())
      on.exit(sink())
      found <- RcppPlanc::nmf(problem$x, as.integer(problem$r), as.integer(iterations), method,
                              1L, problem$start$w, t(problem$start$h))
      list(w = found$W, h = t(found$H))
    }
    contender(paste("RcppPlanc", method), "RcppPlanc", fit,
              if (method == "mu") "mu only" else "other")
  })
}

nnlm_contenders <- function() {
  fit <- function(method, inner) function(problem, iterations) {
    found <- NNLM::nnmf(problem$x, problem$r, method = method, max.iter = iterations,
                        rel.tol = 0, inner.max.iter = inner, n.threads = 1, verbose = 0,
                        show.warning = FALSE, trace = iterations + 1,
                        init = list(W = problem$start$w, H = problem$start$h))
    list(w = found$W, h = found$H)
  }
  list(contender("NNLM lee", "NNLM", fit("lee", 1), "mu", sparse = FALSE),
       contender("NNLM scd 5", "NNLM", fit("scd", 5), sparse = FALSE),
       contender("NNLM scd 50", "NNLM", fit("scd", 50), sparse = FALSE))
}

sklearn_contenders <- function() {
  list(contender("sklearn mu", "scikit-learn", NULL, "mu", python = "mu"),
       contender("sklearn cd", "scikit-learn", NULL, python = "cd"))
}

# A python with scikit-learn, or "". The one of --python= before any other.
find_python <- function() {
  tried <- unique(c(bench_option("python"), Sys.which("python3"), "/usr/bin/python3"))
  for (python in tried[nzchar(tried)]) {
    if (suppressWarnings(system2(python, c("-c", shQuote("import sklearn")), stdout = FALSE,
                                 stderr = FALSE)) == 0) return(python)
  }
  ""
}

all_contenders <- function() {
  c(own_contenders(), plain_contenders(), sklearn_contenders(), rcppml_contenders(),
    rcppplanc_contenders(), nnlm_contenders(), nmf_contenders())
}

# Those of --peers=PACKAGE,... that are installed; says who is missing.
present_contenders <- function(sparse = FALSE, quiet = FALSE) {
  all <- all_contenders()
  all <- all[vapply(all, function(one) one$dense && !sparse || one$sparse && sparse, NA)]
  packages <- unique(vapply(all, `[[`, "", "package"))
  packages <- intersect(packages, c("metanmf", bench_names("peers", packages)))
  versions <- vapply(packages, package_version_of, "")
  if (!quiet) {
    say("Takes part: ", toString(paste(packages, versions)[nzchar(versions)]))
    for (package in packages[!nzchar(versions)]) say("Skipped: ", package, " is not installed")
  }
  all[vapply(all, `[[`, "", "package") %in% packages[nzchar(versions)]]
}

package_version_of <- function(package) {
  if (package == "scikit-learn") {
    python <- find_python()
    if (!nzchar(python)) return("")
    return(system2(python, c("-c", shQuote("import sklearn; print(sklearn.__version__)")),
                   stdout = TRUE))
  }
  # NMF speaks while it loads, and its dispatch needs it attached.
  loaded <- suppressWarnings(suppressMessages(
    if (package == "NMF") require(NMF, quietly = TRUE) else
      requireNamespace(package, quietly = TRUE)))
  if (loaded) as.character(utils::packageVersion(package)) else ""
}

# Builds the missing peers into .library/peers, which git does not see, from CRAN only.
# bench/README.md says what each of them needs and what is quicker to have from Debian.
install_peers <- function() {
  dir.create(peers_library, showWarnings = FALSE, recursive = TRUE)
  use_peers()
  missing_of <- function(names) names[!vapply(names, requireNamespace, NA, quietly = TRUE)]
  wanted <- missing_of(c("RcppML", "RcppPlanc", "NMF", "fastTopics", "FNN", "RANN", "RcppHNSW"))
  # RcppPlanc does not compile with the RcppArmadillo of Debian 12.
  if ("RcppPlanc" %in% wanted) wanted <- c("RcppArmadillo", wanted)
  for (name in wanted) try(utils::install.packages(name, lib = peers_library))
  # By their folders: this process may have loaded older versions of what they need.
  failed <- wanted[!dir.exists(file.path(peers_library, wanted))]
  if (length(failed)) say("Could not be installed: ", toString(failed))
}
