# Functions for tools/site.R: pages in headless Chromium, at the width of a desk and of a phone.
# A window of Chromium is at least 500 pixels wide, so that pages are shown in frames, both widths
# side by side: what a page is told of its width is that of its frame.

widths <- c(1200L, 400L)
gap <- 20L

browser <- function() {
  found <- Sys.which(c("chromium", "chromium-browser", "google-chrome"))
  unname(found[nzchar(found)][1L])
}

# Runs the browser on a page of `body`, which may look into its frames, and gives what it says.
run_browser <- function(program, body, ...) {
  page <- tempfile("frames", fileext = ".html")
  profile <- tempfile("profile")
  on.exit(unlink(c(page, profile), recursive = TRUE))
  writeLines(c("<!DOCTYPE html><meta charset='utf-8'>",
               "<style>body { margin: 0; background: #888 } iframe { border: 0; float: left;",
               sprintf("margin-right: %dpx; background: #fff }</style>", gap), body), page)
  suppressWarnings(system2(program, c("--headless", "--no-sandbox", "--disable-gpu",
                                      "--hide-scrollbars", "--disable-web-security",
                                      "--allow-file-access-from-files",
                                      paste0("--user-data-dir=", profile),
                                      "--virtual-time-budget=10000", ...,
                                      paste0("file://", page)), stdout = TRUE, stderr = TRUE))
}

frame <- function(file, width, height) {
  sprintf("<iframe src='file://%s' width='%d' height='%d'></iframe>", file, width, height)
}

# Lines "FOUND|frame|height of the page|what is wrong with it; ...", one for each frame.
measuring_script <- "
<pre id='found'></pre>
<script>window.addEventListener('load', function () {
  function scrolls(node) {
    for (; node && node.parentElement; node = node.parentElement) {
      var flow = getComputedStyle(node).overflowX;
      if (node !== node.ownerDocument.body && flow !== 'visible') return true;
    }
    return false;
  }
  var lines = Array.from(document.querySelectorAll('iframe')).map(function (frame, number) {
    var page = frame.contentDocument, edge = page.documentElement.clientWidth + 1, wrong = [];
    Array.from(page.images).forEach(function (image) {
      var name = image.getAttribute('src').slice(-60);
      if (!name) return;
      if (image.complete && image.naturalWidth === 0 && image.src.startsWith('file:'))
        wrong.push('picture not shown: ' + name);
      if (image.getBoundingClientRect().right > edge) wrong.push('picture too wide: ' + name);
    });
    Array.from(page.querySelectorAll('body *')).forEach(function (node) {
      var right = node.getBoundingClientRect().right;
      if (right > edge && !scrolls(node) && node.children.length === 0 && node.textContent.trim())
        wrong.push('reaches ' + Math.round(right - edge) + ' pixels beyond the edge: ' +
                   node.textContent.trim().replace(/[^A-Za-z0-9_.() ]/g, ' ').slice(0, 50));
    });
    return 'FOUND|' + number + '|' + page.documentElement.scrollHeight + '|' + wrong.join('; ');
  });
  document.getElementById('found').textContent = '\\n' + lines.join('\\n') + '\\n';
});</script>"

# What the browser's console may say where there is no network: that files of other hosts were not
# loaded, which its own message or the address that it names shows; that a page read from a file may
# not fetch what the search looks through; and that a script of one such host is not there.
offline <- c("source: https?://",
             "file:[^ ]*/search[.]json' from origin 'null' has been blocked by CORS policy",
             paste0("\"(Uncaught TypeError|jQuery[.]Deferred exception): ",
                    "[$][(][.]{3}[)][.]headroom is not a function[\" ]"))

# All else that it says.
complaints <- function(said) {
  said <- grep("CONSOLE", said, value = TRUE)
  unique(said[!grepl(paste(offline, collapse = "|"), said)])
}

# A data frame of page, width, height and what is wrong, with complaints as an attribute.
measure_pages <- function(program, files) {
  shown <- expand.grid(width = widths, file = files, stringsAsFactors = FALSE)
  said <- run_browser(program, c(mapply(frame, shown$file, shown$width, 2000L), measuring_script),
                      "--window-size=1700,2000", "--enable-logging=stderr", "--dump-dom")
  found <- strsplit(grep("^FOUND[|]", said, value = TRUE), "|", fixed = TRUE)
  shown$height <- shown$wrong <- NA
  for (one in found) {
    shown$height[as.integer(one[[2L]]) + 1L] <- as.integer(one[[3L]])
    shown$wrong[as.integer(one[[2L]]) + 1L] <- if (length(one) > 3L) one[[4L]] else ""
  }
  attr(shown, "said") <- complaints(said)
  shown
}

# One picture of both widths, cut into two files: NAME-1200.png and NAME-400.png.
take_pictures <- function(program, file, heights, name) {
  whole <- tempfile(fileext = ".png")
  on.exit(unlink(whole))
  heights <- pmin(heights, 16000L) # what a texture holds
  run_browser(program, mapply(frame, file, widths, heights),
              sprintf("--window-size=%d,%d", sum(widths) + 2L * gap, max(heights)),
              paste0("--screenshot=", whole))
  if (!file.exists(whole)) return(FALSE)
  pixels <- png::readPNG(whole)
  first <- cumsum(c(0L, widths + gap))
  for (i in seq_along(widths)) {
    rows <- seq_len(min(heights[[i]], dim(pixels)[[1L]]))
    png::writePNG(pixels[rows, first[[i]] + seq_len(widths[[i]]), ],
                  sprintf("%s-%d.png", name, widths[[i]]))
  }
  TRUE
}
