# Losses that have a parameter, beside the three that are given by name.

#' The beta-divergence as a loss
#'
#' Makes a `loss` for [nmf()] from the beta-divergences of Basu et al. (1998), a family that
#' contains least squares, Kullback-Leibler and Itakura-Saito and continues between and beyond them.
#'
#' \deqn{F = \sum_{ij} \frac{x_{ij}^b + (b - 1) z_{ij}^b - b x_{ij} z_{ij}^{b - 1}}{b (b - 1)}}{
#'   F = sum_ij (x^b + (b - 1) z^b - b x z^(b - 1)) / (b (b - 1))}
#' with \eqn{Z = WH}, plus the penalties. It suits noise whose variance is proportional to
#' \eqn{z^{2 - b}}{z^(2 - b)}. [deviance()] is the deviance of the Tweedie model with that variance;
#' for b between 1 and 2 and above 2, where no such distribution exists, it is a quasi-likelihood.
#' So choose b by how the noise grows with the value:
#' - `b = 2`: constant noise, least squares.
#' - between 1 and 2: noise that grows more slowly than the square root, as in sums of counts and
#'   background, and images.
#' - `b = 1`: a variance equal to the mean, as in counts. This is Kullback-Leibler.
#' - between 0 and 1: noise between that of counts and noise in proportion to the value, as in
#'   amounts with zeros such as rain or insurance claims (compound Poisson), and audio (0.5 is a
#'   usual choice).
#' - `b = 0`: noise in proportion to the value, as in power spectra. This is Itakura-Saito.
#' - below 0 small entries count even more, and above 2 large ones do.
#'
#' @section Losses with names: `beta_loss(0)`, `beta_loss(1)` and `beta_loss(2)` are `"is"`, `"kl"`
#'   and `"frobenius"`, to the bit. For b = 2 the divergence above is
#'   \eqn{\|X - WH\|^2 / 2}{|X - WH|^2 / 2}, but the objective of least squares has no factor 1/2.
#'   There the objective, and with it any `lambda`, is twice that of the formula.
#'
#' @section Updates: The only solver is `"mu"`,
#'   \deqn{H \leftarrow H \circ \left( \frac{W'(X \circ Z^{b - 2})}{W' Z^{b - 1}} \right)^e, \quad
#'         e = 1 / \max(1, 1 - b, b - 1),}{
#'         H <- H * ((W'(X * Z^(b - 2))) / (W'Z^(b - 1)))^e,  e = 1 / max(1, 1 - b, b - 1),}
#'   with W alike. Fevotte and Idier (2011) prove that F does not rise for their exponent, which is
#'   \eqn{1 / (2 - b)}{1 / (2 - b)} below b = 1. The exponent here is larger there, so fits are
#'   ahead after the same number of iterations. F still never rises: their majoriser
#'   \eqn{p u^{b-1} / (1 - b) + q u} of a ratio u, with p and q the two terms, is by Bernoulli's
#'   inequality at \eqn{u = (p / q)^e} at most what it is at 1. With an exponent of 1 for every b, F
#'   could rise. A sparse penalty adds its weight to the denominator. The ridge adds
#'   \eqn{2 \mu h}{2 mu h}, and then e is \eqn{1 / \max(2, 1 - b)}{1 / max(2, 1 - b)} for b up to 1,
#'   \eqn{1 / (3 - b)}{1 / (3 - b)} for b up to 2 and \eqn{1 / (b - 1)}{1 / (b - 1)} above. The same
#'   exponents hold for a scale-invariant sparse penalty in the step of the other factor.
#'
#'   An iteration takes a power of every entry of Z, which is about ten times as slow as
#'   Kullback-Leibler. Blocks of columns of a sparse `x` are filled with their zeros one at a time.
#'   Zeros of `x` need b above 0.
#'
#' @param b One number from -1 to 3. There is no default, since it depends on the noise. Below 1 the
#'   positive entries of the data must lie within \eqn{10^{200 / (2 - b)}}{10^(200 / (2 - b))} of
#'   each other, since powers of them are taken.
#' @return A loss for `loss` of [nmf()], [as_nmf()] and [meta_nmf()]. A fit has `"beta"` as its
#'   `model$loss` and b as its `model$beta`.
#' @section Errors: Class `metanmf_error` if b is not a number from -1 to 3, and, from [nmf()], for
#'   data with zeros if b is 0 or less.
#' @references Basu, A., Harris, I. R., Hjort, N. L. and Jones, M. C. (1998). Robust and efficient
#'   estimation by minimising a density power divergence. *Biometrika* 85(3), 549-559.
#'   \doi{10.1093/biomet/85.3.549}
#'
#'   Fevotte, C. and Idier, J. (2011). Algorithms for nonnegative matrix factorization with
#'   the beta-divergence. *Neural Computation* 23(9), 2421-2456.
#'   \doi{10.1162/NECO_a_00168}
#' @examples
#' # Amounts of rain in 10 places on 20 days, some of them dry
#' set.seed(1)
#' rain <- matrix(rgamma(200, 2) * rbinom(200, 1, 0.7), 10)
#' fit <- nmf(rain, 2, loss = beta_loss(0.5))
#' fit$model$beta
#' deviance(fit)
#' @export
beta_loss <- function(b) {
  check_given("b", "the power of the beta-divergence", "Use beta_loss(0.5), for example.")
  b <- check_number(b, "b", -1, 3)
  named <- match(b, 0:2)
  if (!is.na(named)) return(c("is", "kl", "frobenius")[[named]])
  structure("beta", beta = b, class = "nmf_loss")
}

#' @export
format.nmf_loss <- function(x, ...) {
  if (x == "nb") return(format_dispersion(x))
  paste0("beta_loss(", format(attr(x, "beta"), digits = 4), ")")
}

