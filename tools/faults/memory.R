# Rscript tools/faults/memory.R COUNT SEED MEGABYTES
# Runs verbs with too little memory left, COUNT times each with another room: by `ulimit -v`
# (MEGABYTES) or R_MAX_VSIZE (0). Each ends in R's error about memory or as it should, the session
# goes on, and what has a folder goes on to the right end when there is room again.

home <- dirname(sub("--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
source(file.path(home, "common.R"))
count <- as.integer(arguments[[1L]])
seed <- as.integer(arguments[[2L]])
limit <- as.numeric(arguments[[3L]])
set.seed(seed)

# MB that can still be taken.
room_left <- function() {
  if (limit == 0) return(mem.maxVSize() - sum(gc()[2L, 2L]))
  line <- grep("^VmSize", readLines("/proc/self/status"), value = TRUE)
  limit - as.numeric(gsub("[^0-9]", "", line)) / 1024
}

x <- matrix(stats::runif(500 * 2000), 500)
split <- list(tasks = list(x[, 1:300], x[, 301:600]), target = x)
pictures <- list(own = list(x = x[1:400, 1:900], labels = rep(1:3, 300)))
few <- nmf_control(max_iter = 2, tol = 0)
one_epoch <- meta_control(epochs = 1, inner = few)
folder <- tempfile("experiment")
grid <- function(...) {
  protocol <- experiment_protocol(n_tasks = 2, task_size = 150, control = one_epoch,
                                  kmeans_repeats = 1)
  timeless(experiment(pictures, c("NMF", "GNMF-NNDSVD"), ranks = 3, noise = 0.1, seeds = 1,
                      variants = c("baseline", "meta"), protocol = protocol, folder = folder, ...))
}
# A search in that folder; fits of it that failed are told as an error.
searching <- function(name) {
  function(...) {
    found <- tryCatch(search_in(name, folder, ...), metanmf_failed_start = function(condition) {
      stop(conditionMessage(condition), call. = FALSE)
    })
    failed <- stats::na.omit(c(found$ranks$failed, found$lambdas$failed))
    if (length(failed)) stop(failed[[1L]], call. = FALSE)
    found
  }
}
# Searches need so little that malloc has it left between other pieces: only R's limit is felt.
verbs <- c(list(
  nmf = function() nmf(x, 60, init = "nndsvd", control = few)$w,
  gnmf = function() {
    set.seed(1)
    gnmf(x[, 1:1500], 10, graph = function(x) rbf_graph(x, sigma = 100), control = few)$w
  },
  knn_graph = function() knn_graph(x, k = 40, weighting = "cosine"),
  meta_nmf = function() {
    set.seed(1)
    meta_nmf(split, 40, control = one_epoch)$w
  },
  experiment = grid
), if (limit == 0) sapply(names(searches), searching, simplify = FALSE))
# These keep what failed, until it is asked for again.
keep_failures <- c("experiment", "consensus")
small <- function() {
  set.seed(2)
  nmf(digits$x[, 1:50], 3, control = few)$w
}
expected <- small()
short <- "cannot allocate|memory exhausted|could not allocate|memory limit"

# The verb with `room` MB: its result, or the condition of its error. First everything is taken,
# what R and malloc keep for reuse too, and then `room` is given back: less would leave a verb that
# needs little with enough. Its pieces are the system's again as soon as R frees them.
squeezed <- function(verb, room) {
  large <- list()
  while (room_left() > 128) large <- c(large, list(raw(64 * 2^20)))
  pieces <- vector("list", 2048)
  taken <- 0L
  piece <- function() tryCatch(raw(2^17), error = function(condition) NULL)
  while (taken < length(pieces) && !is.null(more <- piece())) {
    taken <- taken + 1L
    pieces[[taken]] <- more
  }
  pieces[seq.int(max(1, taken - 8 * room + 1), taken)] <- list(NULL)
  invisible(gc())
  tryCatch(verb(), error = function(condition) condition)
}

# What is wrong with a result of too little memory; of an experiment each row counts.
wrong_result <- function(found, known, name) {
  if (inherits(found, "condition")) {
    message <- conditionMessage(found)
    return(if (!grepl(short, message)) message)
  }
  if (name != "experiment") return(if (!identical(found, known)) "another result")
  failed <- !is.na(found$message)
  c(if (!all(grepl(short, found$message[failed]))) toString(found$message[failed]),
    if (!identical(found[!failed, ], known[!failed, ])) "other results")
}

was_short <- function(found) {
  inherits(found, "condition") || (is.data.frame(found) && !all(is.na(found$message)))
}

# The first room is too small for any of them. Drawn here, for the verbs set seeds of their own.
rooms <- lapply(verbs, function(verb) c(0.125, stats::runif(count - 1L, 0.25, 12)))

for (name in names(verbs)) {
  unlink(folder, recursive = TRUE)
  known <- verbs[[name]]()
  faults <- character()
  errors <- 0L
  for (room in rooms[[name]]) {
    unlink(folder, recursive = TRUE)
    found <- squeezed(verbs[[name]], room)
    invisible(gc())
    errors <- errors + was_short(found)
    wrong <- wrong_result(found, known, name)
    if (length(wrong)) faults <- c(faults, sprintf("%.1f MB: %s", room, wrong))
    if (!identical(small(), expected)) faults <- c(faults, "a small call gives another result")
    again <- if (name %in% keep_failures) verbs[[name]](retry = TRUE)
             else if (name %in% names(searches)) verbs[[name]]() else known
    if (!identical(again, known)) {
      faults <- c(faults, "another result when there is room again")
    }
  }
  if (!errors) faults <- c(faults, "memory was never short: the check has no grip")
  report(paste0("memory ", name, if (limit == 0) " (R_MAX_VSIZE)", ":"),
         sprintf("%d of %d calls short of memory, each a clean error", errors, count), faults, seed)
}
finish()
