# Text cut to the width that a table or a picture has room for.

# Text of at most so many characters, at least four; "..." ends what was cut.
shorten <- function(text, width) {
  text <- valid_text(as.character(text))
  long <- !is.na(text) & nchar(text) > width
  text[long] <- paste0(substr(text[long], 1L, width - 3L), "...")
  text
}
