# What select_rank() says of real data, beside the number of their classes.
#   Rscript bench/rank-real.R --data=FOLDER [--sets=digits,pbmc3k,coil20,olivetti] [--samples=500]
#                             [--masks=5] [--seed=1] [--pictures=FOLDER]
# FOLDER holds pbmc3k.rds, coil20.rds and olivetti.rds (bench/real-sets.R); digits come with the
# package. At most --samples= samples of each are drawn. A picture of each choice is kept where
# --pictures= says. A few minutes for each on one free processor.
source(file.path("bench", "common.R"))
source(file.path("bench", "real-sets.R"))
one_thread()
library(metanmf)

folder <- bench_option("data", Sys.getenv("METANMF_DATA"))
pictures <- bench_option("pictures")

choose <- function(name) {
  set <- read_set(if (name == "digits") name else file.path(folder, paste0(name, ".rds")))
  fix_seed()
  kept <- sort(sample(ncol(set$x), min(ncol(set$x), bench_option("samples", 500))))
  x <- set$x[, kept]
  choice <- select_rank(x, masks = bench_option("masks", 5))
  say("\n", name, ": ", nrow(x), " features x ", ncol(x), " samples, ",
      length(unique(set$labels[kept])), " classes")
  print(choice)
  print(choice$ranks[c("rank", "error", "above", "spread", "gain", "near", "explained")],
        digits = 3, row.names = FALSE)
  if (is.null(pictures)) return()
  grDevices::png(file.path(pictures, paste0(name, ".png")), 700, 500, res = 110)
  plot(choice)
  grDevices::dev.off()
}

print_header("The rank of real data")
for (name in bench_names("sets", c("digits", "pbmc3k", "coil20", "olivetti"))) choose(name)
