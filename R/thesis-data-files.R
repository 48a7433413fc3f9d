# Where the files of the image sets are, and whether they are what they should be. Nothing is
# taken for data before its sum, or where none is known its shape, has been looked at.

# An image set from the first place that has it: the user's folder, what is installed, the
# cache, the makers.
load_images <- function(set) {
  data <- read_folder(set, user_folder())
  if (is.null(data)) data <- read_folder(set, set$folder)
  if (is.null(data)) data <- read_package(set)
  if (is.null(data)) data <- read_cache(set)
  if (is.null(data)) data <- download_images(set)
  data
}

# The folder that the user names, or NULL. The option is of this session, so it goes before the
# environment variable.
user_folder <- function() {
  folder <- getOption("metanmf.data")
  named_by <- "options(metanmf.data = )"
  if (is.null(folder)) {
    folder <- Sys.getenv("METANMF_DATA")
    named_by <- "METANMF_DATA"
    if (folder == "") return(NULL)
  }
  if (!(is.character(folder) && length(folder) == 1L && !is.na(folder) && dir.exists(folder))) {
    stop_input(named_by, "the path of a folder that exists", describe(folder))
  }
  folder
}

cache_folder <- function() tools::R_user_dir("metanmf", "cache")

# The set from the prepared file in a folder or else from the makers' files; NULL without them.
read_folder <- function(set, folder) {
  if (is.null(folder)) return(NULL)
  prepared <- file.path(folder, set$file)
  if (file.exists(prepared)) return(read_prepared(set, prepared))
  made <- file.path(folder, set$makers_files)
  if (all(file.exists(made))) read_makers_files(set, made)
}

# The set from the R package that carries it, or NULL.
read_package <- function(set) {
  if (is.null(set$package) || !requireNamespace(set$package, quietly = TRUE)) return(NULL)
  place <- new.env()
  suppressWarnings(utils::data(list = set$name, package = set$package, envir = place))
  if (is.null(place[[set$name]])) return(NULL)
  x <- unname(as.matrix(place[[set$name]]))
  labels <- consecutive_labels(set)
  check_decoded(set, x, labels, rep(paste("package", set$package), 2L))
  as_data(set, x, labels)
}

# Labels of a set that has the samples of a class one after the other.
consecutive_labels <- function(set) rep(set$classes, each = set$samples / length(set$classes))

# The set from the cache, or NULL. A wrong file there is the package's own, and goes.
read_cache <- function(set) {
  tryCatch(
    read_folder(set, cache_folder()),
    metanmf_wrong_file = function(wrong) {
      unlink(wrong$argument)
      warning(structure(
        list(message = paste0("Removed a wrong file from the cache.\n", conditionMessage(wrong)),
             call = NULL),
        class = c("metanmf_removed_file", "warning", "condition")
      ))
      NULL
    }
  )
}

# The prepared file. Its sum comes first, so that readRDS() sees known bytes only: what it makes
# of others can be any object, code included.
read_prepared <- function(set, path) {
  sum <- suppressWarnings(unname(tools::md5sum(path))) # NA with a warning for a directory
  if (!identical(sum, set$file_md5)) {
    stop_wrong_file(path, paste0(set$title, " as prepared for this package (MD5 sum ",
                                 set$file_md5, ")"),
                    if (is.na(sum)) "a file that cannot be read"
                    else paste0("a file of ", file.size(path), " bytes (MD5 sum ", sum, ")"))
  }
  stored <- readRDS(path)
  as_data(set, array(as.integer(stored$x), dim(stored$x)), stored$labels)
}

# The makers' files: decoded, and compared with what is known of the set.
read_makers_files <- function(set, paths) {
  decoded <- switch(set$name, fmnist = decode_fmnist(set, paths), faces = decode_faces(set, paths),
                    coil20 = decode_coil20(set, paths))
  check_decoded(set, decoded$x, decoded$labels, rep(paths, length.out = 2L))
  if (!is.null(set$makers_source)) set$source <- set$makers_source
  as_data(set, decoded$x, decoded$labels)
}

# `paths`: where the pixels and where the labels came from.
check_decoded <- function(set, x, labels, paths) {
  shape <- c(prod(set$image_size), set$samples)
  if (!(is.numeric(x) && identical(dim(x), as.integer(shape)) && isTRUE(all(x >= 0 & x <= 255)))) {
    stop_wrong_file(paths[[1L]], paste0(set$title, ": ", shape[[1L]], " x ", shape[[2L]],
                                        " pixels from 0 to 255"), describe(x))
  }
  check_bytes(x, set$pixels_md5, paste("the pixels of", set$title), paths[[1L]])
  check_bytes(labels, set$labels_md5, paste("the labels of", set$title), paths[[2L]])
}

check_bytes <- function(values, md5, what, path) {
  if (is.null(md5)) return(invisible())
  sum <- bytes_digest(as.raw(values))
  if (sum != md5) {
    stop_wrong_file(path, paste0("a source of ", what, " (decoded, their MD5 sum is ", md5, ")"),
                    paste0("one of other values (MD5 sum ", sum, ")"))
  }
}

as_data <- function(set, x, labels) {
  list(x = x, labels = labels, image_size = set$image_size, source = set$source,
       licence = set$licence, author_split = author_split(set$samples))
}

# `path` is in the condition as `argument`.
stop_wrong_file <- function(path, expected, given) {
  stop_input(path, expected, given, "It may be damaged, or another file under this name.",
             class = "metanmf_wrong_file")
}
