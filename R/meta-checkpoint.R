# Identifies the fit a checkpoint belongs to, by its data, penalties, graphs and options.

learner_checkpoint <- function(file, learners, options) {
  # Functions are left out, because a graph is identified by its numbers.
  text <- rapply(rapply(options, unclass, how = "replace"), format, digits = 17L, how = "unlist")
  open_checkpoint(file, c(options = text_digest(paste(names(text), text, sep = " = ")),
                          data = bytes_digest(learner_bytes(learners))),
                  function(found, state) found$epoch %in% seq_along(state$trace))
}

# The numbers that a fit is made of: data, penalties and graphs, and a start that was given. Starts
# drawn by chance are in the state.
learner_bytes <- function(learners) {
  numbers <- lapply(c(learners$tasks, list(learners$target)), function(learner) {
    x <- learner$data$x
    data <- if (is_source(x)) c(dim(x), x$columns, unlist(x$seen))
      else if (is.matrix(x)) c(dim(x), x)
      else c(dim(x), x@p, x@i, x@x)
    terms <- unlist(learner[c("penalty", "graph", "graph_basis")], use.names = FALSE)
    c(data, as.double(terms))
  })
  writeBin(as.double(unlist(numbers, use.names = FALSE)), raw())
}
