# Where the files of the image sets are, and whether they are what they should be.

load_images <- function(name) {
  set <- data_sets[[name]]
  folder <- user_folder()
  data <- read_prepared(set, file.path(folder, set$file))
  data
}

# The folder that the user names, or NULL.
user_folder <- function() {
  folder <- getOption("metanmf.data", Sys.getenv("METANMF_DATA"))
  if (identical(folder, "")) NULL else folder
}

# A prepared file. Its sum is looked at first: only known bytes are given to readRDS().
read_prepared <- function(set, path) {
  given <- unname(tools::md5sum(path))
  if (!identical(given, set$file_md5)) {
    stop_input(path, paste0(set$title, " as prepared for this package (MD5 ", set$file_md5, ")"),
               paste("a file with MD5", given),
               class = "metanmf_wrong_file")
  }
  stored <- readRDS(path)
  list(x = matrix(as.integer(stored$x), nrow = nrow(stored$x)), labels = stored$labels,
       image_size = stored$dim_image, source = set$source, licence = set$licence,
       author_split = list(learning = stored$author_split$train,
                           evaluation = stored$author_split$test))
}
