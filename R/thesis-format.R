# How scores are written: ".583 ± .007".

plus_minus <- function() if (l10n_info()[["UTF-8"]]) "\u00b1" else "+-"

# Three decimals and no leading zero for what lies between -1 and 1, three digits for the rest.
# A plus in front of what is positive where `sign` is "+". "-" for what is not known.
format_score <- function(value, score = "nmi", sign = "") {
  bounded <- grepl("^(nmi|ari|error)", score)
  text <- if (bounded) sprintf(paste0("%", sign, ".3f"), value)
          else sprintf(paste0("%", sign, ".3g"), value)
  text <- if (bounded) sub("^([+-]?)0\\.", "\\1.", text) else text
  # What rounds to nothing has no sign.
  text <- sub("^[+-](0?[.]?0*)$", "\\1", text)
  ifelse(is.na(value), "-", text)
}

format_spread <- function(mean, sd, score = "nmi") {
  spread <- ifelse(is.na(sd), "", paste0(" ", plus_minus(), " ", format_score(sd, score)))
  paste0(format_score(mean, score), spread)
}

# "+.012 [+.003, +.021]".
format_interval <- function(difference, lower, upper, score = "nmi") {
  bounds <- paste0(" [", format_score(lower, score, "+"), ", ", format_score(upper, score, "+"),
                   "]")
  paste0(format_score(difference, score, "+"), ifelse(is.na(lower), "", bounds))
}

format_p <- function(p) {
  ifelse(is.na(p), "-", ifelse(p < 0.001, "<.001", sub("^0", "", sprintf("%.3f", p))))
}

# A corrected p, and whether the number of seeds alone keeps it large.
format_corrected <- function(p, bound) {
  paste0(format_p(p), ifelse(bound & !is.na(p), " (bound)", ""))
}

# Prints a data frame without row names, text to the left and numbers to the right.
print_columns <- function(shown) {
  columns <- Map(function(name, values) {
    text <- if (is.character(values)) values else format(values)
    format(c(name, text), justify = if (is.character(values)) "left" else "right")
  }, names(shown), shown)
  lines <- do.call(paste, c(unname(columns), sep = "  "))
  writeLines(sub(" +$", "", lines))
}

# Leaves out what says nothing: a protocol or score that all rows share, counts that are all 0.
drop_silent <- function(shown) {
  shared <- function(name) length(unique(shown[[name]])) == 1L
  zero <- function(name) all(shown[[name]] == 0)
  silent <- c(Filter(shared, intersect(c("protocol", "score"), names(shown))),
              Filter(zero, intersect(c("incomplete", "failed"), names(shown))))
  shown[setdiff(names(shown), silent)]
}
