# What the figures of an experiment share: looks fixed by name, labels, and a page of panels
# with one key below. Base graphics only.

# A variant looks the same in every figure. Told apart by colour (Okabe and Ito's, for every
# kind of colour vision), by symbol and by line.
variant_looks <- data.frame(
  name = all_variants,
  label = c("baseline", "meta", "plain_matched (no tasks)", "plain_long (more iterations)", "HALS",
            "k-means on X"),
  colour = unname(okabe_ito[c("black", "blue", "vermilion", "green", "purple", "grey")]),
  symbol = c(21, 21, 24, 22, 23, NA), fill = c(FALSE, TRUE, TRUE, TRUE, FALSE, NA),
  line = c("22", "solid", "62", "5121", "1222", "solid")
)

model_looks <- data.frame(
  name = c("NMF", "GNMF", "NMF-NNDSVD", "GNMF-NNDSVD", "GNMF-kNN", "GNMF-auto"),
  colour = unname(okabe_ito[c("blue", "orange", "sky", "vermilion", "green", "purple")]),
  symbol = c(21, 22, 24, 23, 25, 21),
  line = c("solid", "62", "22", "5121", "1222", "8222")
)

# The looks of models, those the package does not know after the others: first the looks of models
# that are not there, then their colours with other symbols and lines. No two are the same.
looks_of_models <- function(models) {
  known <- model_looks[model_looks$name %in% models, ]
  others <- setdiff(models, known$name)
  free <- rbind(model_looks[!model_looks$name %in% models, ], more_looks())
  if (length(others) > nrow(free)) {
    stop_input("x", paste("at most", nrow(known) + nrow(free), "models in one figure"),
               paste(length(models), "models"), "The eye cannot tell more apart.")
  }
  free <- free[seq_along(others), ]
  free$name <- others
  looks <- rbind(known, free)
  looks$label <- looks$name
  looks$fill <- rep(TRUE, nrow(looks))
  looks
}

more_looks <- function() {
  symbols <- unique(model_looks$symbol)
  each <- lapply(seq_len(length(symbols) - 1L), function(turn) {
    looks <- model_looks
    looks$symbol <- symbols[(match(looks$symbol, symbols) + turn - 1L) %% length(symbols) + 1L]
    looks$line <- model_looks$line[(seq_len(nrow(looks)) + turn - 1L) %% nrow(looks) + 1L]
    looks
  })
  do.call(rbind, each)
}

dataset_labels <- function(names) {
  ifelse(names %in% names(thesis_names), thesis_names[names], names)
}

noise_labels <- function(noise) ifelse(noise == 0, "clean", paste("noise", format_each(noise)))

format_each <- function(numbers) vapply(numbers, format, "", digits = 3)

# 0 for clean data, else which of the data set's noise levels it is: data sets have levels
# of their own, and those of one rank stand in one row of panels.
noise_kind <- function(dataset, noise) {
  kind <- integer(length(noise))
  for (name in unique(dataset)) {
    here <- dataset == name
    kind[here] <- match(noise[here], sort(unique(noise[here & noise > 0])), nomatch = 0L)
  }
  kind
}

# "5 seeds", or "3 to 5 seeds" where cells have different numbers of them.
count_seeds <- function(counts) {
  counts <- range(counts)
  if (counts[[1L]] < counts[[2L]]) return(paste(counts[[1L]], "to", counts[[2L]], "seeds"))
  paste(counts[[1L]], if (counts[[1L]] == 1L) "seed" else "seeds")
}

check_limits <- function(limits, argument) {
  ok <- is.numeric(limits) && length(limits) == 2L && all(is.finite(limits)) &&
    limits[[1L]] < limits[[2L]]
  if (!ok) stop_input(argument, "two numbers, the lower one first", describe(limits))
  limits
}

