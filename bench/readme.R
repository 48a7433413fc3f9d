# The output that README.md prints below its example, and the scores it compares it with. The
# example is read from README.md itself. A quarter of a minute on one core:
#
#   OPENBLAS_NUM_THREADS=1 Rscript bench/readme.R
#
# make check-readme runs it as well: it fails where a word of the output differs from README.md,
# or a number by more than 2 %, which leaves room for other processors.
options(metanmf.progress = FALSE)

lines <- readLines("README.md")
opening <- which(lines == "```r")
opening <- opening[opening > which(lines == "## Example")][[1L]]
closing <- which(lines == "```")
example <- lines[seq(opening + 1L, closing[closing > opening][[1L]] - 1L)]
printed <- utils::capture.output(
  source(exprs = str2expression(example), echo = FALSE, print.eval = TRUE))
writeLines(printed)

cat("\nk-means on the pixels, from 10 uniform starts, NMI of 20 calls\n")
print(range(replicate(20, {
  found <- stats::kmeans(t(x), 10, iter.max = 100, nstart = 10)
  nmi(found$cluster, digits$labels)
})), digits = 3)

# What README.md shows: the indented lines between the example and the next paragraph.
below <- lines[seq(closing[closing > opening][[1L]] + 1L, length(lines))]
shown <- below[seq_len(which(nzchar(below) & !startsWith(below, "    "))[[1L]] - 1L)]

number <- "[0-9]+([.][0-9]+)?"
words_of <- function(text) {
  gsub("[[:space:]]+", " ", trimws(gsub(number, "#", paste(text, collapse = " "))))
}
numbers_of <- function(text) as.numeric(unlist(regmatches(text, gregexpr(number, text))))
if (words_of(shown) != words_of(printed)) stop("README.md shows other words than are printed.")
apart <- abs(numbers_of(shown) - numbers_of(printed))
# A spread of .003 over 20 calls of k-means is no number to hold to 2 %.
if (any(apart > pmax(0.02 * numbers_of(printed), 0.005))) {
  stop("README.md shows other numbers than are printed.")
}
cat("\nREADME.md shows this output.\n")
