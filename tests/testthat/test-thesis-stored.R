# The results that the package publishes are what its code gives: cells drawn at random are run
# again and compared.

stored <- function(part) {
  file <- system.file("thesis", "results", paste0(part, ".csv.xz"), package = "metanmf")
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
  plan_fits(call$data, call$models, call$ranks, call$noise, call$seeds,
            experiment_protocol(protocol), call$variants)
}

# Cells that take moments, `count` of each data set, drawn anew in every run: their names are in
# the message of a failure.
draw_cells <- function(part, datasets, count, most = 0.15) {
  results <- as.data.frame(stored(part))
  cells <- lapply(datasets, function(name) {
    cheap <- results[results$dataset == name & results$seconds < most, ]
    cheap[sample.int(nrow(cheap), count), ]
  })
  cbind(part, do.call(rbind, cells))
}

# On processors with AVX-512 and with AVX2, under OpenBLAS, all of 264 cells tried gave the six
# digits that are stored. Elsewhere last bits differ more, which thousands of iterations carry on,
# and a run of k-means out of five can end elsewhere.
same_machine <- function() {
  grepl("openblas", blas_name()) &&
    used_instructions(chosen_instructions()) %in% c("avx512", "avx2")
}

# `again` is the stored number, of six digits, to 1e-6 of it beyond what they leave open.
expect_stored <- function(again, stored, otherwise, label) {
  if (is.na(stored)) return(expect_true(is.na(again), label = label))
  left_open <- 10^(floor(log10(max(abs(stored), 1e-300))) - 5) / 2
  within <- if (same_machine()) left_open + 1e-6 * abs(stored) else otherwise
  expect_lte(abs(again - stored), within, label = label)
}

expect_same_cell <- function(cell, data) {
  protocol <- experiment_protocol(if (cell$part == "author") "author" else "thesis")
  cell <- as.list(cell)
  split <- draw_split(data, cell, protocol)
  again <- run_fit_row(cell, split, protocol, length(unique(data$labels)))
  name <- toString(unlist(cell[c("part", fit_names)]))
  expect_identical(again$message, NA_character_, label = name)
  expect_stored(again$objective, cell$objective, 1e-4 * abs(cell$objective), name)
  expect_stored(again$error, cell$error, 1e-4 * abs(cell$error), name)
  expect_stored(again$nmi, cell$nmi, 0.05, paste("NMI of", name))
}

# Cells of one data set together, since it takes a while to load. The faces have two sizes.
expect_same_cells <- function(cells) {
  cells$preset <- ifelse(cells$part == "author", "author", "thesis")
  sized <- ifelse(cells$dataset == "faces", cells$preset, "")
  for (group in split(cells, paste(cells$dataset, sized))) {
    protocol <- experiment_protocol(group$preset[[1L]])
    data <- check_experiment_data(group$dataset[[1L]], protocol)[[1L]]
    for (i in seq_len(nrow(group))) expect_same_cell(group[i, ], data)
  }
}

test_that("stored cells of all parts are those of the code", {
  skip_on_cran() # half a minute of fits
  skip_on_covr() # minutes, where lines are counted
  set.seed(NULL)
  on_digits <- function(part, count) draw_cells(part, "digits", count, 0.05)
  cells <- rbind(on_digits("thesis", 5L), on_digits("author", 5L), on_digits("practice", 4L),
                 on_digits("noise", 4L), draw_cells("thesis", "blobs", 1L),
                 draw_cells("author", "blobs", 1L))
  expect_identical(nrow(cells), 20L)
  expect_same_cells(cells)
})

test_that("stored cells on the images are those of the code", {
  skip_on_cran()
  skip_on_covr()
  skip_if(is.null(data_folder()), "no folder with the images")
  set.seed(NULL)
  images <- c("faces", "coil20", "fmnist")
  cells <- rbind(draw_cells("thesis", images, 1L), draw_cells("practice", "coil20", 1L),
                 draw_cells("author", "faces", 1L), draw_cells("noise", "faces", 1L))
  in_places(expect_same_cells(cells), folder = data_folder())
})

# One of the stored studies run again, where it can be had here.
study_again <- list(
  starts = function(code) {
    rows <- stored_study("starts.csv.xz")
    start <- sample(code$starts_protocol$starts, 1L)
    noisy <- sample(c(FALSE, TRUE), 1L)
    cell <- list(dataset = "digits", start = start, noisy = noisy)
    split <- code$fixed_split("digits", digits, noisy)
    # Their further traces are not stored as such.
    again <- rbind(code$start_rows(cell, digits, split, longest = 1),
                   code$hals_row(cell, digits, split))
    rows <- rows[rows$dataset == "digits" & (rows$noise > 0) == noisy & rows$start == start, ]
    name <- paste("start", start, if (noisy) "noisy")
    expect_identical(again$variant, rows$variant)
    expect_equal(again$objective, rows$objective, tolerance = 1e-3, label = name)
    expect_lt(max(abs(again$nmi - rows$nmi)), 0.1, label = paste("change of the NMI of", name))
  },
  parts = function(code) {
    rows <- stored_study("parts.csv.xz")
    cell <- rows[sample.int(nrow(rows), 1L), ]
    again <- code$mean_parts(basis(experiment_fit(as.list(cell[1:6]))))
    expect_equal(unlist(again), unlist(cell[names(again)]), tolerance = 0.02,
                 label = toString(unlist(cell[1:6])))
  },
  cai = function(code) {
    rows <- stored_study("cai.csv.xz")
    rows <- rows[rows$method == "GNMF-kNN", ]
    cell <- rows[sample.int(nrow(rows), 1L), ]
    images <- load_dataset("coil20")
    x <- code$unit_samples(images$x)
    set.seed(cell$`repeat`, "L'Ecuyer-CMRG")
    again <- code$score_as_cai(code$fit_as_cai(x, thesis_knn_graph(x)), "GNMF-kNN",
                               cell$`repeat`, images$labels)
    expect_lt(abs(again$nmi - cell$nmi), 0.05)
  })

test_that("the stored studies of starts, parts and of Cai's protocol are those of the code", {
  skip_on_cran()
  skip_on_covr()
  kind <- RNGkind()
  on.exit(do.call(RNGkind, as.list(kind)), add = TRUE) # the studies set it
  code <- thesis_code("studies.R")
  set.seed(NULL)
  # The last two need the images. Each run takes one, the runs of `make heavy` all.
  offered <- if (is.null(data_folder())) study_again["starts"] else study_again
  in_places(folder = data_folder(), for (study in one_or_all(offered)) study(code))
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
  for (name in c("starts.csv.xz", "parts.csv.xz", "cai.csv.xz", "faces-basis.csv.xz")) {
    lines <- readLines(study_file(name), 20L, warn = FALSE)
    header <- grep("^# ", lines, value = TRUE)
    for (fact in c("version: metanmf ", "r: R version ", "blas: .+", "date: 20", "seeds: 1",
                   "command: Rscript inst/thesis/run.R ", "commit: [0-9a-f]{40}")) {
      expect_length(grep(paste0("^# ", fact), header), 1L)
    }
  }
})
