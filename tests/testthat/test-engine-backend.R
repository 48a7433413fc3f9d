test_that("the names of optimised BLASes are told from the others, wherever they stand", {
  optimised <- c("openblas-pthread/libblas.so.3", "libopenblasp-r0.3.21.so", "libmkl_rt.so.2",
                 "libblis.so.4", "atlas/libblas.so.3", "vecLib.framework/libBLAS.dylib",
                 "Accelerate.framework/Versions/A/Accelerate", "libarmpl_lp64.so")
  other <- c("", "libblas.so.3.11.0", "blas/libblas.so.3", "libRblas.so", "libRblas.dylib",
             "Rblas.dll")
  expect_true(all(grepl(fast_blas, optimised, ignore.case = TRUE)))
  expect_false(any(grepl(fast_blas, other, ignore.case = TRUE)))
})

test_that("\"auto\" is the backend for R's BLAS, and is settled before the fit", {
  expect_true(default_backend() %in% c("blas", "native"))
  expect_identical(engine_control(nmf_control(), "kl")$backend, default_backend())
  for (backend in c("blas", "native")) {
    expect_identical(engine_control(nmf_control(backend = backend), "kl")$backend, backend)
  }
})

test_that("\"auto\" is native with AVX-512, else \"blas\" exactly under an optimised BLAS", {
  # The file behind the link decides too: libblas.so.3 alone says nothing.
  path <- extSoftVersion()[["BLAS"]]
  names <- tolower(c(path, if (file.exists(path)) normalizePath(path)))
  known <- c("openblas", "mkl", "blis", "atlas", "accelerate", "veclib", "armpl")
  fast <- any(vapply(known, function(name) any(grepl(name, names, fixed = TRUE)), NA))
  expect_identical(default_backend(instructions = "avx2"), if (fast) "blas" else "native")
  for (set in c("plain", "sse2", "avx2")) {
    expect_identical(default_backend("openblas-pthread/libblas.so.3", set), "blas")
    expect_identical(default_backend("blas/libblas.so.3", set), "native")
  }
  expect_identical(default_backend("openblas-pthread/libblas.so.3", "avx512"), "native")
})
