# The values that inst/large/online.csv keeps, from which the help page and vignette have theirs.

stored_online <- function() {
  utils::read.csv(system.file("large", "online.csv", package = "metanmf", mustWork = TRUE))
}

test_that("the stored medians are those of the help page", {
  stored <- stored_online()
  medians <- tapply(stored$value, stored[c("loss", "what")], stats::median)
  settings <- grep("^(kept|fresh)", colnames(medians))
  help <- tools::Rd_db("metanmf")[["solver_online.Rd"]]
  source <- test_path("..", "..", "man", "solver_online.Rd")
  if (is.null(help) && file.exists(source)) help <- tools::parse_Rd(source)
  skip_if(is.null(help), "installed without help pages")
  page <- utils::capture.output(tools::Rd2txt(help, options = list(underline_titles = FALSE)))
  for (loss in c("frobenius", "kl")) {
    row <- medians[loss, ]
    told <- sprintf("%.3f", c(row[["once"]], row[["kept-0.7"]], min(row[settings])))
    line <- grep(paste0("\"", loss, "\".*[0-9][.][0-9]{3}"), page, value = TRUE)
    expect_identical(regmatches(line, gregexpr("[0-9.]+", line))[[1L]], told)
    # "Within 1 % of the batch fit in the median".
    expect_lte(abs(row[["ended"]] - 1), 0.0101)
  }
})

test_that("a stored start gives the stored objective after one pass", {
  skip_on_cran()
  stored <- stored_online()
  x <- unname(scale_minmax(digits$x))[, 1:1792]
  set.seed(2)
  start <- init_random(x, 10)
  online <- nmf(x, 10, init = start, solver = solver_online(batch = 64), max_iter = 1)
  left <- sum((x - basis(online) %*% predict(as_nmf(basis(online)), x))^2)
  whole <- suppressWarnings(nmf(x, 10, init = start, max_iter = 3000))$value
  ratio <- stored$value[stored$loss == "frobenius" & stored$seed == 2 & stored$what == "once"]
  expect_equal(left / whole, ratio, tolerance = 1e-4)
})
