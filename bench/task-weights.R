# What task_weights are good for, on Digits: five tasks of 50 images, 0, 1 or 2 of them with noise
# N(0, 1) and then abs(); W of rank 10 by group_nmf() without private columns, which is pooled NMF,
# and by inmf() with lambda 5, 150 iterations each; and by meta_nmf(), 8 epochs, with a clean target
# of 200 images.
#   Rscript bench/task-weights.R [seeds]
# Prints the relative error of 400 unseen clean images with W fixed, and the NMI of their clusters:
# means, and paired differences to "equal" with their standard errors.
library(metanmf)

seeds <- as.integer(c(commandArgs(TRUE), "20")[[1L]])
images <- digits$x / max(digits$x)

scores <- function(fit, at) {
  h <- if (inherits(fit, "group_nmf_fit")) predict(fit, images[, at], private = 0)
       else predict(fit, images[, at])
  error <- sum((images[, at] - basis(fit) %*% h)^2) / sum(images[, at]^2)
  set.seed(1)
  groups <- stats::kmeans(t(h * sqrt(colSums(basis(fit)^2))), 10, nstart = 10)$cluster
  c(error = error, nmi = nmi(groups, digits$labels[at]))
}

one_seed <- function(seed, bad) {
  set.seed(seed)
  drawn <- sample(ncol(images), 650)
  extra <- sample(setdiff(seq_len(ncol(images)), drawn), 200)
  tasks <- lapply(1:5, function(i) {
    x <- images[, drawn[50 * (i - 1) + 1:50]]
    if (i <= bad) abs(x + stats::rnorm(length(x))) else x
  })
  sapply(c(equal = "equal", loss = "loss", loto = "loto"), function(rule) {
    fit <- function(verb, ...) {
      set.seed(seed)
      scores(verb(tasks, 10, ..., task_weights = rule, max_iter = 150, tol = 0), drawn[251:650])
    }
    target <- images[, extra]
    set.seed(seed)
    learned <- meta_nmf(list(tasks = tasks, target = target), 10, epochs = 8, task_weights = rule)
    c(group = fit(group_nmf, private = 0), inmf = fit(inmf, lambda = 5),
      meta = scores(as_nmf(basis(learned)), drawn[251:650]))
  })
}

for (bad in 0:2) {
  all <- sapply(seq_len(seeds), one_seed, bad = bad, simplify = "array")
  cat("\n", bad, "of 5 tasks corrupted\n")
  print(round(apply(all, 1:2, mean), 3))
  for (rule in c("loss", "loto")) {
    gap <- all[, rule, ] - all[, "equal", ]
    cat(rule, "- equal:", paste0(rownames(gap), " ", sprintf("%+.3f", rowMeans(gap)), " (",
                                 sprintf("%.3f", apply(gap, 1, stats::sd) / sqrt(seeds)), ")",
                                 collapse = ", "), "\n")
  }
}
