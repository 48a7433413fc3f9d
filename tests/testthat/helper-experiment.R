# Results of an experiment, made up without a fit or a random number. Scores of meta,
# plain_matched and plain_long are some .05, .04 and .03 above the baseline's, errors below; the
# controls "hals" and "kmeans" come once per data set, noise and seed, with models of their own.
fake_results <- function(datasets = "digits", models = "NMF",
                         variants = c("baseline", "meta", "plain_matched"), ranks = c(2, 5),
                         seeds = 1:5, noise = 0, protocol = "thesis") {
  cells <- function(models, variants, ranks) {
    expand.grid(rank = as.integer(ranks), seed = as.integer(seeds), variant = variants,
                model = models, noise = noise, dataset = datasets, protocol = protocol,
                stringsAsFactors = FALSE)
  }
  rows <- rbind(cells(models, setdiff(variants, c("hals", "kmeans")), ranks),
                cells("HALS", intersect(variants, "hals"), ranks),
                cells("k-means", intersect(variants, "kmeans"), NA))
  # Between 0 and 1, without a pattern.
  scatter <- function(shift) (sin(seq_len(nrow(rows)) + shift) * 43758.5453) %% 1
  gain <- c(baseline = 0, meta = 0.05, plain_matched = 0.04, plain_long = 0.03, hals = 0.02,
            kmeans = 0.01)
  score <- 0.4 + gain[rows$variant] + ifelse(is.na(rows$rank), 0, rows$rank) / 100 -
    rows$noise / 10
  scores <- lapply(0:5, function(shift) unname(score + scatter(shift) / 20))
  names(scores) <- c("nmi_max", "nmi_l2", "nmi_none", "ari_max", "ari_l2", "ari_none")
  metanmf:::new_experiment(data.frame(
    rows[c("protocol", "dataset", "noise", "model", "variant", "rank", "seed")],
    nmi = scores$nmi_max, scale_w = "max", scores,
    error = unname(0.5 - gain[rows$variant] + scatter(6) / 20), objective = 1000 * scatter(7),
    iterations = 100L, learning_iterations = 5000L, seconds = 1 + scatter(8), unconverged = 0L,
    message = NA_character_, nmi_variant = "arithmetic", scale_h = "none", kmeans_starts = 1L,
    kmeans_repeats = 5L
  ))
}

# A printed table as it is in any locale: the width of the plus-minus sign differs.
plain_text <- function(lines) gsub("  +", "  ", gsub("\u00b1", "+-", lines))
