# Rscript demo.R [FOLDER] [WORKERS]
# The thesis' experiment on Digits: eight models, clean and noisy data. Prints one table
# and leaves pictures and numbers in FOLDER (.demo by default). WORKERS is 1 or more, by
# default 2 where there are two cores; the numbers do not depend on it.

library(metanmf)

# Where the files beside this one are.
part <- function(name) system.file("thesis", name, package = "metanmf", mustWork = TRUE)
source(part("demo-protocol.R"))
source(part("demo-figures.R"))

# Runs all cells; those of one rank take about equally long and are handed out together.
# Returns list(results, processor): the workers' processor time in seconds.
run_cells <- function(cells, splits, workers) {
  pool <- start_workers(splits, workers)
  on.exit(parallel::stopCluster(pool))
  ranks <- vapply(cells, function(cell) cell$rank, 0)
  run_rank <- function(rank) {
    started <- proc.time()[["elapsed"]]
    batch <- cells[ranks == rank]
    results <- parallel::clusterApplyLB(pool, batch, function(cell) run_cell(cell, splits))
    message(sprintf("  rank %2.0f: %d fits in %.0f s", rank, 3L * length(batch),
                    proc.time()[["elapsed"]] - started))
    results
  }
  results <- do.call(c, lapply(sort(unique(ranks), decreasing = TRUE), run_rank))
  used <- parallel::clusterCall(pool, function() sum(proc.time()[c("user.self", "sys.self")]))
  list(results = results, processor = sum(unlist(used)))
}

# Fresh R processes, which exist on every system. Even a single worker is one: the number
# of BLAS threads is read when a process starts.
start_workers <- function(splits, workers) {
  Sys.setenv(OPENBLAS_NUM_THREADS = 1, MKL_NUM_THREADS = 1, OMP_NUM_THREADS = 1)
  pool <- parallel::makePSOCKcluster(workers)
  parallel::clusterCall(pool, function(paths, protocol_file) {
    .libPaths(paths)
    options(metanmf.progress = FALSE)
    library(metanmf)
    source(protocol_file)
    NULL
  }, .libPaths(), part("demo-protocol.R"))
  parallel::clusterExport(pool, "splits", environment())
  pool
}

# Per noise and model: mean over ranks for each seed, then mean and sd over seeds. The
# seed is the unit of spread: its ranks share one split.
summarise <- function(rows, published) {
  by_seed <- stats::aggregate(nmi ~ seed + variant + model + noise, rows, mean)
  value <- function(noise, model, variant) {
    chosen <- by_seed[by_seed$noise == noise & by_seed$model == model &
                        by_seed$variant == variant, ]
    chosen$nmi[order(chosen$seed)]
  }
  lines <- expand.grid(model = models$model, noise = names(protocol$noise),
                       stringsAsFactors = FALSE)
  do.call(rbind, Map(function(noise, model) {
    baseline <- value(noise, model, "baseline")
    meta <- value(noise, model, "meta")
    c2 <- value(noise, model, "c2")
    theirs <- published[published$dataset == "Digits" & published$noise == noise &
                          published$model == model, ]
    data.frame(noise, model, baseline = mean(baseline), baseline_sd = stats::sd(baseline),
               meta = mean(meta), meta_sd = stats::sd(meta), c2 = mean(c2),
               c2_sd = stats::sd(c2), meta_less_c2 = mean(meta - c2),
               meta_less_c2_sd = stats::sd(meta - c2), thesis_table = theirs$table,
               thesis_baseline = theirs$baseline, thesis_meta = theirs$meta)
  }, lines$noise, lines$model, USE.NAMES = FALSE))
}

print_table <- function(table) {
  plus_minus <- if (l10n_info()[["UTF-8"]]) " \u00b1 " else " +- "
  short <- function(value, sign = "") {
    sub("0.", ".", sprintf(paste0("%", sign, ".3f"), value), fixed = TRUE)
  }
  spread <- function(value, sd, sign = "") paste0(short(value, sign), plus_minus, short(sd))
  shown <- cbind(
    c("", "noise", table$noise), c("", "model", table$model),
    c("this run:", "baseline", spread(table$baseline, table$baseline_sd)),
    c("", "meta", spread(table$meta, table$meta_sd)),
    c("", "c2", spread(table$c2, table$c2_sd)),
    c("", "meta - c2", spread(table$meta_less_c2, table$meta_less_c2_sd, "+")),
    c("thesis:", "baseline", short(table$thesis_baseline)),
    c("", "meta", short(table$thesis_meta)),
    c("", "table", format(table$thesis_table))
  )
  cat("\nNMI of the evaluation half of Digits: mean over ranks ",
      toString(protocol$ranks), ",\n", trimws(plus_minus), " standard deviation over ",
      length(protocol$seeds), " seeds (the unit of spread is the seed)\n\n", sep = "")
  shown <- apply(shown, 2, format)
  cat(apply(shown, 1, function(cells) sub(" +$", "", paste(cells, collapse = "  "))), sep = "\n")
}

