# Files that went wrong, each read: an error of the package or the result as it was.
with_canary <- function(code) {
  old <- options(metanmf.canary = "alive")
  on.exit(options(old))
  force(code)
  expect_identical(getOption("metanmf.canary"), "alive")
}

test_that("results files that were changed are refused, or read as they were", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  write_experiment(small_experiment(variants = c("baseline", "kmeans"), seeds = 1:2), file)
  # A changed comment may be taken for what it says.
  read <- function() structure(read_experiment(file), header = NULL)
  set.seed(1)
  with_canary(expect_sound(read_mutated(file, 300, read), 200))
  compressed <- paste0(file, ".gz")
  on.exit(unlink(compressed), add = TRUE)
  write_experiment(read_experiment(file), compressed)
  read <- function() structure(read_experiment(compressed), header = NULL)
  with_canary(expect_sound(read_mutated(compressed, 100, read), 60))
})

test_that("results files with a checksum that fits their wrong content are refused", {
  file <- tempfile(fileext = ".csv")
  on.exit(unlink(file))
  write_experiment(small_experiment(variants = c("baseline", "kmeans")), file)
  lines <- readLines(file)
  comment <- startsWith(lines, "#")
  body <- lines[!comment]
  wrong <- list(sub("digits|thesis", "a,b", sub("\"", "", body)), sub(",", ",,", body), body[-1],
                sub("([0-9])[.]([0-9])", "\\1.x\\2", body), sub("nmi_max", "nmi_most", body),
                gsub(",[^,]*$", "", body), character(), rep("\"", 5), c(body, "\"options(1)"),
                sub(",4,", ",4e300,", body, fixed = TRUE))
  changes <- lapply(wrong, function(body) {
    c(line_bytes(sub("checksum: .*", paste("checksum:", text_digest(body)), lines[comment])),
      line_bytes(body))
  })
  outcomes <- read_mutated(file, read = function() read_experiment(file), changes = changes)
  expect_identical(outcomes, rep("refused", length(changes)))
})

test_that("experiment folders that were changed are refused, healed, or read as they were", {
  skip_on_cran()
  folder <- tempfile("experiment")
  on.exit(unlink(folder, recursive = TRUE))
  quick <- experiment_protocol(n_tasks = 2, task_size = 5, kmeans_repeats = 1,
                               control = meta_control(epochs = 1, inner = nmf_control(2, 0)))
  data <- list(first = list(x = digits$x[1:30, 1:60], labels = rep(1:3, 20)))
  read <- function() {
    timeless(small_experiment(folder = folder, data = data, variants = "baseline", ranks = 2:3,
                              protocol = quick))
  }
  known <- read()
  files <- list.files(folder, full.names = TRUE)
  expect_length(files, 3)
  set.seed(2)
  with_canary(for (file in files) {
    others <- setdiff(files, file)
    before <- lapply(others, content_of)
    expect_sound(read_mutated(file, 110 * share_of_cases(1 / 5), read, known),
                 30 * share_of_cases(1 / 5))
    # Another file of the folder in its place: a row of another job is no row of this one.
    expect_sound(read_mutated(file, read = read, known = known, changes = before), 0)
    expect_identical(lapply(others, content_of), before)
  })
})

checkpoint_of <- function(frame = parent.frame()) {
  file <- tempfile("checkpoint")
  do.call(on.exit, list(substitute(unlink(file, recursive = TRUE), list(file = file))),
          envir = frame)
  set.seed(3)
  data <- split_tasks(digits$x[1:20, 1:60], n_tasks = 2, task_size = 8)
  learn <- function(...) {
    set.seed(4)
    control <- meta_control(epochs = 3, inner = nmf_control(max_iter = 3, tol = 0))
    meta_nmf(data, 3, control = control, ...)
  }
  known <- learn()
  seen <- 0
  run_epoch <- native_meta_epoch
  local({
    local_mocked_bindings(save_interval = 0, native_meta_epoch = function(...) {
      seen <<- seen + 1
      if (seen > 1) stop("stopped", call. = FALSE)
      run_epoch(...)
    })
    try(learn(checkpoint = file), silent = TRUE)
  })
  list(file = file, known = known, read = function() learn(checkpoint = file))
}

test_that("checkpoints that were changed are refused, or lead to the same fit", {
  kept <- checkpoint_of()
  set.seed(5)
  tried <- 200 * share_of_cases(2 / 5)
  with_canary(expect_sound(read_mutated(kept$file, tried, kept$read, kept$known), 0.95 * tried))
})

test_that("checkpoints with a checksum that fits their wrong content are refused", {
  kept <- checkpoint_of()
  content <- content_of(kept$file)
  body <- content[seq_len(length(content) - 32)]
  end <- gregexpr("\n\n", rawToChar(body[seq_len(which(body == 0)[[1]] - 1)]))[[1]][[1]] + 1
  lines <- strsplit(rawToChar(body[seq_len(end - 1)]), "\n")[[1]]
  numbers <- body[-seq_len(end)]
  with_line <- function(name, value) {
    sub(paste0("^", name, ": .*"), paste0(name, ": ", value), lines)
  }
  sealed <- function(lines, tail = numbers) {
    bytes <- c(charToRaw(paste0(c(lines, ""), "\n", collapse = "")), tail)
    c(bytes, charToRaw(md5_of(bytes)))
  }
  first <- function(value) c(writeBin(value, raw()), numbers[-(1:8)])
  changes <- c(
    lapply(c("1e15", "-1", "Inf", "NaN", "NA", "", "many", "1e308", "0x7fffffff"),
           function(count) sealed(with_line("numbers", count))),
    lapply(c("NA", "q()", "403 1", "10403 700 1", "-1 -1"),
           function(random) sealed(with_line("random", random))),
    lapply(names(c(format = 1, version = 2, options = 3, data = 4)),
           function(name) sealed(with_line(name, "another"))),
    lapply(c(0, -1, 1.5, 4, 1e300, Inf, NaN), function(epoch) sealed(lines, first(epoch))),
    list(sealed(with_line("numbers", length(numbers) / 8 - 1), numbers[-(1:8)]),
         sealed(lines, numbers[-(1:8)]), sealed(lines, c(numbers, numbers)), sealed(lines[0]),
         sealed(c(lines, "\xff\xfe")), sealed(lines[-length(lines)]))
  )
  outcomes <- read_mutated(kept$file, read = kept$read, known = kept$known, changes = changes)
  expect_identical(outcomes, rep("refused", length(changes)))
})

test_that("prepared data sets that were changed never reach readRDS()", {
  registry <- small_registry()
  folder <- folder_of()
  on.exit(unlink(folder, recursive = TRUE))
  file <- file.path(folder, registry$faces$file)
  saveRDS(list(x = matrix(1:24, 4), labels = rep(1:2, each = 3)), file)
  registry$faces$file_md5 <- md5_of(content_of(file))
  local_mocked_bindings(data_sets = registry)
  set.seed(6)
  read <- function() in_places(load_dataset("faces", 64), folder = folder)
  with_canary(expect_sound(read_mutated(file, 132, read), 130))
})
