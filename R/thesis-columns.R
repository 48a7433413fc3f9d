# The columns of an experiment's results and their types, in order: what is written, read
# and shown.
row_columns <- c(
  protocol = "character", dataset = "character", noise = "numeric", model = "character",
  variant = "character", rank = "integer", seed = "integer", nmi = "numeric",
  scale_w = "character", nmi_max = "numeric", nmi_l2 = "numeric", nmi_none = "numeric",
  ari_max = "numeric", ari_l2 = "numeric", ari_none = "numeric", error = "numeric",
  objective = "numeric", iterations = "integer", learning_iterations = "integer",
  seconds = "numeric", unconverged = "integer", nmi_variant = "character",
  scale_h = "character", kmeans_starts = "integer", kmeans_repeats = "integer",
  message = "character"
)