print_notes <- function(rows, splits) {
  unconverged <- sum(rows$unconverged)
  notes <- c(
    paste0("baseline: fit of the evaluation half, ", protocol$iterations, " iterations. meta: ",
           "Algorithm 1 on the learning half, ", protocol$epochs, " epochs, then the ",
           "evaluation half from the learned basis, ", protocol$iterations, " iterations."),
    paste0("c2: the plain model on the learning half for as many iterations as meta's target ",
           "gets (", protocol$epochs * protocol$iterations, "), no tasks, then as meta. A gain ",
           "over the baseline that c2 has too is not owed to the tasks."),
    paste0("NMI: arithmetic, mean of ", protocol$repeats, " k-means runs of one start with k = ",
           protocol$clusters, ", on H as it is with columns of W at maximum 1",
           if (unconverged > 0) paste0("; ", unconverged, " of ", protocol$repeats * nrow(rows),
                                       " runs stopped before they had converged"), "."),
    paste0("GNMF: the thesis' graph (rbf_graph(), width 0.5, lambda 0.3, raw) says next to ",
           "nothing about these data. Mean weight of all of a sample's neighbours: ",
           toString(paste(names(protocol$noise), format(vapply(names(protocol$noise), mean_degree,
                                                               0, splits), digits = 1))),
           ", against 1 for the sample itself."),
    paste0("NNDSVD: multiplicative updates keep the zeros of the start, in baseline and c2; the ",
           "sums of Algorithm 1 fill them. Before crediting the tasks, compare meta with c2 of ",
           "the row without NNDSVD."),
    paste0("thesis: by its author's code the two Meta-GNMF columns are suspected swapped (meta ",
           "of GNMF and of GNMF-NNDSVD, tables 4.4 and 4.5, 4.8 and 4.10), and its ",
           "Meta-NMF-NNDSVD never used the learned basis (tables 4.6 and 4.9).")
  )
  cat("\n", paste0(strwrap(notes, 98, exdent = 2), "\n"), sep = "")
}

# Off-diagonal weight per sample in the graph of the first seed's evaluation half.
mean_degree <- function(noise, splits) {
  graph <- rbf_graph(splits[[paste(noise, protocol$seeds[[1]])]]$evaluation)
  (sum(graph) - sum(Matrix::diag(graph))) / ncol(graph)
}

# What it ran with, in the words of a fit.
print_run <- function(fit, workers, seconds, processor) {
  cat("\nRan with: metanmf ", fit$version, ", R ", format(getRversion()), ", kernel ", fit$kernel,
      ", instructions ", fit$instructions, ",\n  BLAS ", fit$blas, ", seeds ",
      toString(protocol$seeds), ", ", workers, if (workers == 1) " worker" else " workers", ", ",
      round(seconds), " seconds (processor time of the workers ", round(processor), ")\n", sep = "")
}

# The two arguments: list(folder, workers).
read_arguments <- function(given = commandArgs(trailingOnly = TRUE)) {
  cores <- parallel::detectCores()
  workers <- if (length(given) > 1) suppressWarnings(as.integer(given[[2]]))
             else if (is.na(cores)) 1L else min(2L, cores)
  if (is.na(workers) || workers < 1L) {
    stop("WORKERS must be a whole number of at least 1.\nGiven: ", given[[2]],
         ".\nUsage: Rscript demo.R [FOLDER] [WORKERS]", call. = FALSE)
  }
  list(folder = if (length(given)) given[[1]] else ".demo", workers = workers)
}

# Numbers and pictures into `folder`.
write_results <- function(folder, rows, table, results, splits) {
  file <- function(name) file.path(folder, name)
  utils::write.csv(rows, file("fits.csv"), row.names = FALSE)
  utils::write.csv(table, file("table.csv"), row.names = FALSE)
  save_png(file("nmi_by_rank.png"), 2000, 1150, function() draw_ranks(rows))
  save_png(file("basis.png"), 2000, 1130, function() draw_bases(results))
  save_png(file("task_split.png"), 1200, 750,
           function() plot(splits[[1]], main = "Task split of Digits"))
  written <- c("nmi_by_rank.png", "basis.png", "task_split.png", "table.csv", "fits.csv")
  cat("\nIn ", normalizePath(folder), ":\n  ", toString(written), "\n", sep = "")
}

main <- function(folder, workers) {
  started <- proc.time()[["elapsed"]]
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  streams <- draw_streams()
  splits <- draw_splits(digits, streams)
  cells <- plan_cells(streams)
  message("The thesis' experiment on Digits: ", 3L * length(cells), " fits, a minute or two")
  run <- run_cells(cells, splits, workers)
  results <- run$results
  rows <- do.call(rbind, lapply(results, function(result) result$rows))
  rows <- rows[order(rows$noise, match(rows$model, models$model), rows$seed, rows$rank), ]
  table <- summarise(rows, utils::read.csv(part("tables.csv"), colClasses = c(table = "character")))
  print_table(table)
  print_notes(rows, splits)
  fit <- Find(function(result) !is.null(result$fits), results)$fits$baseline
  print_run(fit, workers, proc.time()[["elapsed"]] - started, run$processor)
  write_results(folder, rows, table, results, splits)
}

do.call(main, read_arguments())
