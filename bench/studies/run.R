# The studies behind vignette("learning-across-studies"), in pieces that can be stopped and gone on
# with: a row is written as soon as it is known, and a row that is there is not made again.
#   Rscript bench/studies/run.R [--out=FOLDER] [--data=FOLDER] [--parts=digits,losses] [--seeds=20]
#   Rscript bench/studies/run.R --store      writes what is in FOLDER to inst/studies/results
# Parts, in their order: digits, corrupted, few, losses, batches, scaled, texts, oracles, chosen,
# coil20, fmnist, faces.
# FOLDER of --out is .studies by default. --data has coil20.rds, fmnist6000.rds, olivetti.rds,
# panc8_small.rda, enterotype.RData, WGS_PCAWG.96.csv and WES_TCGA.96.csv, and what texts.R and
# oracles.R name; what has no file there is left out. batches and scaled are stored for 5 seeds.
library(metanmf)
options(metanmf.progress = FALSE)
here <- dirname(sub("^--file=", "", grep("^--file=", commandArgs(), value = TRUE)))
for (file in c("setting.R", "arms.R", "tasks.R", "batches.R", "texts.R", "oracles.R")) {
  source(file.path(here, file))
}

given <- function(name, default) {
  found <- grep(paste0("^--", name, "="), commandArgs(TRUE), value = TRUE)
  if (length(found)) sub("^[^=]*=", "", found[[1L]]) else default
}
out <- given("out", ".studies")
folder <- given("data", Sys.getenv("METANMF_DATA"))
dir.create(out, FALSE)

# A file of rows: has(key) and add(row). The columns of a key come first.
open_rows <- function(name) {
  path <- file.path(out, paste0(name, ".csv"))
  key <- function(rows, columns) do.call(paste, c(lapply(rows[columns], as.character), sep = "/"))
  there <- if (file.exists(path)) utils::read.csv(path)
  list(has = function(row) !is.null(there) && key(row, names(row)) %in% key(there, names(row)),
       add = function(row) {
         numbers <- vapply(row, is.double, NA)
         row[numbers] <- lapply(row[numbers], signif, 5)
         utils::write.table(row, path, append = file.exists(path), sep = ",", quote = FALSE,
                            row.names = FALSE, col.names = !file.exists(path))
       })
}

run_images <- function(name, case_names, seeds) {
  set <- read_image_set(name, folder)
  if (is.null(set)) return(message(name, " is left out: its file is not in --data"))
  rows <- open_rows("nuisance")
  for (seed in seeds) for (case in case_names) {
    setting <- draw_setting(set, name, case, seed)
    if (case == "patterns") run_arms(setting, rows, names(setting$new))
    else run_arms(setting, rows, names(setting$new)[1L],
                  c(simple_arms, paste0("group_", setting$private)))
  }
}

parts <- list(
  digits = function(seeds) run_images("digits", "patterns", seeds),
  corrupted = function(seeds) run_corrupted(seeds, open_rows("corrupted")),
  few = function(seeds) run_few(seeds, open_rows("few")),
  losses = function(seeds) run_images("digits", setdiff(names(cases), "patterns"), seeds),
  batches = function(seeds) run_batches(seeds, open_rows("batches"), folder),
  scaled = function(seeds) run_batches(seeds, open_rows("batches"), folder, scaled = TRUE),
  texts = function(seeds) run_texts(seeds, open_rows("texts"), folder),
  oracles = function(seeds) run_oracles(seeds, open_rows("oracles"), folder),
  chosen = function(seeds) run_chosen(seeds, open_rows("chosen"), folder),
  coil20 = function(seeds) run_images("coil20", "patterns", seeds),
  fmnist = function(seeds) run_images("fmnist", "patterns", seeds),
  faces = function(seeds) run_images("faces", "patterns", seeds))

# What is stored: four digits, in the order of the keys, and the mean over the episodes of a seed.
store <- function() {
  results <- file.path("inst", "studies", "results")
  dir.create(results, FALSE, TRUE)
  for (path in list.files(out, "[.]csv$", full.names = TRUE)) {
    rows <- utils::read.csv(path)
    if ("episode" %in% names(rows)) {
      rows <- stats::aggregate(cbind(nmi, nmi_cosine, clean, hidden) ~ noise + seed + new + arm,
                               rows, mean, na.action = stats::na.pass)
    }
    keys <- intersect(c("set", "case", "bad", "noise", "seed", "new", "arm"), names(rows))
    rows <- rows[do.call(order, rows[keys]), ]
    numbers <- setdiff(names(rows), c(keys, "level"))
    rows[numbers] <- lapply(rows[numbers], signif, 4)
    file <- xzfile(file.path(results, paste0(basename(path), ".xz")), "w")
    utils::write.csv(rows, file, row.names = FALSE, quote = FALSE)
    close(file)
  }
}

if ("--store" %in% commandArgs(TRUE)) {
  store()
} else {
  for (part in strsplit(given("parts", paste(names(parts), collapse = ",")), ",")[[1L]]) {
    parts[[part]](seq_len(as.integer(given("seeds", "20"))))
  }
}
