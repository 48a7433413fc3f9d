# Image sets from their makers: asked for, fetched under another name, verified, then kept.

# The set as downloaded, kept in the cache. Files get their names only after they have been
# verified, so that neither a torn download nor a second process can leave a wrong one.
download_images <- function(set) {
  ask_leave(set)
  if (set$name == "coil20") check_installed("png", "reading the makers' file of COIL-20")
  folder <- tempfile("download-", cache_folder())
  if (!dir.create(folder, recursive = TRUE, showWarnings = FALSE)) {
    stop_input(cache_folder(), "a folder that can be written: the cache of this package",
               "one that cannot", "Name another one by the environment variable R_USER_CACHE_DIR.")
  }
  on.exit(unlink(folder, recursive = TRUE))
  paths <- file.path(folder, set$makers_files)
  for (path in paths) fetch_or_stop(set, paste0(set$address, basename(path)), path)
  data <- tryCatch(read_makers_files(set, paths), metanmf_wrong_file = function(wrong) {
    check_room_left(folder)
    address <- paste0(set$address, basename(wrong$argument))
    wrong$message <- paste0(sub(wrong$argument, address, conditionMessage(wrong), fixed = TRUE),
                            "\nWhat was downloaded has been removed.")
    wrong$argument <- address
    stop(wrong)
  })
  file.rename(paths, file.path(cache_folder(), set$makers_files))
  data
}

# Stops unless the download is allowed: by the option, or by an answer.
ask_leave <- function(set) {
  option <- getOption("metanmf.download")
  if (!is.null(option)) option <- check_flag(option, "options(metanmf.download = )")
  question <- paste0("Download ", set$title, " (", set$megabytes, " MB) from\n", set$address,
                     "\ninto ", cache_folder(), "?")
  allowed <- if (is.null(option)) is_interactive() && ask(question) else option
  if (!allowed) stop_missing(set, "not downloaded without your leave")
}

is_interactive <- function() interactive()

ask <- function(question) utils::menu(c("Yes", "No"), title = question) == 1L

# A file from an address; what fails there, a warning included, is told as a missing set.
fetch_or_stop <- function(set, address, path) {
  failed <- function(condition) {
    check_room_left(dirname(path))
    stop_missing(set, paste0("the download of ", address, " failed (",
                             conditionMessage(condition), ")"))
  }
  tryCatch(fetch_file(address, path), error = failed, warning = failed)
}

# A download that went wrong may have met a full disk, which not all of R's means of fetching
# files tell. What the disk cannot take then is said instead.
check_room_left <- function(folder, argument = "R_USER_CACHE_DIR") {
  file <- tempfile("room-", folder)
  on.exit(unlink(file))
  put_bytes(raw(2^16), file, "wb", argument)
}

fetch_file <- function(address, path) {
  # R's default of 60 seconds is too short for 26 MB on a slow line.
  old <- options(timeout = max(600, getOption("timeout")))
  on.exit(options(old))
  status <- utils::download.file(address, path, mode = "wb", quiet = TRUE)
  if (status != 0L) stop("status ", status)
}

# The one error for a set that is nowhere, with all that can be done about it.
stop_missing <- function(set, why) {
  stop_input(
    "name", "a data set that this machine has, or may fetch",
    paste0("\"", set$name, "\", found in no folder you named, nor installed, nor in the cache; ",
           why),
    paste0(
      "Any of these will do:\n",
      "- options(metanmf.data = \"folder\"), or the environment variable METANMF_DATA: ",
      "a folder with\n  ", set$file, ", or with ", paste(set$makers_files, collapse = " and "),
      "\n",
      if (is.null(set$install)) "- (there is no package to install that has this set)\n"
      else paste0("- ", set$install, "\n"),
      "- options(metanmf.download = TRUE): ", set$megabytes, " MB from\n  ", set$address
    ),
    class = "metanmf_missing_data"
  )
}
