# Text cut to the width that a table or a picture has room for.

# Text of at most so many characters, at least five, cut in the middle: names often differ at their
# ends, as in "a measurement of the leaf, number 12".
shorten <- function(text, width) {
  text <- valid_text(as.character(text))
  long <- !is.na(text) & nchar(text) > width
  kept <- width - 3L
  last <- kept %/% 2L
  text[long] <- paste0(substr(text[long], 1L, kept - last), "...",
                       substring(text[long], nchar(text[long]) - last + 1L))
  text
}
