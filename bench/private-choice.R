# How often choose_private() finds the number of private columns that tasks were made with.
#   Rscript bench/private-choice.R [draws] [tasks]
# Digits in 15 tasks as bench/studies draws them, of which the first 6 are taken, rank 10, 0 to 5
# columns tried: draws without nuisance, with one weak pattern for each task, and with three. Prints
# how often each number was the answer. No timing.
library(metanmf)
options(metanmf.progress = FALSE)
code <- new.env(parent = asNamespace("metanmf"))
sys.source(file.path("bench", "studies", "setting.R"), code)

answers <- function(case, draws, tasks) {
  set <- code$read_image_set("digits", "")
  vapply(seq_len(draws), function(seed) {
    drawn <- code$draw_setting(set, "digits", case, seed)
    code$start_stream("choice", case, seed)
    choose_private(drawn$tasks[seq_len(tasks)], 10, 0:5)$private
  }, 1L)
}

given <- as.integer(commandArgs(TRUE))
draws <- c(given, 20L)[[1L]]
tasks <- if (length(given) > 1L) given[[2L]] else 6L
for (case in c("none", "weak", "patterns")) {
  planted <- if (case == "none") 0L else code$cases[[case]]$private
  found <- answers(case, draws, tasks)
  cat(sprintf("%s, %d planted: right in %d of %d draws, 0 in %d; answers %s\n", case, planted,
              sum(found == planted), draws, sum(found == 0L),
              paste(names(table(found)), table(found), sep = " x ", collapse = ", ")))
}
