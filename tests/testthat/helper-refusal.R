# The package's error, which names the argument first and says what was given. test-check.R and a
# few others pin whole messages as samples of the wording.
#
# One expectation: hundreds of calls are refused, and expect_error() keeps a back trace of each.
expect_bad <- function(code, argument) {
  refusal <- tryCatch({
    code
    simpleError("no error")
  }, error = identity)
  message <- conditionMessage(refusal)
  # A name that is not known has no value to be told, but what to write instead.
  told <- if (argument == "..." || startsWith(message, "Unknown entry")) {
    grepl("Known: |Did you mean|Use ", message)
  } else {
    startsWith(message, paste0("`", argument, "`")) && grepl("Given: ", message, fixed = TRUE)
  }
  named <- inherits(refusal, "metanmf_error") && identical(refusal$argument, argument)
  expect_true(named && told, label = paste0("refused for `", argument, "`, with \"", message, "\""))
}
