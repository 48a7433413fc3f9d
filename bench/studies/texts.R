# Texts in batches. Loaded by run.R after batches.R; defines functions only.
#   newsgroup.*.rda               of the source of CRAN's package lda 1.4.2, folder data: documents,
#                                 labels, vocabulary and names of 20 newsgroups, in the parts train
#                                 and test
#   data_corpus_EPcoaldebate.rda  of the source of CRAN's quanteda.textmodels, folder data: a debate
#                                 of the European Parliament in six languages
# The objects are read as they are, so that neither package is needed.

text_sets <- list(
  # Batch: the super-group that a newsgroup belongs to, so that groups lie within batches.
  newsgroups = function(folder) {
    texts <- read_newsgroups(folder, c(train = 50L))
    if (is.null(texts)) return(NULL)
    list(x = texts$x, batch = super_group(texts$group), group = texts$group)
  },
  # Batch: the halves by date, with the same groups and nothing of their own.
  newsgroup_halves = function(folder) {
    texts <- read_newsgroups(folder, c(train = 25L, test = 25L))
    if (is.null(texts)) return(NULL)
    list(x = texts$x, batch = factor(texts$part), group = texts$group)
  },
  # A sample is a speech in one language; group: which of the 34 speeches it is. RcppPlanc cannot
  # solve for as many components as a batch has samples, and takes R with it.
  debate = function(folder) {
    spoken <- read_debate(folder)
    if (is.null(spoken)) return(NULL)
    key <- paste(spoken$language, spoken$speaker)
    text <- tapply(spoken$text, key, paste, collapse = " ")
    first <- match(names(text), key)
    list(x = weigh_terms(pieces(text), 1500L), batch = factor(spoken$language[first]),
         group = factor(spoken$speaker[first]), without = "planc")
  },
  # A sample is a sentence; group: the stance that most of its coders saw.
  debate_sentences = function(folder) {
    spoken <- read_debate(folder)
    if (is.null(spoken)) return(NULL)
    x <- weigh_terms(pieces(spoken$text), 1500L)
    kept <- Matrix::colSums(x) > 0
    list(x = x[, kept], batch = factor(spoken$language[kept]), group = factor(spoken$stance[kept]))
  })

text_arms <- intersect(c("plain", "plain_more", paste0("group_", 1:3), "inmf", "plain_scaled",
                         "planc"), names(batch_arms))

run_texts <- function(seeds, rows, folder) run_sets(text_sets, text_arms, seeds, rows, folder)

# The first `count` documents of every newsgroup in each part: list(x, group, part).
read_newsgroups <- function(folder, count) {
  read <- function(name) {
    name <- paste0("newsgroup.", name)
    loaded(folder, paste0(name, ".rda"), name)
  }
  names_of_groups <- read("label.map")
  if (is.null(names_of_groups)) return(NULL)
  parts <- lapply(names(count), function(part) {
    label <- read(paste0(part, ".labels"))
    at <- unlist(lapply(seq_len(20L), function(k) which(label == k)[seq_len(count[[part]])]))
    list(documents = read(paste0(part, ".documents"))[at], label = label[at])
  })
  documents <- do.call(c, lapply(parts, `[[`, "documents"))
  label <- unlist(lapply(parts, `[[`, "label"))
  cells <- do.call(cbind, documents)
  counts <- Matrix::sparseMatrix(cells[1L, ] + 1L, x = as.numeric(cells[2L, ]),
                                 rep(seq_along(documents), lengths(documents) / 2))
  x <- weigh_terms(counts, 1000L)
  kept <- Matrix::colSums(x) > 0
  list(x = x[, kept], group = factor(as.character(names_of_groups[[1L]])[label[kept]]),
       part = rep(names(count), 20L * count)[kept])
}

# comp, rec, sci, misc, talk.politics, and the three on religion.
super_group <- function(group) {
  first <- sub("[.].*", "", group)
  first[grepl("religion|atheism", group)] <- "religion"
  factor(first)
}

# A row for every sentence in every language: its text, language, speaker and stance. The corpus has
# a row for every coding of a sentence by a member of a crowd.
read_debate <- function(folder) {
  corpus <- loaded(folder, "data_corpus_EPcoaldebate.rda", "data_corpus_EPcoaldebate")
  if (is.null(corpus)) return(NULL)
  about <- attr(corpus, "docvars")
  stance <- tapply(about$crowd_subsidy_label, about$sentence_id, function(labels) {
    names(which.max(table(labels)))
  })
  first <- match(names(stance), about$sentence_id)
  text <- as.character(corpus)[first]
  Encoding(text) <- "UTF-8"
  data.frame(text, language = about$language[first],
             speaker = about$name_last[first], stance = as.character(stance),
             stringsAsFactors = FALSE)
}

# Counts of the pieces of four letters that words have, since translations share hardly a word, but
# many pieces: energ, subvention, subvencion. Greek shares none.
pieces <- function(texts, size = 4L) {
  found <- lapply(strsplit(tolower(texts), "[^[:alpha:]]+"), function(words) {
    words <- words[nchar(words) >= size]
    unlist(lapply(words, function(word) {
      starts <- seq_len(nchar(word) - size + 1L)
      substring(word, starts, starts + size - 1L)
    }))
  })
  known <- sort(unique(unlist(found)), method = "radix")
  Matrix::sparseMatrix(match(unlist(found), known), rep(seq_along(found), lengths(found)), x = 1,
                       dims = c(length(known), length(found)))
}

# Of the terms that at most a fifth of the texts have, those that the most texts have, weighed by
# the logarithm of how rare they are; texts at length 1.
weigh_terms <- function(counts, terms) {
  texts <- Matrix::rowSums(counts > 0)
  allowed <- which(texts <= ncol(counts) / 5)
  kept <- sort(allowed[order(-texts[allowed])][seq_len(min(terms, length(allowed)))])
  x <- counts[kept, , drop = FALSE] * log(ncol(counts) / texts[kept])
  size <- sqrt(Matrix::colSums(x^2))
  x %*% Matrix::Diagonal(x = ifelse(size > 0, 1 / size, 0))
}
