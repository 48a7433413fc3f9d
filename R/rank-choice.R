# The result of select_rank() and how it is printed.

new_rank_choice <- function(found, spectral, search, call) {
  visits <- found$visits
  table <- rank_table(visits, length(search$masks))
  chosen <- chosen_row(table, spectral)
  structure(c(
    list(rank = table$rank[[chosen]], near = table$rank[table$near %in% TRUE]),
    judge_rank(table, spectral, search$largest),
    list(spectral = spectral, ranks = table, masks = length(search$masks),
         hidden = hidden_counts(search$masks), outliers = outlier_places(search),
         worst = visits[[chosen]]$worst, loss = loss_text(search$options$loss),
         searched = search$searched, stopped = found$stopped, call = call)), class = "rank_choice")
}

#' @export
print.rank_choice <- function(x, ...) {
  gain <- x$ranks$gain[match(x$rank, x$ranks$rank)]
  headline <- switch(x$verdict, one = "1 component", determined = paste(x$rank, "components"),
                     about = paste("about", x$rank, "components"),
                     paste0("not determined; ", x$rank, " predict", if (x$rank == 1L) "s",
                            " best"))
  writeLines(c(strwrap(paste0(headline, ": ", x$reason), 90L, exdent = 2L),
    paste0("  ranks within two standard errors: ", toString(x$near)),
    paste0("  above the noise in the spectrum: ",
           if (is.na(x$spectral)) "not known" else x$spectral),
    if (!is.na(gain)) paste0("  error ", percent(gain), " below that of one component"),
    paste0("  visited ", toString(x$ranks$rank), " with ", x$masks, " masks of ",
           format(sum(x$hidden), digits = 3L), " entries"),
    if (length(x$searched)) paste0("  looked at ", x$searched[[1L]], " of ", x$searched[[2L]],
                                   " samples"),
    if (startsWith(x$verdict, "not") && isTRUE(x$worst > 0.6)) paste0(
      "  the worst hundredth of the hidden entries has ", percent(x$worst),
      " of the squared error: outliers?"),
    if (NROW(x$outliers)) paste0("  set aside ", nrow(x$outliers), " outlying entries, see ",
                                 "$outliers"),
    if (any(!is.na(x$ranks$failed))) paste0("  failed: ranks ", toString(
      x$ranks$rank[!is.na(x$ranks$failed)]), "; see $ranks$failed"),
    if (x$stopped) "  interrupted: only the ranks visited until then are here"))
  invisible(x)
}
