# The output that README.md prints below its example, and the scores it compares it with. The
# example is read from README.md itself. A quarter of a minute on one core:
#
#   OPENBLAS_NUM_THREADS=1 Rscript bench/readme.R
options(metanmf.progress = FALSE)

lines <- readLines("README.md")
opening <- which(lines == "```r")
opening <- opening[opening > which(lines == "## Example")][[1L]]
closing <- which(lines == "```")
example <- lines[seq(opening + 1L, closing[closing > opening][[1L]] - 1L)]
source(exprs = str2expression(example), echo = FALSE, print.eval = TRUE)

cat("\nk-means on the pixels, from 10 uniform starts, NMI of 20 calls\n")
print(range(replicate(20, {
  found <- stats::kmeans(t(x), 10, iter.max = 100, nstart = 10)
  nmi(found$cluster, digits$labels)
})), digits = 3)
