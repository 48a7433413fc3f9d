# When group fits end.

test_that("without private columns a fit ends where nmf()'s ends, by the default rule and others", {
  x <- block_counts(12, 90)
  tasks <- list(x[, 1:20], x[, 21:55], x[, 56:90])
  start <- drawn_start(x, 3)
  source <- reading(x, c(20, 35, 35))
  for (control in list(nmf_control(), nmf_control(tol = 1e-4))) {
    group <- group_nmf(tasks, 3, 0, init = start, control = control)
    plain <- nmf(source, 3, init = start, solver = "hals", control = control)
    expect_true(group$converged)
    expect_identical(group$iterations, plain$iterations)
    expect_identical(basis(group), basis(plain))
  }
  expect_warning(group_nmf(tasks, 3, 0, init = start, max_iter = 2),
                 class = "metanmf_not_converged")
})

test_that("kkt is the residual of the conditions of the fit it is told with", {
  problem <- group_problem()
  alpha <- c(0.5, 2, 1)
  # `u` has a component in each row, `slope` is half of the gradient along it.
  violations <- function(u, slope) {
    sum(ifelse(slope >= 0, u * slope, pmax(u, rowMeans(u)) * abs(slope)))
  }
  set.seed(1)
  fit <- group_nmf(problem$x, 3, 2, task_weights = alpha, max_iter = 7, tol = 0, n_start = 1,
                   control = nmf_control(scale = "none"))
  slope_w <- 0
  sum <- 0
  for (i in 1:3) {
    own <- fit$private[[i]]
    h <- coef(fit)[, fit$tasks == levels(fit$tasks)[[i]]]
    left <- cbind(basis(fit), own$w) %*% rbind(h, own$h) - problem$x[[i]]
    slope_w <- slope_w + alpha[[i]] * left %*% t(h)
    sum <- sum + alpha[[i]] * (violations(rbind(h, own$h), t(cbind(basis(fit), own$w)) %*% left) +
                                 violations(t(own$w), t(left %*% t(own$h))))
  }
  sum <- sum + violations(t(basis(fit)), t(slope_w))
  expect_equal(fit$kkt, 2 * sum / objective(fit), tolerance = 1e-10)
})

# Every loss and solver; masked, weighed and complete; F of the fit found directly.
test_that("F never rises for any loss, solver, mask and weights, and is what it is called", {
  problem <- group_problem()
  for (case in list(list("frobenius", "hals"), list("frobenius", "mu"), list("kl", "mu"),
                    list("is", "mu"), list(beta_loss(0.5), "mu"), list(beta_loss(1.5), "mu"))) {
    for (kind in c("complete", "masked", "weighed", "sparse")) {
      if (kind == "sparse" && !any(c("frobenius", "kl") %in% case[[1]])) next
      set.seed(3)
      x <- problem$x
      if (kind == "masked") x <- lapply(x, function(one) replace(one, sample(length(one), 9), NA))
      if (kind == "sparse") x <- lapply(x, sparse_copy)
      weights <- if (kind == "weighed") {
        lapply(x, function(one) matrix(stats::runif(length(one), 0.2, 3), nrow(one)))
      }
      alpha <- c(0.4, 2, 1)
      fit <- group_nmf(x, 3, c(2, 1, 0), loss = case[[1]], solver = case[[2]], weights = weights,
                       missing = "mask", task_weights = alpha, max_iter = 40, tol = 0, n_start = 1)
      label <- paste(format(case[[1]]), case[[2]], kind)
      expect_lte(max(diff(fit$trace)), 1e-11 * fit$trace[[1]], label = label)
      expect_equal(objective(fit), sum(alpha * fit$task_losses), label = label)
      if (!identical(case[[1]], "frobenius") && !identical(case[[1]], "kl")) next
      whole <- as.matrix(do.call(cbind, x))
      by <- if (is.null(weights)) 1 + 0 * fitted(fit) else do.call(cbind, weights)
      by <- by * rep(alpha[fit$tasks], each = 8)
      z <- fitted(fit)
      terms <- if (identical(case[[1]], "kl")) whole * log(whole / z) - whole + z
               else (whole - z)^2
      expect_equal(objective(fit), sum((by * terms)[!is.na(terms)]), label = label)
    }
  }
})
