# The folder from which an interrupted choice of a weight is resumed. It has a file for each weight.

lambda_store <- list(
  description = "select_lambda.txt", format = "metanmf select_lambda 1", argument = "folder",
  verb = "select_lambda()", renew_owner = identity
)

# What the fits of all weights have in common. A folder records it to recognise the call it belongs
# to. The penalty enters with its form at weight 1.
lambda_owner <- function(rank, weigh, masks, fraction, options, told) {
  c(rank = rank, masks = masks, fraction = format(fraction, digits = 15L),
    loss = loss_text(options$loss),
    penalty = value_digest(weigh(1)), options = value_digest(options[c("solver", "control")]),
    labels = value_digest(told))
}

# What visit_lambda() finds for a weight: read from the folder if it is there, and otherwise
# computed by `code` and written to the folder. A weight with a failed fit is tried again.
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
