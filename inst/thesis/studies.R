# Studies that need the fits themselves and not their scores alone. Loaded by run.R. Functions
# named thesis_* state what could be left to a default: see R/thesis-choices.R.

# -- Hypothesis 2: thirty starts of one split -----------------------------------------------
# One split for all starts. How far NMI and objective of the evaluation's fit (100 iterations)
# spread over starts, and how many iterations it takes until the objective is within 1 % of
# the best that any start of any variant reached within 2100. Beside them coordinate descent on
# the evaluation half alone, run to convergence, held against the same best.

starts_protocol <- list(data = c("digits", "faces", "coil20"), rank = 10, starts = 1:30,
                        noise = c(digits = 0.4, faces = 0.6, coil20 = 0.4), longest = 2000)

run_starts <- function(results) {
  cells <- expand.grid(start = starts_protocol$starts, noisy = c(FALSE, TRUE),
                       dataset = starts_protocol$data, stringsAsFactors = FALSE)
  rows <- future.apply::future_lapply(split(cells, seq_len(nrow(cells))), function(cell) {
    library(metanmf)
    data <- load_dataset(cell$dataset)
    split <- fixed_split(cell$dataset, data, cell$noisy)
    rbind(start_rows(cell, data, split), hals_row(cell, data, split))
  }, future.seed = TRUE, future.chunk.size = 1L)
  rows <- add_reached(do.call(rbind, rows))
  write_study(rows, file.path(results, "starts.csv.xz"),
              paste("30 starts of one split, rank 10, thesis protocol; iterations of the",
                    "evaluation's fit"), "starts", starts_protocol$starts)
}

# The three variants from one start: their NMI, their objective and its trace over `longest` more
# iterations.
start_rows <- function(cell, data, split, longest = starts_protocol$longest) {
  options(metanmf.progress = FALSE)
  set.seed(1000 + cell$start, "L'Ecuyer-CMRG") # nolint: undesirable_function_linter.
  rank <- starts_protocol$rank
  learning <- do.call(cbind, c(unname(split$tasks), list(split$target)))
  control <- metanmf:::thesis_control
  learned <- list(
    meta = metanmf:::thesis_meta_fit(split, rank, metanmf:::thesis_meta_control("thesis")),
    plain_matched = metanmf:::thesis_fit(learning, rank,
                                         control(preset = "thesis", max_iter = 5000))
  )
  first <- c(list(baseline = metanmf:::thesis_fit(split$evaluation, rank,
                                                  control(preset = "thesis"))),
             lapply(learned, metanmf:::thesis_adapt, newdata = split$evaluation))
  do.call(rbind, lapply(names(first), function(variant) {
    row <- start_row(cell, variant, first[[variant]], data, split)
    more <- metanmf:::thesis_fit(split$evaluation, rank, init = first[[variant]],
                                 control = control(max_iter = longest, tol = 0))
    row$trace[[1L]] <- c(row$trace[[1L]], more$trace)
    row
  }))
}

hals_row <- function(cell, data, split) {
  options(metanmf.progress = FALSE)
  set.seed(2000 + cell$start, "L'Ecuyer-CMRG") # nolint: undesirable_function_linter.
  fit <- metanmf:::thesis_fit(split$evaluation, starts_protocol$rank, solver = "hals",
                              control = metanmf:::hals_control())
  start_row(cell, "hals", fit, data, split)
}

start_row <- function(cell, variant, fit, data, split) {
  found <- metanmf:::thesis_clusters(fit$h, length(unique(data$labels)), n_start = 10)
  data.frame(dataset = cell$dataset,
             noise = if (cell$noisy) starts_protocol$noise[[cell$dataset]] else 0, variant,
             start = cell$start, nmi = metanmf:::thesis_nmi(found, split$labels$evaluation),
             objective = objective(fit), trace = I(list(fit$trace)))
}

