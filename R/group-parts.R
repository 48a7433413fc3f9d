# How the parts of a task's basis go together: columns of its own beside W (group NMF), or a change
# of W itself (integrative NMF). Each kind says what a pass takes and what the steps read of its
# sums.

# V_i = [W B_i] with S_i = [H_i; G_i]. `loss` and `solver` are those of the model.
private_parts_model <- function(loss, solver) {
  list(
    basis = function(w, own) cbind(w, own),
    gram = function(own) NULL,
    shared = function(sums, own, alpha) shared_part(sums, own, alpha, loss, solver),
    own_sums = function(sums, w) sums,
    beside = function(w, own) w,
    cost = function(sums, own) 0
  )
}

# U_i = W + V_i with H_i, and lambda |V_i H_i|^2 beside (Yang & Michailidis 2016). The sums are
# those of H_i alone: P_i = X_i H_i', A_i = H_i H_i'.
tied_parts_model <- function(lambda, solver) {
  # A step of one part of the basis, beside what the other explains.
  apart <- function(sums, other, by = 1) {
    explained <- other %*% sums$hht
    if (solver == "mu") sums$denominator <- explained
    else sums$xht <- sums$xht - explained
    sums$hht <- by * sums$hht
    sums
  }
  list(
    basis = function(w, own) w + own,
    gram = function(own) lambda * crossprod(own),
    shared = function(sums, own, alpha) {
      sums <- apart(sums, own)[c("xht", "hht", "h_sum", "columns", "denominator")]
      lapply(Filter(Negate(is.null), sums), `*`, alpha)
    },
    own_sums = function(sums, w) apart(sums, w, 1 + lambda),
    beside = function(w, own) NULL,
    cost = function(sums, own) lambda * sum(crossprod(own) * sums$hht)
  )
}

# What B_i explains is taken off P_i^H or, for a ratio, which must stay above 0, stands in its
# denominator: without it F rises.
shared_part <- function(sums, own, alpha, loss, solver) {
  shared <- seq_len(nrow(sums$hht) - ncol(own))
  part <- list(xht = alpha * sums$xht[, shared, drop = FALSE],
               hht = alpha * sums$hht[shared, shared, drop = FALSE],
               h_sum = alpha * sums$h_sum[shared], columns = sums$columns)
  if (has_two_terms(loss)) {
    part$denominator <- alpha * sums$denominator[, shared, drop = FALSE]
  } else if (loss == "frobenius") {
    explained <- alpha * (own %*% sums$hht[-shared, shared, drop = FALSE])
    if (solver == "mu") part$denominator <- explained
    else part$xht <- part$xht - explained
  }
  part
}
