# Two studies of plain tasks: some of them corrupted, and few new samples. Loaded by run.R; defines
# functions only.

# -- Corrupted tasks: five tasks of 50 digits, noise in some, clean new samples -------------------

column_losses <- function(fit, x) {
  colSums((x - basis(fit) %*% predict(fit, x))^2)
}

# The plain fit of what a robust one keeps: all but the 40 % of columns that fit worst.
trimmed_fit <- function(x, rank) {
  fit <- plain_fit(x, rank)
  plain_fit(x[, rank(column_losses(fit, x)) <= 0.6 * ncol(x)], rank)
}

# The norm L2,1 by five rounds of columns weighed by the inverse of their residual's length.
robust_fit <- function(x, rank) {
  fit <- plain_fit(x, rank)
  for (round in 1:5) {
    weight <- 1 / sqrt(pmax(column_losses(fit, x), 1e-8))
    fit <- plain_fit(x * rep(sqrt(weight / mean(weight)), each = nrow(x)), rank)
  }
  fit
}

# `weighed`: pooled fits with the weights of each rule, which Algorithm 1 then takes over.
corrupted_arms <- list(
  plain = function(tasks, bad, weighed, rank) group_fit(tasks, rank, 0),
  loto = function(tasks, bad, weighed, rank) weighed$loto,
  loss = function(tasks, bad, weighed, rank) weighed$loss,
  robust = function(tasks, bad, weighed, rank) robust_fit(bind(tasks), rank),
  trimmed = function(tasks, bad, weighed, rank) trimmed_fit(bind(tasks), rank),
  dropped = function(tasks, bad, weighed, rank) {
    plain_fit(bind(tasks[setdiff(seq_along(tasks), bad)]), rank)
  },
  group = function(tasks, bad, weighed, rank) group_fit(tasks, rank, 1),
  group_loto = function(tasks, bad, weighed, rank) group_fit(tasks, rank, 1, task_weights = "loto"),
  algorithm_1 = function(tasks, bad, weighed, rank) learn_by_tasks(tasks, rank),
  algorithm_1_loto = function(tasks, bad, weighed, rank) {
    learn_by_tasks(tasks, rank, unname(weighed$loto$task_weights))
  },
  algorithm_1_loss = function(tasks, bad, weighed, rank) {
    learn_by_tasks(tasks, rank, unname(weighed$loss$task_weights))
  })

draw_corrupted <- function(bad, level, seed) {
  start_stream("corrupted", bad, level, seed)
  x <- unname(digits$x) / 16
  at <- sample.int(ncol(x), 250L + 400L)
  tasks <- lapply(split(at[1:250], rep(1:5, each = 50)), function(one) x[, one])
  names(tasks) <- paste0("task_", 1:5)
  for (i in seq_len(bad)) tasks[[i]] <- add_noise(tasks[[i]], level)
  list(tasks = tasks, x = x[, at[-(1:250)]], labels = digits$labels[at[-(1:250)]])
}

run_corrupted <- function(seeds, rows, rank = 10) {
  conditions <- data.frame(bad = c(2, 0, 1), level = 1)
  for (seed in seeds) for (i in seq_len(nrow(conditions))) {
    bad <- conditions$bad[[i]]
    level <- conditions$level[[i]]
    drawn <- draw_corrupted(bad, level, seed)
    key <- data.frame(bad, level, seed, arm = names(corrupted_arms))
    todo <- !vapply(seq_len(nrow(key)), function(k) rows$has(key[k, ]), NA)
    if (!any(todo)) next
    start_stream("weights", bad, level, seed)
    weighed <- lapply(c(loto = "loto", loss = "loss"), function(rule) {
      group_fit(drawn$tasks, rank, 0, task_weights = rule)
    })
    for (arm in names(corrupted_arms)[todo]) {
      start_stream("corrupted arm", bad, level, seed, arm)
      fit <- corrupted_arms[[arm]](drawn$tasks, seq_len(bad), weighed, rank)
      made <- fixed_basis(as_nmf(basis(fit)), drawn$x)
      rows$add(data.frame(bad, level, seed, arm,
                          error = relative_square(drawn$x, made$w %*% made$h),
                          nmi = cluster_score(unit_coef(made), drawn$labels, 10)))
    }
  }
}

# -- Few new samples: the basis fixed, moved, or learned anew --------------------------------------

few_arms <- list(
  kmeans = function(fit, x) answer(NULL, x, NULL),
  fresh = function(fit, x) {
    own <- plain_fit(x, 10)
    answer(basis(own), coef(own))
  },
  fixed = fixed_basis, adapted = moved_basis)

# New samples are of five classes drawn for each of three episodes, as a small new study would be.
draw_few <- function(x, clean, labels, among, count) {
  classes <- sample(sort(unique(labels)), 5L)
  at <- sample(among[labels[among] %in% classes])
  own <- at[seq_len(count)]
  held <- at[-seq_len(count)][1:200]
  list(x = x[, own], clean = clean[, own], labels = labels[own], held = x[, held],
       hidden = matrix(stats::runif(64 * 200) < 0.4, 64))
}

run_few <- function(seeds, rows, counts = c(10, 20, 50, 100, 200)) {
  clean <- unname(digits$x) / 16
  for (seed in seeds) for (noise in c(0, 0.4)) {
    start_stream("few", noise, seed)
    x <- if (noise > 0) add_noise(clean, noise) else clean
    learning <- sample.int(ncol(x), ncol(x) %/% 2L)
    evaluation <- setdiff(seq_len(ncol(x)), learning)
    fit <- NULL
    for (count in counts) for (episode in 1:3) {
      key <- data.frame(noise, seed, new = count, episode, arm = names(few_arms))
      todo <- !vapply(seq_len(nrow(key)), function(k) rows$has(key[k, ]), NA)
      if (!any(todo)) next
      if (is.null(fit)) {
        start_stream("few basis", noise, seed)
        fit <- plain_fit(x[, learning], 10)
      }
      start_stream("few new", noise, seed, count, episode)
      new <- draw_few(x, clean, digits$labels, evaluation, count)
      for (arm in names(few_arms)[todo]) {
        start_stream("few arm", noise, seed, count, episode, arm)
        scores <- scores_of(few_arms[[arm]](fit, new$x), new, 5L)
        rows$add(cbind(data.frame(noise, seed, new = count, episode, arm), scores))
      }
    }
  }
}
