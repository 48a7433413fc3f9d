# Rscript demo.R [FOLDER] [WORKERS]
# The thesis' experiment on Digits: eight models, clean and noisy data. Prints one table
# and leaves pictures and numbers in FOLDER (.demo by default). WORKERS is 1 or more, by
# default 2 and never more than there are cores; more than one needs package future. The numbers
# do not depend on it. Interrupted and given the same FOLDER, it goes on where it was.

library(metanmf)

# The thesis' figures beside ours, one row for each of its tables 4.3 to 4.10.
compare_tables <- function(results) {
  set.seed(1) # nolint: undesirable_function_linter.
  do.call(rbind, lapply(paste0("4.", 3:10), function(name) thesis_table(results, name)))
}

print_table <- function(table, results) {
  text <- format(table)
  beside <- function(variant) {
    theirs <- text[[paste("thesis", variant)]]
    paste0(text[[variant]], " (", sub(" outside", "*", sub(" off mean", "", theirs)), ")")
  }
  printed <- data.frame(
    noise = ifelse(table$noise > 0, "noisy", "clean"), model = table$model,
    "baseline (thesis)" = beside("baseline"), "meta (thesis)" = beside("meta"),
    plain_matched = text$plain_matched,
    "meta - plain_matched" = text[["meta - plain_matched"]],
    table = table$table, check.names = FALSE
  )
  cat("\nNMI of the evaluation half of Digits: mean and standard deviation over ",
      length(unique(results$seed)), " seeds,\neach the mean over ranks ",
      toString(unique(results$rank)), "; the thesis' figure in brackets\n\n", sep = "")
  old <- options(width = 120)
  on.exit(options(old))
  print(printed, row.names = FALSE, right = FALSE)
}

print_notes <- function(meta, weights) {
  notes <- c(
    paste0("baseline: the model on the evaluation half alone, ", meta$iterations,
           " iterations. meta: Algorithm 1 on the learning half, then the evaluation half from ",
           "the learned basis, ", meta$iterations, " iterations."),
    paste0("plain_matched: the plain model on the learning half for as many iterations as ",
           "meta's target gets (", meta$learning_iterations, "), no tasks, then as meta. A gain ",
           "over the baseline that plain_matched has too is not owed to the tasks."),
    paste("meta - plain_matched: mean of the differences within seeds, in brackets an interval",
          "that says little: of three seeds it holds no more than their smallest and largest",
          "difference."),
    paste0("NMI: ", meta$nmi_variant, ", mean of ", meta$kmeans_repeats, " k-means runs of ",
           meta$kmeans_starts, " start each with k = 10, on H as it is after scaling the columns ",
           "of W (", meta$scale_w, "); fits.csv has other scalings too."),
    paste0("GNMF: the thesis' graph (rbf_graph(), width 0.5, lambda 0.3, raw) says next to ",
           "nothing about these data. Mean weight of all of a sample's neighbours: ",
           toString(paste(names(weights), format(weights, digits = 1))),
           ", against 1 for the sample itself."),
    paste("NNDSVD: multiplicative updates keep the zeros of the start, in baseline and",
          "plain_matched; the sums of Algorithm 1 fill them. Before crediting the tasks, compare",
          "meta with plain_matched of the row without NNDSVD."),
    paste("thesis: * is further from our mean than twice the standard deviation. By its author's",
          "code the two Meta-GNMF columns are suspected swapped (meta of GNMF and of GNMF-NNDSVD,",
          "tables 4.4 and 4.5, 4.8 and 4.10), and its Meta-NMF-NNDSVD never used the learned",
          "basis (tables 4.6 and 4.9).")
  )
  cat("\n", paste0(strwrap(notes, 98, exdent = 2), "\n"), sep = "")
}

# Off-diagonal weight of a sample in the thesis' graph of a half, mean over samples.
neighbour_weights <- function(noise) {
  vapply(c(clean = 0, noisy = noise), function(level) {
    set.seed(1) # nolint: undesirable_function_linter.
    noisy <- add_noise(scale_minmax(digits$x, from = digits$x), level)
    graph <- metanmf:::thesis_rbf_graph(metanmf:::thesis_split(noisy, digits$labels)$evaluation)
    (sum(graph) - sum(Matrix::diag(graph))) / ncol(graph)
  }, 0)
}

# What it ran with, in the words of a fit, and what it took.
print_run <- function(fit, results, workers, seconds) {
  engine <- fit$engine
  cat("\nRan with: metanmf ", engine$version, ", R ", format(getRversion()), ", backend ",
      engine$backend,
      ", instructions ", engine$instructions, ",\n  BLAS ", engine$blas, ", ", workers,
      if (workers == 1L) " worker, " else " workers, ", round(seconds),
      " seconds (processor time of the fits ", round(sum(results$seconds)), ")\n", sep = "")
}