# A page of rows x columns panels; what it returns restores the user's page. `margins` are
# lines of text at the bottom, left, top and right of the page, `gaps` those around a panel.
open_page <- function(rows, columns, margins, gaps) {
  # In the order in which they are restored: margins in lines depend on cex, that on mfrow.
  old <- graphics::par(c("mfrow", "cex", "oma", "mar", "mgp", "tcl", "las", "xpd"))
  graphics::par(mfrow = c(rows, columns))
  # mfrow shrinks text by the number of panels; every figure has the same size of text here.
  graphics::par(cex = 0.8)
  graphics::par(oma = margins, mar = gaps, mgp = c(1.6, 0.45, 0), tcl = -0.3, las = 1, xpd = FALSE)
  old
}

# Text in the margin of the page, `line` lines of the page's text out.
page_text <- function(text, side, line, ...) {
  graphics::mtext(text, side, line, outer = TRUE, cex = graphics::par("cex"), ...)
}

# Title and, below it, a note of what is drawn, from the left; smaller where it would be cut.
page_title <- function(main, note) {
  fit <- function(text, size, font) {
    inches <- graphics::strwidth(text, "inches", cex = size / graphics::par("cex"), font = font)
    between_margins <- graphics::par("din")[[1L]] - sum(graphics::par("omi")[c(2L, 4L)])
    min(size, size * between_margins / inches)
  }
  if (!is.null(main)) {
    graphics::mtext(main, 3, 1.4, outer = TRUE, adj = 0, font = 2, cex = fit(main, 1, 2))
  }
  size <- fit(note, graphics::par("cex"), 1)
  graphics::mtext(note, 3, 0.1, outer = TRUE, adj = 0, cex = size, col = "grey30")
}

# A text as large as `size`, or as its place of so many inches allows.
fitting_size <- function(text, inches, size = graphics::par("cex"), font = 1) {
  wide <- max(graphics::strwidth(text, "inches", cex = size / graphics::par("cex"), font = font))
  if (wide > inches) size * inches / wide else size
}

# Title of a panel above it; the titles of all panels have one size, in which none is too wide.
panel_title <- function(title, titles) {
  size <- fitting_size(titles, graphics::par("fin")[[1L]] - 0.05, font = 2)
  graphics::mtext(title, 3, 0.25, font = 2, cex = size)
}

# Every k-th label, for the smallest k with which none touches the next; the others are blank.
labels_apart <- function(at, labels) {
  inches <- at / diff(graphics::par("usr")[1:2]) * graphics::par("pin")[[1L]]
  half <- graphics::strwidth(labels, "inches") / 2 + 0.03
  apart <- function(step) {
    shown <- seq(1L, length(at), by = step)
    next_one <- shown[-1L]
    last <- shown[-length(shown)]
    all(inches[next_one] - inches[last] > half[next_one] + half[last])
  }
  step <- Find(apart, seq_along(at))
  ifelse(seq_along(at) %in% seq(1L, length(at), by = step), labels, "")
}

# How many lines a key of `count` entries takes.
key_rows <- function(count) ceiling(count / 4)

# One key for all panels, at the foot of the page, made smaller where it would be too wide: lines
# of the key keep their length, so that its width is no multiple of its size. Called with the last
# panel current.
draw_key <- function(looks) {
  key <- function(size, plot) {
    graphics::legend(graphics::grconvertX(0.5, "ndc", "user"),
                     graphics::grconvertY(0.005, "ndc", "user"), looks$label,
                     xjust = 0.5, yjust = 0,
                     col = looks$colour, pt.bg = fill_colours(looks), pch = looks$symbol,
                     lty = looks$line, lwd = 1.5, seg.len = 3, x.intersp = 1, bty = "n",
                     text.width = 1.08 * max(graphics::strwidth(looks$label, cex = size)),
                     ncol = ceiling(nrow(looks) / key_rows(nrow(looks))), xpd = NA, cex = size,
                     plot = plot)
  }
  usr <- graphics::par("usr")
  page <- 0.98 * graphics::par("din")[[1L]]
  size <- 1
  for (turn in 1:20) {
    inches <- key(size, FALSE)$rect$w / (usr[[2L]] - usr[[1L]]) * graphics::par("pin")[[1L]]
    if (inches <= page) break
    size <- size * min(0.97, page / inches)
  }
  key(size, TRUE)
}

fill_colours <- function(looks) ifelse(looks$fill, looks$colour, "white")
