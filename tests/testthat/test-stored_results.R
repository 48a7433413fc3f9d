# The results that the package publishes are what its code gives: cells drawn at random are run
# again and compared. Another processor changes last bits, which thousands of iterations carry
# on, and a run of k-means out of five can end elsewhere: hence the tolerances.

stored <- function(part) {
  file <- system.file("thesis", "results", paste0(part, ".csv.gz"), package = "metanmf")
  if (nzchar(file)) read_experiment(file)
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

test_that("every stored fit ended without an error, and each is there once", {
  for (part in c("thesis", "author", "practice", "noise")) {
    results <- stored(part)
    expect_true(all(is.na(results$message)), label = part)
    expect_false(anyDuplicated(fit_key(results)) > 0, label = part)
    header <- attr(results, "header")
    expect_true(all(c("version", "blas", "date", "seeds", "commit", "cost") %in% names(header)))
  }
})
