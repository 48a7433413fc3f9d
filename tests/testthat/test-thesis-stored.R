# The results that the package publishes are what its code gives: cells drawn at random are run
# again and compared. Another processor changes last bits, which thousands of iterations carry
# on, and a run of k-means out of five can end elsewhere: hence the tolerances.

stored <- function(part) {
  file <- system.file("thesis", "results", paste0(part, ".csv.gz"), package = "metanmf")
  if (nzchar(file)) read_experiment(file)
}

study_file <- function(name) {
  system.file("thesis", "results", name, package = "metanmf", mustWork = TRUE)
}

stored_study <- function(name) utils::read.csv(study_file(name), comment.char = "#")

# The functions that made the results.
thesis_code <- function(name) {
  code <- new.env(parent = asNamespace("metanmf"))
  sys.source(system.file("thesis", name, package = "metanmf", mustWork = TRUE), code)
  code
}

# The fits that one call of a grid of run.R asks for.
asked_fits <- function(call, protocol) {
  defaults <- lapply(formals(experiment)[c("models", "variants", "ranks", "noise")], eval,
                     asNamespace("metanmf"))
  call <- utils::modifyList(defaults, call)
  plan_fits(call$data, call$models, call$ranks, call$noise, call$seeds,
            experiment_protocol(protocol), call$variants)
}

# A cell that takes seconds, drawn anew in every run; its name is in the message of a failure.
draw_cell <- function(results, dataset) {
  cells <- results[results$dataset == dataset & is.na(results$message) & results$seconds < 4, ]
  set.seed(NULL)
  cells[sample.int(nrow(cells), 1L), ]
}

run_again <- function(cell, part) {
  experiment(cell$dataset, if (cell$variant %in% c("hals", "kmeans")) "NMF" else cell$model,
             ranks = if (is.na(cell$rank)) 2 else cell$rank, noise = cell$noise, seeds = cell$seed,
             variants = cell$variant, protocol = if (part == "author") "author" else "thesis")
}

expect_same_cell <- function(part, dataset) {
  results <- stored(part)
  expect_s3_class(results, "metanmf_experiment")
  if (!dataset %in% results$dataset) return(invisible())
  cell <- draw_cell(results, dataset)
  again <- run_again(cell, part)
  name <- paste(part, toString(unlist(cell[fit_names])))
  expect_identical(fit_key(again), fit_key(cell), label = name)
  expect_equal(again$objective, cell$objective, tolerance = 1e-4, label = name)
  expect_equal(again$error, cell$error, tolerance = 1e-4, label = name)
  expect_lt(abs(again$nmi - cell$nmi), 0.05, label = paste("change of the NMI of", name))
}

test_that("stored results on Digits and Blobs are those of the code, under both protocols", {
  skip_on_cran() # half a minute of fits
  skip_on_covr() # minutes, where lines are counted
  for (part in c("thesis", "author")) {
    expect_true(all(c("digits", "blobs") %in% stored(part)$dataset))
    for (dataset in c("digits", "blobs")) expect_same_cell(part, dataset)
  }
})

test_that("stored results on the images are those of the code", {
  skip_on_cran()
  skip_on_covr()
  skip_if(is.null(data_folder()), "no folder with the images")
  in_places(for (dataset in c("faces", "coil20", "fmnist")) expect_same_cell("thesis", dataset),
            folder = data_folder())
})

test_that("a cell of the practice and of the noise curves is that of the code", {
  skip_on_cran()
  skip_on_covr()
  for (part in c("practice", "noise")) expect_same_cell(part, "digits")
})

test_that("the stored studies of starts, parts and of Cai's protocol are those of the code", {
  skip_on_cran()
  skip_on_covr()
  kind <- RNGkind()
  on.exit(do.call(RNGkind, as.list(kind)), add = TRUE) # the studies set it
  code <- thesis_code("studies.R")
  rows <- stored_study("starts.csv")
  set.seed(NULL)
  start <- sample(code$starts_protocol$starts, 1L)
  noisy <- sample(c(FALSE, TRUE), 1L)
  cell <- list(dataset = "digits", start = start, noisy = noisy)
  split <- code$fixed_split("digits", digits, noisy)
  again <- rbind(code$start_rows(cell, digits, split), code$hals_row(cell, digits, split))
  rows <- rows[rows$dataset == "digits" & (rows$noise > 0) == noisy & rows$start == start, ]
  name <- paste("start", start, if (noisy) "noisy")
  expect_identical(again$variant, rows$variant)
  expect_equal(again$objective, rows$objective, tolerance = 1e-3, label = name)
  expect_lt(max(abs(again$nmi - rows$nmi)), 0.1, label = paste("change of the NMI of", name))
  skip_if(is.null(data_folder()), "no folder with the images")
  in_places(folder = data_folder(), {
    rows <- stored_study("parts.csv")
    cell <- rows[sample.int(nrow(rows), 1L), ]
    again <- code$mean_parts(basis(experiment_fit(as.list(cell[1:6]))))
    expect_equal(unlist(again), unlist(cell[names(again)]), tolerance = 0.02,
                 label = toString(unlist(cell[1:6])))
    rows <- stored_study("cai.csv")
    rows <- rows[rows$method == "GNMF-kNN", ]
    cell <- rows[sample.int(nrow(rows), 1L), ]
    images <- load_dataset("coil20")
    x <- code$unit_samples(images$x)
    set.seed(cell$`repeat`, "L'Ecuyer-CMRG")
    again <- code$score_as_cai(code$fit_as_cai(x, knn_graph(x, 5)), "GNMF-kNN", cell$`repeat`,
                               images$labels)
    expect_lt(abs(again$nmi - cell$nmi), 0.05)
  })
})

test_that("every stored fit ended without an error, and each is there once", {
  for (part in c("thesis", "author", "practice", "noise")) {
    results <- stored(part)
    expect_true(all(is.na(results$message)), label = part)
    expect_false(anyDuplicated(fit_key(results)) > 0, label = part)
    header <- attr(results, "header")
    expect_true(all(c("version", "blas", "date", "seeds", "commit", "cost") %in% names(header)))
    expect_match(header[["commit"]], "^[0-9a-f]{40}$", label = part)
  }
})

test_that("the command asks for each fit once, and all of them are stored for the stored seeds", {
  grids <- thesis_code("run.R")$grids
  for (part in names(grids)) {
    protocol <- if (part == "author") "author" else "thesis"
    fits <- do.call(rbind, lapply(grids[[part]], asked_fits, protocol = protocol))
    expect_false(anyDuplicated(fits) > 0, label = part)
    results <- stored(part)
    seeds <- tapply(results$seed, results$dataset, max)
    expect_setequal(names(seeds), fits$dataset)
    fits <- fits[which(fits$seed <= seeds[fits$dataset]), ]
    expect_setequal(do.call(paste, fits), do.call(paste, results[names(fits)]))
  }
})

test_that("every stored study says how it was made", {
  for (name in c("starts.csv", "parts.csv", "cai.csv", "faces-basis.csv.gz")) {
    lines <- readLines(study_file(name), 20L, warn = FALSE)
    header <- grep("^# ", lines, value = TRUE)
    for (fact in c("version: metanmf ", "r: R version ", "blas: .+", "date: 20", "seeds: 1",
                   "command: Rscript inst/thesis/run.R ", "commit: [0-9a-f]{40}")) {
      expect_length(grep(paste0("^# ", fact), header), 1L)
    }
  }
})
