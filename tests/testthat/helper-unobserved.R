# Ten features by fourteen samples, of which feature 3 and sample 5 are NA.
unobserved_case <- function(seed = 1) {
  set.seed(seed)
  x <- drawn_data(10, 14, 3) + 0.1
  dimnames(x) <- list(paste0("f", 1:10), paste0("s", 1:14))
  replace(replace(x, cbind(3, 1:14), NA), cbind(1:10, 5), NA)
}

seeded <- function(code) {
  set.seed(9)
  suppressMessages(code)
}
