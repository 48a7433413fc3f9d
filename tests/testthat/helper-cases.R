# The share of a long search that is tried: all of it in `make heavy`, `usual` in `make test`, and a
# fifth of that where tests have to be short (CRAN) or each line is watched (covr).
share_of_cases <- function(usual = 1 / 10) {
  is_set <- function(name) identical(Sys.getenv(name), "true")
  if (is_set("METANMF_ALL_CASES")) return(1)
  if (!is_set("NOT_CRAN") || is_set("R_COVR")) usual / 5 else usual
}

# A share of the cases, the same in every run. Multiples of the golden ratio spread the choice
# evenly over the cases and follow no period of theirs; no random number is drawn.
some_of <- function(cases, share = share_of_cases()) {
  place <- (seq_along(cases) * (sqrt(5) - 1) / 2) %% 1
  cases[sort(order(place)[seq_len(max(1, ceiling(share * length(cases))))])]
}

# One of several settings that a case of many could meet, drawn by the test's seed, so that over the
# cases each is met. In `make heavy PART=cases` every case meets all of them.
one_or_all <- function(settings) {
  if (share_of_cases() == 1) settings else settings[sample.int(length(settings), 1L)]
}

# Solver and loss for a fit with these penalties: a list of list(penalties, solver, loss, label), a
# share of what ?nmf's table offers.
offered_cases <- function(variety, share = share_of_cases()) {
  pairs <- expand.grid(case = seq_along(solver_losses), penalties = seq_along(variety))
  cases <- Map(function(penalties, case) {
    list(penalties = penalties, solver = case[1], loss = case[2],
         label = penalty_label(penalties, case[1], case[2]))
  }, variety[pairs$penalties], solver_losses[pairs$case])
  some_of(Filter(function(one) is_offered(one$penalties, one$solver, one$loss), cases), share)
}
