# Class nmf_fit: draws from the model behind its loss, where nmf-likelihood.R knows a likelihood.

#' @rdname logLik.nmf_fit
#' @importFrom stats simulate
#' @export
simulate.nmf_fit <- function(object, nsim = 1, seed = NULL, ...) {
  check_dots(list(...), "simulate.nmf_fit", c("nsim", "seed"))
  nsim <- check_count(nsim, "nsim")
  need_likelihood(object, "simulate()")
  sd <- if (object$loss == "frobenius") sigma(object)
  if (!is.null(sd) && is.na(sd)) {
    stop_input("object", "a fit with more observed entries than parameters, to have a variance",
               paste(nobs(object), "entries and", mean_parameters(object), "parameters"))
  }
  draw_all <- function() {
    z <- fitted(object)
    known <- which(!is.na(z))
    count <- length(known)
    size <- if (object$loss == "nb") 1 / rep_len(object$model$dispersion, length(z))
    lapply(stats::setNames(nm = paste0("sim_", seq_len(nsim))), function(name) {
      z[known] <- switch(object$loss, frobenius = stats::rnorm(count, z[known], sd),
                         kl = stats::rpois(count, z[known]),
                         is = stats::rexp(count, 1 / z[known]),
                         nb = stats::rnbinom(count, size[known], mu = z[known]))
      z
    })
  }
  if (is.null(seed)) {
    # R has no state to report before the first draw, so this draw creates one.
    if (!exists(".Random.seed", globalenv(), inherits = FALSE)) stats::runif(1L)
    state <- get(".Random.seed", globalenv(), inherits = FALSE)
    return(structure(draw_all(), seed = state))
  }
  state <- structure(seed, kind = as.list(RNGkind()))
  drawn <- keeping_random_state({
    set.seed(seed)
    draw_all()
  })
  structure(drawn, seed = state)
}
