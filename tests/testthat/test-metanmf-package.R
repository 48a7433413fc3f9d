test_that("?metanmf is there, and leads to every task and option", {
  page <- utils::help("metanmf", package = "metanmf")
  skip_if(length(page) == 0) # a package that was loaded without being installed
  text <- paste(utils::capture.output(tools::Rd2txt(utils:::.getHelpFile(page))), collapse = "\n")
  text <- gsub("_\b", "", text)
  for (verb in c("nmf", "gnmf", "meta_nmf", "adapt", "penalty_sparse", "cluster_samples",
                 "experiment")) {
    expect_match(text, paste0(verb, "()"), fixed = TRUE)
  }
  read <- regmatches(text, gregexpr("metanmf[.][a-z_]+", text))[[1]]
  sources <- asNamespace("metanmf")
  used <- unlist(lapply(ls(sources), function(name) {
    text <- paste(deparse(get(name, sources)), collapse = "")
    sub(".*\"(metanmf[.][a-z_]+)\".*", "\\1",
        regmatches(text, gregexpr("getOption\\(\"metanmf[.][a-z_]+\"", text))[[1]])
  }))
  expect_identical(sort(unique(used)), sort(unique(read)))
})
