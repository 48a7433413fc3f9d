# The folder from which a choice of a weight that was stopped goes on: a file for each weight.

lambda_store <- list(
  description = "select_lambda.txt", format = "metanmf select_lambda 1", argument = "folder",
  verb = "select_lambda()", claim = "data", renew_owner = identity
)

# What the fits of all weights share, by which a folder knows whose it is. The penalty counts by
# what it is at weight 1.
lambda_owner <- function(rank, weigh, masks, fraction, options, told) {
  c(rank = rank, masks = masks, fraction = format(fraction, digits = 15L),
    loss = loss_text(options$loss),
    penalty = value_digest(weigh(1)), options = value_digest(options[c("solver", "control")]),
    labels = value_digest(told))
}

# The value of `code`, what visit_lambda() says of a weight, which is kept in the folder; where it
# was kept before, that. A weight with a fit that failed is tried again.
kept_visit <- function(folder, lambda, code) {
  if (is.null(folder)) return(code)
  file <- file.path(folder, paste0("lambda-", format(lambda, digits = 15L), ".visit"))
  numbers <- kept_numbers(file)
  if (!is.null(numbers)) return(read_kept_visit(numbers))
  visit <- code
  if (is.na(visit$failed)) {
    write_checkpoint(file, c(format = lambda_store$format, version = process$version),
                     list(length(visit$error), visit$share, visit$explained, visit$error,
                          length(visit$scores), unlist(visit$scores), visit$agreement), "folder")
  }
  visit
}

read_kept_visit <- function(numbers) {
  masks <- numbers[[1L]]
  scores <- numbers[[4L + masks]]
  rest <- numbers[-seq_len(4L + masks)]
  list(error = numbers[3L + seq_len(masks)], share = numbers[[2L]], explained = numbers[[3L]],
       failed = NA_character_,
       scores = if (scores) c(nmi = rest[[1L]], nmi_spread = rest[[2L]]),
       agreement = if (length(rest) > scores) rest[-seq_len(scores)])
}
