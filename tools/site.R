# Rscript tools/site.R
# Builds the site of _pkgdown.yml into .site/ and looks at it: links and anchors that lead
# nowhere, pictures without a text, and, where Chromium is installed, scripts that fail and
# pictures wider than the page, at 1200 and 400 pixels, with screenshots in .site-pictures/.

site <- ".site"
pictures <- ".site-pictures"

build <- function() {
  options(pkgdown.internet = FALSE)
  unlink(c(site, pictures), recursive = TRUE)
  pkgdown::build_site(devel = FALSE, preview = FALSE, install = FALSE, new_process = FALSE)
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

browser <- function() {
  found <- Sys.which(c("chromium", "chromium-browser", "google-chrome"))
  unname(found[nzchar(found)][1L])
}

# Written into a copy of the page: the pictures that reach beyond the right edge.
measuring_script <- paste0(
  "<script>window.addEventListener('load', function () {",
  "var edge = document.documentElement.clientWidth + 1;",
  "var wide = Array.from(document.images).filter(function (image) {",
  "return image.getBoundingClientRect().right > edge; });",
  "document.body.setAttribute('data-wide', wide.map(function (image) {",
  "return image.getAttribute('src'); }).join(' ') || 'none'); });</script>")

run_browser <- function(program, ...) {
  suppressWarnings(system2(program, c("--headless", "--no-sandbox", "--disable-gpu",
                                      "--hide-scrollbars", "--virtual-time-budget=5000", ...),
                           stdout = TRUE, stderr = TRUE))
}

look_at <- function(program, name, width) {
  page <- file.path(site, name)
  copy <- file.path(dirname(page), paste0("measured-", basename(page)))
  on.exit(unlink(copy))
  measured <- paste0(measuring_script, "</body>")
  writeLines(sub("</body>", measured, readLines(page), fixed = TRUE), copy)
  size <- function(height) sprintf("--window-size=%d,%d", width, height)
  shown <- run_browser(program, size(2000), "--enable-logging=stderr", "--dump-dom",
                       paste0("file://", normalizePath(copy)))
  flat <- gsub("/", "-", sub("[.]html$", "", name))
  picture <- file.path(pictures, sprintf("%s-%d.png", flat, width))
  run_browser(program, size(4000), paste0("--screenshot=", picture),
              paste0("file://", normalizePath(page)))
  wide <- sub('.*data-wide="([^"]*)".*', "\\1", grep("data-wide=\"", shown, value = TRUE)[1L])
  # Offline, files of other hosts and searches by a script are all that may be missing.
  said <- grep("CONSOLE", shown, value = TRUE)
  said <- said[!grepl("ERR_|Failed to load|CORS|https?://", said)]
  c(if (is.na(wide)) paste0(name, ": not measured"),
    if (!is.na(wide) && wide != "none") paste0(name, " at ", width, " pixels: too wide: ", wide),
    if (!file.exists(picture)) paste0(name, ": no screenshot"),
    if (length(said)) paste0(name, ": ", said))
}

look_at_all <- function() {
  program <- browser()
  if (is.na(program)) {
    cat("No Chromium here: pages were not looked at in a browser.\n")
    return(NULL)
  }
  dir.create(pictures, showWarnings = FALSE)
  names <- c("index.html", "reference/index.html", "reference/nmf.html",
             grep("^articles/", pages(), value = TRUE))
  unlist(lapply(names, function(name) {
    lapply(c(1200, 400), look_at, program = program, name = name)
  }))
}

build()
all <- read_pages()
problems <- c(broken_links(all), pictures_without_text(all), look_at_all())
writeLines(c(problems, sprintf("%d pages, %d problems", length(all), length(problems))))
quit(status = length(problems) > 0L)