#' @export
print.nmf_loss <- function(x, ...) {
  cat("<nmf_loss> ", format(x), "\n", sep = "")
  invisible(x)
}

# A loss by its name, or made by beta_loss() or nb_loss().
# `binomial`: the call that makes the negative binomial where this is asked for.
check_loss <- function(loss, binomial = quote(nb_loss())) {
  if (inherits(loss, "nmf_loss")) return(loss)
  if (is.numeric(loss) && length(loss) == 1L) {
    stop_input("loss", paste("one of", paste0("\"", nmf_losses, "\"", collapse = ", "),
                             "or made by beta_loss() or nb_loss()"), describe(loss),
               paste0("Use ", call_with("loss", loss, call("beta_loss", loss)), "."))
  }
  if (identical(loss, "beta")) {
    stop_input("loss", "made by beta_loss(), with the power as its argument", "\"beta\"",
               "Use loss = beta_loss(0.5), for example.")
  }
  if (names_binomial(loss) || identical(loss, nb_loss)) {
    stop_input("loss", "made by nb_loss(), with the dispersions as its argument", describe(loss),
               paste0("Use ", call_with("loss", loss, binomial), "."))
  }
  check_choice(loss, "loss", nmf_losses)
}

# Whether a value is a name that some package gives to the negative binomial.
names_binomial <- function(value) {
  if (!is.character(value) || is.object(value) || length(value) != 1L) return(FALSE)
  tolower(gsub("[-_. ]", "", valid_text(value))) %in%
    c("nb", "negbin", "nbinom", "negbinom", "negbinomial", "negativebinomial")
}

# The loss of a fit, as the verbs take it.
loss_of <- function(fit) {
  model <- fit$model
  if (model$loss == "nb") return(new_nb_loss(unname(model$dispersion)))
  if (model$loss != "beta") return(model$loss)
  structure("beta", beta = model$beta, class = "nmf_loss")
}

# A loss as text: "kl" or "beta_loss(0.5)".
loss_text <- function(loss) if (inherits(loss, "nmf_loss")) format(loss) else loss

# Whether the gradient is a difference of two terms of Z, each with a sum of its own.
has_two_terms <- function(loss) loss %in% c("is", "beta", "nb")

# The power of c with which F of c X and c H grows; dispersions are divided by c.
objective_degree <- function(loss) {
  if (loss == "beta") attr(loss, "beta") else c(frobenius = 2, kl = 1, is = 0, nb = 1)[[loss]]
}

# The largest entry may be this power of two away from 1 before the data are scaled: the engine
# takes squares of them, or powers up to the sixth.
loss_reach <- function(loss) if (loss == "beta") 100 else 300

# The divergence entry by entry, for ranking and residuals: near x = z it has few digits.
divergence_terms <- function(x, z, loss) {
  b <- attr(loss, "beta")
  switch(loss, frobenius = (x - z)^2,
         kl = {
           of_log <- x * log(x / z)
           of_log[which(x == 0)] <- 0
           of_log - x + z
         },
         is = x / z - log(x / z) - 1,
         nb = nb_terms(x, z, attr(loss, "dispersion")),
         beta = (x^b + (b - 1) * z^b - b * x * z^(b - 1)) / (b * (b - 1)))
}

# Itakura-Saito and the losses beyond it divide by the data, so these must be positive. A number
# that `smoothing` adds to the data would make sparse data dense.
check_loss_data <- function(loss, data, control, argument = "x") {
  power <- objective_degree(loss)
  if (power <= 0) check_positive(data, loss, argument)
  if (loss == "nb") check_dispersed(loss, data, argument)
  if (power > 0 && power < 1) check_range(data, loss, argument)
  if (loss == "kl" && !is_dense(data$x) && engine_control(control, loss)$add_data > 0) {
    stop_input("smoothing", "without `data` for a sparse matrix", "a number that fills its zeros",
               "Use as.matrix() on the data to reproduce that protocol.")
  }
}

# Quotients of the data and their powers must be numbers, hence the largest ratio.
range_digits <- function(loss) floor(200 / (2 - objective_degree(loss)))

check_positive <- function(data, loss, argument = "x") {
  x <- data$x
  range <- c(data$facts$smallest, data$facts$largest)
  whole <- is_dense(x) || isTRUE(data$partial)
  digits <- range_digits(loss)
  if (whole && range[[1L]] > 0 && range[[2L]] / range[[1L]] <= 10^digits) return(invisible())
  zeros <- stored_zeros(x)
  name <- if (loss == "is") "\"is\"" else format(loss)
  stop_input(argument, paste0("a matrix of positive numbers within ", digits,
                              " powers of ten, with loss = ", name),
             if (!whole) "a sparse matrix" else if (zeros > 0) paste(zeros, "zeros")
             else paste("numbers from", format(range[[1L]]), "to", format(range[[2L]])),
             paste("Use loss = \"kl\" or \"frobenius\", or add a small number to the data.",
                   if (loss == "beta") "Zeros need beta_loss(b) with b above 0, such as 0.5."))
}

# The same check of the positive entries alone, for losses that take zeros.
check_range <- function(data, loss, argument) {
  smallest <- data$facts$smallest
  if (smallest == 0) smallest <- smallest_positive(data$x)
  digits <- range_digits(loss)
  if (is.infinite(smallest) || data$facts$largest / smallest <= 10^digits) return(invisible())
  stop_input(argument, paste0("a matrix whose positive numbers lie within ", digits,
                              " powers of ten, with loss = ", format(loss)),
             paste("numbers from", format(smallest), "to", format(data$facts$largest)),
             "Use loss = \"kl\" or \"frobenius\", or set negligible entries to 0.")
}