fixed_split <- function(dataset, data, noisy) {
  set.seed(1, "L'Ecuyer-CMRG") # nolint: undesirable_function_linter.
  x <- scale_minmax(data$x, from = data$x)
  if (noisy) x <- add_noise(x, starts_protocol$noise[[dataset]])
  metanmf:::thesis_split(x, data$labels, task_size = if (dataset == "faces") 20 else 50)
}

# Iterations to 1.01 of the best objective of the data set and noise; NA: not within all.
add_reached <- function(rows) {
  rows$best <- vapply(rows$trace, min, 0)
  of_updates <- ifelse(rows$variant == "hals", Inf, rows$best)
  rows$best_of_all <- stats::ave(of_updates, paste(rows$dataset, rows$noise), FUN = min)
  rows$reached <- mapply(function(trace, goal) which(trace <= goal)[1L], rows$trace,
                         1.01 * rows$best_of_all)
  rows$trace <- NULL
  rows
}

# -- Hypothesis 4: parts of faces -------------------------------------------------------------
# The bases of the faces' fits at rank 10, again from their named streams: how sparse, how
# concentrated and how smooth their columns are, and how alike over seeds. The pictures of the
# vignette are those of seed 1.

parts_protocol <- list(rank = 10, seeds = 1:10, noise = c(0, 0.6))

run_parts <- function(results) {
  cells <- expand.grid(seed = parts_protocol$seeds,
                       variant = c("baseline", "meta", "plain_matched", "plain_long"),
                       model = c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD"),
                       noise = parts_protocol$noise, stringsAsFactors = FALSE)
  cells$dataset <- "faces"
  cells$rank <- parts_protocol$rank
  bases <- future.apply::future_lapply(split(cells, seq_len(nrow(cells))), function(cell) {
    options(metanmf.progress = FALSE)
    basis(metanmf::experiment_fit(as.list(cell), protocol = "thesis"))
  }, future.seed = TRUE, future.chunk.size = 1L)
  measured <- cbind(cells[c("dataset", "noise", "model", "variant", "rank", "seed")],
                    do.call(rbind, lapply(bases, mean_parts)))
  group <- paste(cells$noise, cells$model, cells$variant)
  alike <- tapply(seq_along(bases), group, function(i) seed_likeness(bases[i]))
  measured$stability <- unlist(alike)[order(unlist(split(seq_along(bases), group)))]
  write_study(measured, file.path(results, "parts.csv.xz"),
              "faces 32 x 32, rank 10: means over the columns of W; stability: mean matched cosine",
              "parts", parts_protocol$seeds)
  keep_pictures(cells, bases, file.path(results, "faces-basis.csv.xz"))
}

mean_parts <- function(w) {
  as.data.frame(as.list(colMeans(basis_measures(w, c(32, 32))[-1L], na.rm = TRUE)))
}

# Of each seed's basis: its mean matched cosine with those of all other seeds.
seed_likeness <- function(bases) {
  pairs <- basis_stability(unname(bases))
  vapply(seq_along(bases), function(i) mean(pairs$cosine[pairs$a == i | pairs$b == i]), 0)
}

# The first five columns of the bases of the first seed, which are drawn: at maximum 1, in steps of
# 1/255.
keep_pictures <- function(cells, bases, file) {
  first <- which(cells$seed == parts_protocol$seeds[[1L]] &
                   cells$variant %in% c("baseline", "meta"))
  pictures <- do.call(cbind, lapply(first, function(i) {
    w <- bases[[i]][, 1:5]
    w <- round(255 * sweep(w, 2L, apply(w, 2L, max), "/"))
    colnames(w) <- paste(cells$noise[[i]], cells$model[[i]], cells$variant[[i]], seq_len(ncol(w)),
                         sep = "/")
    w
  }))
  write_study(as.data.frame(pictures, check.names = FALSE), file,
              "columns of W of the faces, 32 x 32, in steps of 1/255 of each column's maximum",
              "parts", parts_protocol$seeds[[1L]])
}

