new_experiment <- function(rows) {
  rownames(rows) <- NULL
  class(rows) <- c("metanmf_experiment", "data.frame")
  rows
}
check_experiment <- function(results) results
