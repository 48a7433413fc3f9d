# Rscript tools/site.R [ARTICLE...]
# Builds the site of _pkgdown.yml into .site/, or the named articles of it again, and looks at it:
# links and anchors that lead nowhere, pictures without a text, and, where Chromium is installed
# (tools/look.R), scripts that fail, pictures and words that reach beyond the page at 1200 and 400
# pixels, with screenshots in .site-pictures/. Needs no network. Debian has what it takes as
# r-cran-pkgdown, pandoc and chromium. Ten minutes on one core, one for an article.

source(file.path("tools", "look.R"))
site <- ".site"
pictures <- ".site-pictures"

# What the build cannot do without, and what leaves out a part of it.
report_missing <- function() {
  here <- function(names) vapply(names, requireNamespace, NA, quietly = TRUE)
  missing <- c(if (!rmarkdown::pandoc_available("2.0")) "pandoc (Debian: pandoc)")
  if (length(missing)) stop("make site needs ", toString(missing), ".", call. = FALSE)
  entries <- strsplit(read.dcf("DESCRIPTION", "Suggests"), ",")[[1L]]
  suggested <- trimws(sub("[(].*", "", entries))
  absent <- suggested[!here(suggested)]
  if (length(absent)) {
    cat("Not installed, so that articles leave out what needs it:", toString(absent), "\n")
  }
  if (is.na(browser())) {
    cat("Chromium is not installed (Debian: chromium): pages are not looked at in a browser.\n")
  }
}

build <- function(articles) {
  options(pkgdown.internet = FALSE)
  if (!length(articles)) {
    unlink(c(site, pictures), recursive = TRUE)
    pkgdown::build_site(devel = FALSE, preview = FALSE, install = FALSE, new_process = FALSE)
  }
  for (name in articles) pkgdown::build_article(name)
  unlink(list.files(site, "[.]knit[.]md$", recursive = TRUE, full.names = TRUE))
  for (name in pages()) finish_page(name)
}

# What README's links are on the site; tests/README.md is a page of the repository alone.
moved <- c('href="vignettes/([a-z-]+)[.]Rmd"' = 'href="articles/\\1.html"',
           'href="NEWS.html"' = 'href="news/index.html"',
           'href="LICENSE"' = 'href="LICENSE-text.html"',
           '<a href="tests/README.html">([^<]*)</a>' = "\\1")

# pkgdown leaves the pictures of examples without a text, a logo that is not there, and as Debian
# has it the address of a script of one machine, which no equation here needs.
finish_page <- function(name) {
  file <- file.path(site, name)
  lines <- readLines(file, warn = FALSE, encoding = "UTF-8")
  lines <- gsub('<script src="file:///[^>]*></script>|<img src="" [^>]*>', "", lines)
  text <- paste("Picture \\2 of the examples of", sub("[.]html$", "", basename(name)))
  lines <- gsub('(<img src="[^"]*-([0-9]+)[.]png") alt=""', sprintf('\\1 alt="%s"', text), lines)
  if (name == "index.html") for (old in names(moved)) lines <- gsub(old, moved[[old]], lines)
  writeLines(lines, file, useBytes = TRUE)
}

pages <- function() list.files(site, "[.]html$", recursive = TRUE)

# -- What the files alone tell -------------------------------------------------------------------

read_pages <- function() {
  names <- pages()
  stats::setNames(lapply(file.path(site, names), xml2::read_html), names)
}

anchors_of <- function(page) {
  c(xml2::xml_attr(xml2::xml_find_all(page, "//*[@id]"), "id"),
    xml2::xml_attr(xml2::xml_find_all(page, "//a[@name]"), "name"))
}

# A link of `from` as a file below site/ and an anchor.
resolve <- function(link, from) {
  link <- utils::URLdecode(link)
  anchor <- if (grepl("#", link, fixed = TRUE)) sub("^[^#]*#", "", link) else ""
  file <- sub("[?#].*$", "", link)
  steps <- strsplit(file.path(dirname(from), file), "/", fixed = TRUE)[[1L]]
  kept <- character()
  for (step in if (nzchar(file)) steps else strsplit(from, "/", fixed = TRUE)[[1L]]) {
    kept <- if (step == "..") utils::head(kept, -1L) else c(kept, setdiff(step, c(".", "")))
  }
  list(file = paste(kept, collapse = "/"), anchor = anchor)
}

broken_links <- function(all) {
  anchors <- lapply(all, anchors_of)
  outside <- "^([a-z]+:|//|mailto:)"
  problems <- lapply(names(all), function(name) {
    links <- unique(xml2::xml_attr(xml2::xml_find_all(all[[name]], "//a[@href]"), "href"))
    links <- links[!grepl(outside, links) & nzchar(links) & links != "#"]
    lost <- vapply(links, function(link) {
      to <- resolve(link, name)
      path <- file.path(site, to$file)
      if (dir.exists(path)) return(!file.exists(file.path(path, "index.html")))
      !file.exists(path) || (nzchar(to$anchor) && !to$anchor %in% anchors[[to$file]])
    }, NA)
    if (any(lost)) paste0(name, ": link leads nowhere: ", links[lost])
  })
  unlist(problems)
}

pictures_without_text <- function(all) {
  unlist(lapply(names(all), function(name) {
    without <- "//main//img[not(@alt) or normalize-space(@alt) = '']"
    images <- xml2::xml_find_all(all[[name]], without)
    if (length(images)) paste0(name, ": picture without a text: ", xml2::xml_attr(images, "src"))
  }))
}

# -- What a browser shows ------------------------------------------------------------------------

look_at <- function(names) {
  program <- browser()
  if (is.na(program)) return(NULL)
  dir.create(pictures, showWarnings = FALSE)
  seen <- measure_pages(program, normalizePath(file.path(site, names)))
  seen$name <- rep(names, each = length(widths))
  shot <- vapply(names, function(name) {
    flat <- gsub("/", "-", sub("[.]html$", "", name))
    here <- seen[seen$name == name, ]
    !anyNA(here$height) &&
      take_pictures(program, here$file[[1L]], here$height, file.path(pictures, flat))
  }, NA)
  wrong <- seen[is.na(seen$wrong) | nzchar(seen$wrong), ]
  c(sprintf("%s at %d pixels: %s", wrong$name, wrong$width,
            ifelse(is.na(wrong$wrong), "not measured", wrong$wrong)),
    if (!all(shot)) paste0(names[!shot], ": no screenshot"), attr(seen, "said"))
}

articles <- commandArgs(trailingOnly = TRUE)
report_missing()
build(articles)
all <- read_pages()
looked_at <- c("index.html", "reference/index.html", "reference/nmf.html",
               setdiff(grep("^articles/", pages(), value = TRUE), "articles/index.html"))
if (length(articles)) looked_at <- file.path("articles", paste0(articles, ".html"))
problems <- c(broken_links(all), pictures_without_text(all), look_at(looked_at))
writeLines(c(problems, sprintf("%d pages, %d problems", length(all), length(problems))))
quit(status = length(problems) > 0L)
