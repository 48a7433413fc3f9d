/* Stands in for R's header, so that the kernels compile without R. */
