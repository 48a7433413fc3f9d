# What the machine can do at all, measured by the loops of peak.c, which is compiled here and
# needs a C compiler; R's BLAS has no part in it. Defines functions only.

# Compiles and loads peak.c. R links against its BLAS, but nothing of it is called.
load_peak <- function() {
  folder <- tempfile("peak")
  dir.create(folder)
  file.copy("bench/peak.c", folder)
  here <- setwd(folder)
  on.exit(setwd(here))
  built <- system2(file.path(R.home("bin"), "R"), c("CMD", "SHLIB", "peak.c"), stdout = "log",
                   stderr = "log")
  if (built != 0L) stop("peak.c does not compile:\n", paste(readLines("log"), collapse = "\n"))
  dyn.load(file.path(folder, paste0("peak", .Platform$dynlib.ext)))
}

instruction_lanes <- c(sse2 = 2, neon = 2, vector2 = 2, avx2 = 4, avx512 = 8)

# The sets of instructions that this machine runs and peak.c has.
known_sets <- function() intersect(metanmf:::native_instructions(), names(instruction_lanes))

# Billions of additions and multiplications a second from registers.
peak_rate <- function(instructions, repeats = 5, rounds = 1e7) {
  lanes <- instruction_lanes[[instructions]]
  run <- function() .C("bench_peak", as.integer(log2(lanes) - 1), as.double(rounds))
  24 * lanes * rounds / min(replicate(repeats, seconds(run))) / 1e9
}

# Billions of bytes a second that are read in order from an array larger than any cache.
read_rate <- function(repeats = 5, count = 3e7, times = 8) {
  run <- function(times) {
    function() .C("bench_read", as.double(count), as.double(times), double(1))
  }
  used <- take_turns(list(few = run(1), many = run(1 + times)), repeats)
  8 * count * times / (used[["many"]] - used[["few"]]) / 1e9
}
