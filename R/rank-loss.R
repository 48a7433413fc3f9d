# Which error judges the predictions of hidden entries, and which fits make them.

# The error at hidden entries. It is the one that found planted ranks most often, see the help page.
rank_error <- function(loss) if (loss == "kl") "kl" else "absolute"

# The loss of the fits. Least squares predict as well as other losses and are far faster, except for
# counts that vary more than Poisson ones.
rank_model <- function(loss, data, first, options, stream) {
  if (loss == "nb") settled_loss(loss, data, first, options, stream) else "frobenius"
}

# The loss with dispersions from a fit of all entries, so that all fits have the same dispersions.
settled_loss <- function(loss, data, rank, options, stream) {
  if (is.null(attr(loss, "estimate"))) return(loss)
  options[c("model_loss", "control")] <- list(loss, nmf_control())
  options["penalty"] <- list(NULL)
  fit <- with_stream(masked_fit(data$x, rank, "random", data, options), stream, "dispersion")
  dispersion <- unname(fit$model$dispersion)
  nb_loss(ifelse(is.na(dispersion), 0, dispersion))
}
