split_of <- function(seed = 1) {
  set.seed(seed)
  split_tasks(scale_minmax(digits$x[, 1:300]), n_tasks = 3, task_size = 20)
}
# Runs a fit whose process ends, so to say, in the epoch after the given one. Every epoch before
# was kept: the clock that limits saves is set back.
stopped_after <- function(epoch, learn, ...) {
  seen <- 0
  local_mocked_bindings(
    native_meta_epoch = function(...) {
      seen <<- seen + 1
      if (seen > epoch) stop("stopped", call. = FALSE)
      native_epoch(...)
    },
    save_interval = 0
  )
  try(learn(...), silent = TRUE)
}
native_epoch <- getNamespace("metanmf")$native_meta_epoch

for_checkpoint <- function(code) {
  file <- tempfile("checkpoint")
  on.exit(unlink(paste0(file, c("", ".new"))))
  code(file)
}

# A fit without its call, in which alone the file of a checkpoint stands.
but_call <- function(fit) {
  fit$call <- NULL
  unclass(fit)
}

test_that("a fit that was stopped goes on to the same fit, and its file goes away", {
  split <- split_of()
  control <- meta_control(epochs = 5, inner = nmf_control(max_iter = 8, tol = 0))
  set.seed(3)
  whole <- meta_nmf(split, 4, control = control)
  random <- .Random.seed
  for (epoch in c(1, 3)) {
    for_checkpoint(function(file) {
      set.seed(3)
      stopped_after(epoch, meta_nmf, split, 4, control = control, checkpoint = file)
      expect_true(file.exists(file))
      set.seed(99) # the state in the file decides
      again <- meta_nmf(split, 4, control = control, checkpoint = file)
      expect_identical(but_call(again), but_call(whole))
      expect_identical(.Random.seed, random)
      expect_false(file.exists(file))
    })
  }
})

test_that("a graph model of the author's goes on to the same fit, restarts included", {
  split <- split_of()
  control <- meta_control(preset = "author", epochs = 4,
                          inner = nmf_control(preset = "author", max_iter = 5))
  set.seed(3)
  whole <- meta_gnmf(split, 3, control = control)
  for_checkpoint(function(file) {
    set.seed(3)
    stopped_after(2, meta_gnmf, split, 3, control = control, checkpoint = file)
    expect_true(file.exists(file))
    again <- meta_gnmf(split, 3, control = control, checkpoint = file)
    expect_identical(but_call(again), but_call(whole))
  })
})

keep_one <- function(file, split = split_of(), ...) {
  control <- meta_control(epochs = 3, inner = nmf_control(max_iter = 3, tol = 0))
  set.seed(3)
  stopped_after(1, meta_nmf, split, 4, control = control, checkpoint = file, ...)
  control
}

test_that("a checkpoint of other data, options or version is refused and stays as it was", {
  for_checkpoint(function(file) {
    control <- keep_one(file)
    before <- tools::md5sum(file)
    go_on <- function(split = split_of(), rank = 4, epochs = 3, ...) {
      control$epochs <- epochs
      meta_nmf(split, rank, control = control, checkpoint = file, ...)
    }
    expect_snapshot(error = TRUE, go_on(split_of(2)), transform = function(lines) {
      gsub("checkpoint[0-9a-f]+", "FILE", lines)
    })
    expect_error(go_on(rank = 5), "same model and options", class = "metanmf_other_fit")
    expect_error(go_on(epochs = 4), "same model and options", class = "metanmf_other_fit")
    expect_error(go_on(penalty = penalty_sparse(0.1)), class = "metanmf_other_fit")
    local_mocked_bindings(process = list(version = "9.9"))
    expect_error(go_on(), "this version", class = "metanmf_other_fit")
    expect_identical(tools::md5sum(file), before)
  })
})

test_that("a checkpoint that was cut off or changed in any bit is refused", {
  for_checkpoint(function(file) {
    control <- keep_one(file)
    content <- readBin(file, "raw", file.size(file))
    set.seed(4)
    for (i in 1:40) {
      at <- sample.int(length(content), 1L)
      changed <- content
      changed[[at]] <- xor(changed[[at]], as.raw(bitwShiftL(1L, sample(0:7, 1))))
      writeBin(if (i %% 2) changed else content[seq_len(at - 1L)], file)
      expect_error(meta_nmf(split_of(), 4, control = control, checkpoint = file),
                   class = "metanmf_corrupt_file")
    }
  })
})

test_that("what an interrupted save left behind is no obstacle", {
  for_checkpoint(function(file) {
    control <- keep_one(file)
    writeLines("half a state", paste0(file, ".new"))
    expect_s3_class(meta_nmf(split_of(), 4, control = control, checkpoint = file), "meta_nmf_fit")
  })
})

test_that("a checkpoint needs a folder that exists", {
  expect_error(meta_nmf(split_of(), 4, checkpoint = file.path(tempdir(), "no", "file")),
               "folder that exists", class = "metanmf_error")
  expect_error(meta_nmf(split_of(), 4, checkpoint = 1), class = "metanmf_error")
})

test_that("a checkpoint that the disk does not take leaves the one before as it was", {
  for_checkpoint(function(file) {
    control <- keep_one(file)
    before <- tools::md5sum(file)
    put <- put_bytes
    local_mocked_bindings(save_interval = 0, put_bytes = function(bytes, file, mode, ...) {
      if (!endsWith(file, ".new")) return(put(bytes, file, mode, ...))
      put(bytes[1:9], file, mode, ...)
      stop_disk("checkpoint", file, "9 bytes could be written")
    })
    expect_error(meta_nmf(split_of(), 4, control = control, checkpoint = file), "on a disk",
                 class = "metanmf_disk")
    expect_identical(tools::md5sum(file), before)
    expect_false(file.exists(paste0(file, ".new")))
  })
})
