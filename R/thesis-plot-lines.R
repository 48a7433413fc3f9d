# What the figures of an experiment show, as numbers and words: which rows go into which panel,
# means and standard deviations over seeds, title and note.

# Mean and standard deviation over seeds at each place of each line. What a seed has at one
# place is averaged first: seeds are the unit of replication, the ranks of one are not.
# k-means has no rank: its place is NA.
score_lines <- function(rows, score, by, along) {
  cells <- split(rows, paste(rows[[by]], rows[[along]]))
  lines <- lapply(cells, function(cell) {
    each <- tapply(cell[[score]], cell$seed, mean)
    each <- as.vector(each[!is.na(each)])
    data.frame(line = cell[[by]][[1L]], at = cell[[along]][[1L]], mean = mean(each),
               sd = stats::sd(each), seeds = length(each))
  })
  none <- data.frame(line = character(), at = numeric(), mean = numeric(), sd = numeric(),
                     seeds = integer())
  lines <- do.call(rbind, c(list(none), lines))
  lines <- lines[lines$seeds > 0L, ]
  lines <- lines[order(lines$line, lines$at), ]
  rownames(lines) <- NULL
  lines
}

# list(rows, title, strip, columns): what each panel shows, panels of one row after another. An
# entry of `rows` without rows keeps a place empty.
experiment_panels <- function(rows, type) {
  models <- order_models(rows$model[!rows$variant %in% names(own_models)])
  if (type == "models") return(model_panels(rows))
  if (type == "noise") rows$place <- dataset_labels(rows$dataset)
  else rows$place <- paste0(dataset_labels(rows$dataset), ", ", noise_labels(rows$noise))
  places <- unique(rows$place[order(match(rows$dataset, unique(rows$dataset)), rows$noise)])
  grid <- expand.grid(model = models, place = places, stringsAsFactors = FALSE)
  shown <- Map(function(model, place) {
    rows[rows$place == place & (rows$model == model | rows$variant %in% names(own_models)), ]
  }, grid$model, grid$place)
  # One place needs no name beside its panels: it is in the title.
  one <- length(places) == 1L
  list(rows = unname(shown), title = grid$model, strip = if (one) "" else places,
       columns = if (one) grid_columns(length(models)) else length(models))
}

# Panels of all models: data sets from left to right, a row for clean and one for noisy data.
model_panels <- function(rows) {
  rows <- rows[!rows$variant %in% names(own_models), ]
  kind <- noise_kind(rows$dataset, rows$noise)
  grid <- expand.grid(dataset = unique(rows$dataset), kind = sort(unique(kind)),
                      stringsAsFactors = FALSE)
  shown <- Map(function(dataset, k) rows[rows$dataset == dataset & kind == k, ],
               grid$dataset, grid$kind)
  title <- vapply(shown, function(panel) {
    if (!nrow(panel)) return("")
    paste0(dataset_labels(panel$dataset[[1L]]), ", ", noise_labels(panel$noise[[1L]]))
  }, "")
  one <- length(unique(grid$kind)) == 1L
  list(rows = unname(shown), title = unname(title), strip = "",
       columns = if (one) grid_columns(nrow(grid)) else length(unique(grid$dataset)))
}

# Panels in a row: all up to four, else rows of nearly the same length.
grid_columns <- function(count) ceiling(count / ceiling(count / 4))

# Models the package knows in its order, then others as they come.
order_models <- function(models) {
  c(intersect(model_looks$name, models), setdiff(models, model_looks$name))
}

# `nmi` is the score with the protocol's own scaling, which is in `scale_w`.
score_label <- function(score, rows) {
  own <- setdiff(rows$scale_w[rows$variant != "kmeans"], NA)
  if (score == "nmi" && length(own) == 1L) score <- paste0("nmi_", own)
  score_labels[[score]]
}

experiment_title <- function(x, type, variants) {
  place <- unique(dataset_labels(x$dataset))
  if (type == "rank" && length(unique(x$noise)) == 1L) {
    place <- paste0(place, ", ", noise_labels(x$noise[[1L]]))
  }
  what <- switch(type, rank = "Score against rank", noise = "Score against noise",
                 models = paste("Models compared,", if (is.null(variants)) "meta" else variants))
  if (length(place) == 1L) paste0(place, ": ", tolower(what)) else what
}

describe_ranks <- function(ranks) {
  if (length(ranks) == 1L) return(paste(" at rank", ranks))
  paste(" of the mean over ranks", toString(ranks))
}

# What a point is, in a sentence.
experiment_note <- function(rows, lines, score, type) {
  seeds <- do.call(rbind, lines)$seeds
  missing <- sum(is.na(rows[[score]]))
  paste0(if (max(seeds) > 1L) "Mean and standard deviation over " else "From ", count_seeds(seeds),
         if (type == "noise") describe_ranks(sort(unique(rows$rank))),
         ".", if (missing) paste0(" Left out, without a score: ", missing,
                                  if (missing == 1L) " fit." else " fits."))
}
