# The fit that Algorithm 1 ends with: the learned basis and the target's coefficients for it.

# The learned basis, scaled, with the target's coefficients solved for it. The costs of penalties
# for a sample follow from a pair, so a first round goes without them.
finish_meta <- function(target, data, spec) {
  control <- target_control(spec$control)
  scaled <- native_scale(target$w, target$h, target$engine$scale)
  spec$lambda <- absolute_lambda(spec$penalties, data$x, spec$loss)
  spec$kept <- kept_of_data(data, spec$loss, control)
  solve_pair <- function(terms) {
    h <- solve_coef(data, scaled$w, spec$loss, control, terms)
    c(list(h = h), pair_values(data, scaled$w, h, spec$loss, target$terms, control))
  }
  ends <- solve_pair(coef_terms(NULL, NULL))
  cost <- ends$cost
  terms <- coef_terms(cost, spec$penalties)
  if (any(cost > 0) || terms$penalty$coef$single) ends <- solve_pair(terms)
  h <- ends$h
  run <- list(w = scaled$w, h = h, divisor = scaled$divisor, value = ends$value, loss = ends$loss,
              trace = target$trace, iterations = spec$control$epochs, converged = FALSE,
              kkt = NA_real_, engine = target$engine, dead = dead_components(scaled$w, h),
              cost = cost)
  new_nmf_fit(run, data, spec, class = "meta_nmf_fit")
}

# F of a pair as it stands, with the penalties and without, and what these cost a sample: one
# iteration of the engine with every component held.
pair_values <- function(data, w, h, loss, terms, control) {
  control <- run_exactly(control, 1L)
  control$smoothing <- NULL
  held <- rep(1L, ncol(w))
  model <- engine_model(ncol(w), loss, "mu", terms, held = list(basis = held, coef = held))
  power <- scale_power(data$facts$largest, loss_reach(loss))
  raised <- scale_up(data, list(w = unname(w), h = unname(h)), model, power)
  out <- run_slices(raised$data, raised$w, raised$h, raised$model,
                    engine_control(control, loss))
  weight <- largest_weight(data$weights)
  values <- list(value = weight * utils::tail(out$trace, 1L), loss = weight * out$loss)
  c(lapply(values, scale_value_back, loss, power), list(cost = kept_cost(out, model, power)))
}
