notes <- list(
  types = c(text = "character", of = "character"), key = "text", failure = "text", claim = "of",
  description = "notes.txt", format = "notes 1", argument = "place", verb = "keep_notes()",
  renew_rows = identity, renew_owner = identity
)

in_folder <- function(code) {
  folder <- tempfile("notes")
  on.exit(unlink(folder, recursive = TRUE))
  code(folder)
}
files_of <- function(folder) {
  files <- list.files(folder, full.names = TRUE)
  stats::setNames(lapply(files, content_of), files)
}

test_that("a folder is refused to another owner, version or kind, and is not touched", {
  in_folder(function(folder) {
    init_folder(notes, folder, c(author = "me; in ink"), c(book = "1"))
    before <- files_of(folder)
    init_folder(notes, folder, c(author = "me; in ink"), c(book = "1"))
    refused <- function(store = notes, author = "me; in ink", book = "1", text) {
      expect_error(init_folder(store, folder, c(author = author), c(book = book)), text,
                   class = "metanmf_other_folder")
    }
    refused(author = "me; in chalk", text = "same author.*one of in ink, now in chalk")
    refused(book = "2", text = "same of book.*one of 1, now 2")
    refused(store = utils::modifyList(notes, list(format = "notes 2")), text = "of keep_notes()")
    local_mocked_bindings(process = list(version = "9.9"))
    refused(text = "same version of metanmf")
    expect_identical(files_of(folder), before)
  })
})

test_that("claims can be added, and hold from then on", {
  in_folder(function(folder) {
    init_folder(notes, folder, c(author = "me"), c(book = "1"))
    init_folder(notes, folder, c(author = "me"), c(film = "2"))
    init_folder(notes, folder, c(author = "me"), c(book = "1", film = "2"))
    expect_error(init_folder(notes, folder, c(author = "me"), c(film = "3")), "now 3",
                 class = "metanmf_other_folder")
    # An owner is no claim: it cannot be added.
    expect_error(init_folder(notes, folder, c(author = "me", pen = "red"), c(book = "1")),
                 "without pen", class = "metanmf_other_folder")
  })
})

test_that("a description in older words is brought up to date before it is compared", {
  in_folder(function(folder) {
    init_folder(notes, folder, c(author = "me"), c(book = "1"))
    renewing <- utils::modifyList(notes, list(renew_owner = function(text) sub("me", "you", text)))
    expect_silent(init_folder(renewing, folder, c(author = "you"), c(book = "1")))
    expect_error(init_folder(renewing, folder, c(author = "me"), c(book = "1")), "one of you",
                 class = "metanmf_other_folder")
  })
})

test_that("rows of what the description does not know are refused", {
  in_folder(function(folder) {
    init_folder(notes, folder, c(author = "me"), c(book = "1"))
    write_row(notes, list(text = "a", of = "film"), file.path(folder, "a.rows"))
    expect_error(init_folder(notes, folder, c(author = "me"), c(film = "2")), "nothing of film",
                 class = "metanmf_corrupt_file")
    unlink(file.path(folder, "notes.txt"))
    expect_error(init_folder(notes, folder, c(author = "me"), c(book = "1")),
                 "rows without notes.txt", class = "metanmf_error")
  })
})

test_that("a description that is no text is refused", {
  in_folder(function(folder) {
    dir.create(folder)
    writeBin(as.raw(c(0x61, 0, 0xff)), file.path(folder, "notes.txt"))
    expect_error(init_folder(notes, folder, character(), character()), "notes.txt is not text",
                 class = "metanmf_corrupt_file")
  })
})

test_that("a folder that cannot be made or written to is refused", {
  in_folder(function(folder) {
    writeLines("no folder", folder)
    expect_error(init_folder(notes, file.path(folder, "x"), character(), character()),
                 "can be made", class = "metanmf_error")
    expect_error(lock_folder(notes, file.path(folder, "x")), "can be written to",
                 class = "metanmf_error")
  })
})