save_png <- function(file, width, height, draw) {
  grDevices::png(file, width, height, res = 150)
  on.exit(grDevices::dev.off())
  draw()
}

# Bases of one seed and rank, baseline above meta: a panel per noise and model.
draw_bases <- function(results, seed, rank) {
  rows <- results[results$seed == seed & results$rank == rank, ]
  models <- unique(rows$model)
  noise <- unique(rows$noise)
  old <- graphics::par(mfrow = c(length(noise), length(models)), oma = c(1.8, 0, 2, 0))
  on.exit(graphics::par(old))
  for (level in noise) {
    for (model in models) {
      here <- rows[rows$noise == level & rows$model == model, ]
      fit <- function(variant) experiment_fit(here[here$variant == variant, ])
      plot_basis(list(baseline = fit("baseline"), meta = fit("meta")), digits$image_size,
                 columns = 5, main = paste0(model, if (level > 0) ", noisy" else ", clean"),
                 legend = FALSE)
    }
  }
  graphics::mtext(paste0("Digits: columns of W as images, rank ", rank, ", seed ", seed),
                  3, 0.4, outer = TRUE, font = 2)
  scale <- paste("One scale for all images: white is 0, black is 1, the largest entry of each",
                 "column of W. Columns are in no order.")
  graphics::mtext(scale, 1, 0.4, outer = TRUE, cex = 0.7)
}

# Numbers and pictures into `folder`.
write_results <- function(folder, results, table) {
  file <- function(name) file.path(folder, name)
  write_experiment(results, file("fits.csv"), c(made = "by inst/thesis/demo.R"))
  utils::write.csv(table, file("table.csv"), row.names = FALSE)
  save_png(file("nmi_by_rank.png"), 2000, 1150, function() plot(results))
  save_png(file("basis.png"), 2000, 1130, function() draw_bases(results, seed = 1, rank = 10))
  save_png(file("task_split.png"), 1200, 750, function() {
    plot(metanmf:::thesis_split(digits$x, digits$labels), main = "Task split of Digits")
  })
  written <- c("nmi_by_rank.png", "basis.png", "task_split.png", "table.csv", "fits.csv")
  cat("\nIn ", normalizePath(folder), ":\n  ", toString(written), "\n", sep = "")
}

# The two arguments: list(folder, workers).
read_arguments <- function(given = commandArgs(trailingOnly = TRUE)) {
  workers <- if (length(given) > 1L) given[[2L]] else "2"
  if (!grepl("^[1-9][0-9]?$", workers)) {
    stop("WORKERS must be a whole number from 1 to 99.\nGiven: ", workers,
         ".\nUsage: Rscript demo.R [FOLDER] [WORKERS]", call. = FALSE)
  }
  list(folder = if (length(given)) given[[1L]] else ".demo", workers = as.integer(workers))
}

# Starts the workers and returns their number.
start_workers <- function(workers) {
  if (workers == 1L) return(1L)
  if (!requireNamespace("future", quietly = TRUE)) {
    message("Package future is not installed: one fit at a time, which takes twice as long.")
    return(1L)
  }
  workers <- min(workers, future::availableCores())
  # Read when a process starts, so before the workers do.
  Sys.setenv(OPENBLAS_NUM_THREADS = 1, MKL_NUM_THREADS = 1, OMP_NUM_THREADS = 1)
  future::plan(future::multisession, workers = workers)
  workers
}

# A finished run leaves nothing to go on from: the next one starts anew.
forget_fits <- function(folder) {
  unlink(list.files(folder, "^experiment[.]txt$|[.]rows$", full.names = TRUE))
  if (!length(list.files(folder, all.files = TRUE, no.. = TRUE))) unlink(folder, recursive = TRUE)
}

main <- function(folder, workers) {
  started <- proc.time()[["elapsed"]]
  dir.create(folder, showWarnings = FALSE, recursive = TRUE)
  message("The thesis' experiment on Digits takes three to seven minutes")
  workers <- start_workers(workers)
  fits <- file.path(folder, "fits")
  results <- experiment("digits", metanmf:::thesis_models, ranks = c(2, 3, 5, 10, 14, 18),
                        noise = c("clean", "noisy"), seeds = 1:3, protocol = "thesis",
                        variants = c("baseline", "meta", "plain_matched"), folder = fits)
  if (workers > 1L) future::plan(future::sequential)
  table <- compare_tables(results)
  print(results)
  print_table(table, results)
  print_notes(results[results$variant == "meta", ][1L, ], neighbour_weights(max(results$noise)))
  write_results(folder, results, table)
  print_run(experiment_fit(results[1L, ]), results, workers, proc.time()[["elapsed"]] - started)
  forget_fits(fits)
}

do.call(main, read_arguments())
