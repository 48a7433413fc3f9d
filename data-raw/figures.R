# Makes man/figures/clusters.png, the picture in README.md. Run from the project's root
# with the package installed:
#   OPENBLAS_NUM_THREADS=1 Rscript data-raw/figures.R [folder]
# It draws the fits of the README's example: ten clusters of digits by nmf() and by gnmf().

library(metanmf)
options(metanmf.progress = FALSE)
folder <- c(commandArgs(trailingOnly = TRUE), file.path("man", "figures"))[[1L]]

# Column k shows the first `shown` samples of cluster k, in the order of the data. A frame
# marks those whose digit is not the commonest of the cluster.
draw_clusters <- function(x, clusters, labels, heading, shown = 9L) {
  size <- metanmf::digits$image_size
  step <- size + 1.6
  count <- max(clusters)
  graphics::plot.new()
  graphics::plot.window(c(0, count * step[[2L]]), c(shown * step[[1L]], 0), asp = 1,
                        xaxs = "i", yaxs = "i")
  graphics::title(main = heading, line = 0.6, font.main = 1)
  for (k in seq_len(count)) {
    members <- which(clusters == k)
    commonest <- names(which.max(table(labels[members])))
    for (i in seq_len(min(shown, length(members)))) {
      sample <- members[[i]]
      ink <- grDevices::as.raster(1 - matrix(x[, sample], size[[1L]]))
      left <- (k - 1) * step[[2L]] + 0.8
      above <- (i - 1) * step[[1L]] + 0.8
      graphics::rasterImage(ink, left, above + size[[1L]], left + size[[2L]], above,
                            interpolate = FALSE)
      # Okabe and Ito's vermillion; the width tells as well as the colour.
      other <- labels[[sample]] != commonest
      graphics::rect(left, above + size[[1L]], left + size[[2L]], above,
                     border = if (other) "#D55E00" else "grey80", lwd = if (other) 2.2 else 0.6)
    }
  }
}

x <- scale_minmax(digits$x)
set.seed(1) # nolint: undesirable_function_linter.
plain <- nmf(x, rank = 10)
graph <- gnmf(x, rank = 10)
clusters <- list("nmf()" = cluster_samples(plain, k = 10),
                 "gnmf()" = cluster_samples(graph, k = 10))

file <- file.path(folder, "clusters.png")
grDevices::png(file, width = 1200, height = 592, res = 108)
graphics::par(mfrow = c(1, 2), mar = c(0.3, 0.6, 2.1, 0.6))
for (name in names(clusters)) {
  score <- nmi(clusters[[name]], digits$labels)
  draw_clusters(x, clusters[[name]], digits$labels,
                sprintf("%s, ten clusters in columns, NMI %.2f", name, score))
}
invisible(grDevices::dev.off())
cat(file, file.size(file), "bytes\n")
