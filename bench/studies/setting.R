# The data of the studies: images with labels, cut into tasks that each get a nuisance of their own,
# and new samples under one that no task had. Loaded by run.R; defines functions only.

# rank: of the shared basis; tasks: their number; new: sizes of the sets of new samples; held: more
# samples under the same nuisance, whose hidden entries are predicted.
image_settings <- list(
  digits = list(size = c(8, 8), rank = 10, tasks = 15, new = c(300, 50), held = 200),
  coil20 = list(size = c(16, 16), rank = 18, tasks = 8, new = 300, held = 200),
  fmnist = list(size = c(14, 14), rank = 10, tasks = 8, new = 300, held = 200),
  faces = list(size = c(16, 16), rank = 20, tasks = 5, new = 150, held = 50))

image_files <- c(coil20 = "coil20.rds", fmnist = "fmnist6000.rds", faces = "olivetti.rds")

# What is done to a task, and how many private columns that takes. Classes are out of balance in the
# tasks alone; new samples are of all classes.
cases <- list(
  patterns = list(private = 3, others = c(1, 5), kind = "patterns"),
  none = list(private = 3, others = 1),
  weak = list(private = 1, others = 3, kind = "patterns",
              options = list(count = 1, gain = c(0.25, 1))),
  ramp = list(private = 1, others = 3, kind = "ramp"),
  patch = list(private = 1, others = 3, kind = "patch"),
  noise = list(private = 1, others = 3, kind = "noise"),
  imbalance = list(private = 1, others = 3, kind = "imbalance"))

# list(x, labels), pixels in 0..1, or NULL where the file is not here. Of Fashion-MNIST 2000 images
# are drawn.
read_image_set <- function(name, folder) {
  if (name == "digits") return(list(x = unname(digits$x) / 16, labels = digits$labels))
  path <- file.path(folder, image_files[[name]])
  if (!file.exists(path)) return(NULL)
  stored <- readRDS(path)
  x <- matrix(as.integer(stored$x), nrow(stored$x)) / 255
  side <- sqrt(nrow(x))
  list(x = mean_blocks(x, side, side / image_settings[[name]]$size[[1L]]), labels = stored$labels)
}

# Images of side x side pixels, the means of blocks of by x by.
mean_blocks <- function(x, side, by) {
  places <- matrix(seq_len(side^2), side)
  starts <- seq(1, side, by)
  cells <- expand.grid(row = seq_len(by) - 1, column = seq_len(by) - 1)
  sums <- Map(function(row, column) x[places[starts + row, starts + column], ], cells$row,
              cells$column)
  Reduce(`+`, sums) / by^2
}

# A seed from words and numbers, so that every draw has a stream of its own, whatever ran before.
seed_of <- function(...) {
  Reduce(function(seed, code) (seed * 31 + code) %% 2147483629, utf8ToInt(paste(..., sep = "/")), 7)
}
start_stream <- function(...) set.seed(seed_of(...)) # nolint: undesirable_function_linter.

without_note <- function(x) {
  attr(x, "nuisance") <- NULL
  x
}

disturb <- function(x, case, size, labels) {
  if (is.null(case$kind)) return(x)
  labels <- if (case$kind == "imbalance") labels
  arguments <- c(list(x, case$kind), case$options, list(image_size = size, labels = labels))
  do.call(add_nuisance, arguments)
}

# One seed of a case: tasks with their clean versions, and for each size of new samples x, clean,
# labels, held and which of its entries are hidden.
draw_setting <- function(set, name, case_name, seed) {
  start_stream("setting", name, case_name, seed)
  setting <- image_settings[[name]]
  case <- cases[[case_name]]
  chosen <- sample.int(ncol(set$x), min(ncol(set$x), 2000L))
  learning <- chosen[seq_len(length(chosen) %/% 2L)]
  evaluation <- setdiff(chosen, learning)
  parts <- split(learning, rep_len(seq_len(setting$tasks), length(learning)))
  names(parts) <- paste0("task_", names(parts))
  made <- lapply(parts, function(at) {
    task <- disturb(set$x[, at], case, setting$size, set$labels[at])
    kept <- attr(task, "nuisance")$kept
    list(x = without_note(task), clean = set$x[, if (is.null(kept)) at else at[kept]])
  })
  new_case <- if (identical(case$kind, "imbalance")) list() else case
  new <- lapply(setting$new, function(count) draw_new(set, evaluation, count, setting, new_case))
  names(new) <- setting$new
  list(name = name, case = case_name, seed = seed, rank = setting$rank, private = case$private,
       others = case$others, classes = length(unique(set$labels)),
       tasks = lapply(made, `[[`, "x"), clean = lapply(made, `[[`, "clean"), new = new)
}

draw_new <- function(set, among, count, setting, case) {
  at <- sample(among, count + setting$held)
  x <- without_note(disturb(set$x[, at], case, setting$size, NULL))
  own <- seq_len(count)
  held <- x[, -own]
  list(x = x[, own], clean = set$x[, at[own]], labels = set$labels[at[own]], held = held,
       hidden = matrix(stats::runif(length(held)) < 0.4, nrow(held)))
}
