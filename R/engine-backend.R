# What computes the products: our own code in an instruction set of this processor, or R's BLAS.

# With AVX-512 our own code is as fast as OpenBLAS's on these skinny products or faster
# (bench/mu.R), so it is taken whatever the BLAS is. Else:
# names of optimised BLASes as they appear in the library's path. Everything else
# (the reference BLAS, libRblas, no name at all) is served faster by our own code.
fast_blas <- "openblas|mkl|blis|atlas|accelerate|veclib|armpl"

# R gives the library's path; followed to the file it stands for, since a link
# called libblas.so.3 says nothing. Asked once, since it takes as long as a small fit.
blas_library <- function() {
  if (is.null(process$blas)) {
    path <- extSoftVersion()[["BLAS"]]
    process$blas <- c(if (nzchar(path) && file.exists(path)) normalizePath(path), path)
  }
  process$blas
}

default_backend <- function(library = blas_library(),
                           instructions = used_instructions(chosen_instructions())) {
  if (instructions == "avx512") return("native")
  if (any(grepl(fast_blas, library, ignore.case = TRUE))) "blas" else "native"
}

chosen_instructions <- function() {
  chosen <- getOption("metanmf.instructions", "auto")
  check_choice(chosen, "options(metanmf.instructions)", c("auto", native_instructions()))
}

used_instructions <- function(asked) {
  if (asked == "auto") utils::tail(native_instructions(), 1L) else asked
}

# The BLAS library's folder and file, which together say which one it is.
blas_name <- function() {
  path <- blas_library()[[1L]]
  if (nzchar(path)) file.path(basename(dirname(path)), basename(path)) else "unknown"
}
