# The share of a long search that is tried: little where tests have to be short (CRAN) or each line
# is watched (covr), some where all of it is tried elsewhere (tools/test.R --numeric).
share_of_cases <- function() {
  is_set <- function(name) identical(Sys.getenv(name), "true")
  if (!is_set("NOT_CRAN") || is_set("R_COVR")) return(1 / 20)
  if (is_set("METANMF_FEWER_CASES")) 1 / 5 else 1
}