# -- GNMF as its authors ran it -----------------------------------------------------------------
# COIL20 as in the code of Cai et al. (2011): all 1440 images at unit length, a graph of 5
# neighbours, lambda 100, columns of W at unit length in the start, ten starts of 30 iterations of
# which the best goes on to 100, k-means of 20 starts on H. Their score divides by the larger
# entropy. Beside it NMF of the same steps, k-means on the images and gnmf() as it comes.

cai_protocol <- list(rank = 20, repeats = 1:10, starts = 10, first = 30, rest = 70)

run_cai <- function(results) {
  data <- load_dataset("coil20")
  x <- unit_samples(data$x)
  graph <- metanmf:::thesis_knn_graph(x)
  rows <- future.apply::future_lapply(cai_protocol$repeats, function(i) {
    options(metanmf.progress = FALSE)
    set.seed(i, "L'Ecuyer-CMRG") # nolint: undesirable_function_linter.
    fits <- list("GNMF-kNN" = fit_as_cai(x, graph), NMF = fit_as_cai(x, NULL),
                 "GNMF-auto" = metanmf:::thesis_fit(
                   x, cai_protocol$rank, metanmf:::settled_control(),
                   penalty = metanmf:::cai_penalty("scale_invariant", graph)))
    do.call(rbind, Map(score_as_cai, c(fits, list("k-means" = x)), c(names(fits), "k-means"), i,
                       list(data$labels)))
  }, future.seed = TRUE, future.chunk.size = 1L)
  write_study(do.call(rbind, rows), file.path(results, "cai.csv.xz"),
              "COIL20, all images, rank 20, as in the code of Cai et al. (2011); 10 repeats", "cai",
              cai_protocol$repeats)
}

unit_samples <- function(x) sweep(x, 2L, sqrt(colSums(x^2)), "/")

fit_as_cai <- function(x, graph) {
  penalty <- if (!is.null(graph)) metanmf:::cai_penalty("raw", graph)
  go_on <- function(start, iterations, scale) {
    control <- metanmf:::thesis_control(max_iter = iterations, tol = 0, scale = scale)
    metanmf:::thesis_fit(x, cai_protocol$rank, control, start, penalty)
  }
  fits <- lapply(seq_len(cai_protocol$starts), function(i) {
    start <- init_random(x, cai_protocol$rank)
    size <- sqrt(colSums(start$w^2))
    go_on(list(w = sweep(start$w, 2L, size, "/"), h = start$h * size), cai_protocol$first, "none")
  })
  best <- fits[[which.min(vapply(fits, objective, 0))]]
  go_on(list(w = best$w, h = best$h), cai_protocol$rest, "l2")
}

score_as_cai <- function(fit, method, i, labels) {
  found <- metanmf:::thesis_clusters(fit$h, length(unique(labels)), n_start = 20)
  data.frame(method, "repeat" = i, nmi_divided_by_larger = nmi(found, labels, variant = "max"),
             nmi = metanmf:::thesis_nmi(found, labels), accuracy = clustering_accuracy(found,
                                                                                       labels),
             check.names = FALSE)
}

# -- All ---------------------------------------------------------------------------------------

write_study <- function(rows, file, note, part, seeds) {
  for (name in names(rows)) if (is.double(rows[[name]])) rows[[name]] <- signif(rows[[name]], 6)
  blas <- extSoftVersion()[["BLAS"]]
  header <- c(note = note, version = paste("metanmf", utils::packageVersion("metanmf")),
              r = R.version.string, blas = file.path(basename(dirname(blas)), basename(blas)),
              date = format(Sys.Date()), seeds = toString(seeds),
              command = paste("Rscript inst/thesis/run.R", part), commit = git_commit())
  temporary <- paste0(file, ".new")
  connection <- if (endsWith(file, ".xz")) xzfile(temporary, "w") else file(temporary, "w")
  on.exit(close(connection))
  writeLines(c(paste0("# ", names(header), ": ", header),
               utils::capture.output(utils::write.csv(rows, row.names = FALSE))), connection)
  close(connection)
  on.exit()
  file.rename(temporary, file)
}

studies <- list(starts = run_starts, parts = run_parts, cai = run_cai)
