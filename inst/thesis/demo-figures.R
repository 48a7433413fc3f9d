# The pictures of demo.R. Base graphics.

save_png <- function(file, width, height, draw) {
  grDevices::png(file, width, height, res = 150)
  on.exit(grDevices::dev.off())
  draw()
}

# Told apart by colour (Okabe and Ito's, for every kind of colour vision), symbol and line.
variants <- data.frame(
  variant = c("baseline", "meta", "c2"), colour = c("#000000", "#0072B2", "#D55E00"),
  symbol = c(1, 16, 17), line = c(3, 1, 2), shift = c(-0.15, 0, 0.15),
  label = c("baseline", "meta", "c2 (plain model, as many iterations)")
)

# NMI against rank: a panel per noise and model, all on one scale; mean and sd over seeds.
draw_ranks <- function(rows) {
  old <- graphics::par(mfrow = c(length(protocol$noise), nrow(models)), mar = c(2.6, 2.6, 2, 0.4),
                       oma = c(3, 1.5, 2, 0.5), mgp = c(1.6, 0.5, 0), las = 1)
  on.exit(graphics::par(old))
  top <- ceiling(10 * max(rows$nmi)) / 10
  for (noise in names(protocol$noise)) {
    for (model in models$model) {
      graphics::plot.default(range(protocol$ranks), c(0, top), type = "n", xlab = "", ylab = "",
                             xaxt = "n", main = paste0(model, ", ", noise), cex.main = 1)
      graphics::axis(1, protocol$ranks)
      graphics::abline(h = seq(0, top, 0.1), col = "grey90")
      panel <- rows[rows$noise == noise & rows$model == model, ]
      for (v in seq_len(nrow(variants))) draw_variant(panel, variants[v, ])
    }
  }
  graphics::mtext("rank", 1, 0, outer = TRUE, cex = 0.8)
  graphics::mtext("NMI of the evaluation half", 2, 0.2, outer = TRUE, cex = 0.8, las = 0)
  graphics::mtext(paste("Digits: NMI against rank, mean and standard deviation over",
                        length(protocol$seeds), "seeds"), 3, 0.4, outer = TRUE, font = 2)
  draw_legend()
}

draw_variant <- function(panel, look) {
  nmi <- panel$nmi[panel$variant == look$variant]
  rank <- panel$rank[panel$variant == look$variant]
  mean <- tapply(nmi, rank, mean)
  sd <- tapply(nmi, rank, stats::sd)
  at <- as.numeric(names(mean)) + look$shift
  graphics::segments(at, mean - sd, at, mean + sd, col = look$colour)
  graphics::lines(at, mean, type = "o", col = look$colour, pch = look$symbol, lty = look$line,
                  cex = 0.9)
}

# One legend for all panels, in the outer margin.
draw_legend <- function() {
  graphics::par(fig = c(0, 1, 0, 1), oma = c(0, 0, 0, 0), mar = c(0, 0, 0, 0), new = TRUE)
  graphics::plot.new()
  graphics::legend("bottom", variants$label, col = variants$colour, pch = variants$symbol,
                   lty = variants$line, horiz = TRUE, bty = "n", inset = 0.005)
}

# Bases of the evaluation's fits, baseline above meta: a panel per noise and model.
draw_bases <- function(results) {
  shown <- Filter(function(result) !is.null(result$fits), results)
  old <- graphics::par(mfrow = c(length(protocol$noise), nrow(models)), oma = c(1.8, 0, 2, 0))
  on.exit(graphics::par(old))
  for (noise in names(protocol$noise)) {
    for (model in models$model) {
      this <- Find(function(result) result$cell$noise == noise && result$cell$model == model, shown)
      plot_basis(this$fits[c("baseline", "meta")], digits$image_size, columns = 5,
                 main = paste0(model, ", ", noise), legend = FALSE)
    }
  }
  cell <- shown[[1]]$cell
  graphics::mtext(paste0("Digits: columns of W as images, rank ", cell$rank, ", seed ", cell$seed),
                  3, 0.4, outer = TRUE, font = 2)
  scale <- paste("One scale for all images: white is 0, black is 1, the largest entry of each",
                 "column of W. Columns are in no order.")
  graphics::mtext(scale, 1, 0.4, outer = TRUE, cex = 0.7)
}
