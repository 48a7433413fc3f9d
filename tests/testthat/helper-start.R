# Data for the tests of starts and of sparse data.
random_matrix <- function(m, n, seed = 1) {
  set.seed(seed)
  matrix(stats::runif(m * n), m, n)
}

named_matrix <- function() {
  matrix(c(1, 0, 2, 3, 1, 0, 2, 2, 4, 1, 0, 1), 3, 4,
         dimnames = list(c("a", "b", "c"), paste0("s", 1:4)))
}

# x as a dgCMatrix; as() alone makes a dsCMatrix of a symmetric one.
sparse_copy <- function(x) methods::as(methods::as(x, "CsparseMatrix"), "generalMatrix")
