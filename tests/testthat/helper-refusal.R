# The package's error, which names the argument first and says what was given. test-check.R and a
# few others pin whole messages as samples of the wording.
expect_bad <- function(code, argument) {
  refusal <- expect_error(code, class = "metanmf_error")
  message <- conditionMessage(refusal)
  expect_identical(refusal$argument, argument, label = message)
  # A name that is not known has no value to be told, but what to write instead.
  if (argument == "..." || startsWith(message, "Unknown entry")) {
    expect_match(message, "Known: |Did you mean|Use ")
  } else {
    expect_true(startsWith(message, paste0("`", argument, "`")), label = message)
    expect_match(message, "Given: ", fixed = TRUE)
  }
}
