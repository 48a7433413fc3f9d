# The folder of the prepared image files: as the user's own variable names it, or beside the
# source tree; NULL where there is none. Read before any test changes the variable.
data_folder <- local({
  named <- Sys.getenv("METANMF_DATA")
  beside <- file.path(getwd(), "..", "..", "..", "shared", "data")
  found <- Filter(dir.exists, c(if (named != "") normalizePath(named, mustWork = FALSE), beside))
  function() if (length(found)) found[[1L]]
})

# The value of `code` where load_dataset() looks in `folder` (the option), `variable` (the
# environment variable) and `cache`, and may download or not.
in_places <- function(code, folder = NULL, variable = "", cache = tempfile("cache"),
                      download = NULL) {
  old <- options(metanmf.data = folder, metanmf.download = download)
  names <- c("METANMF_DATA", "R_USER_CACHE_DIR")
  before <- Sys.getenv(names, unset = NA)
  on.exit({
    options(old)
    Sys.unsetenv(names)
    known <- !is.na(before)
    if (any(known)) do.call(Sys.setenv, as.list(stats::setNames(before, names)[known]))
  })
  Sys.setenv(METANMF_DATA = variable, R_USER_CACHE_DIR = cache)
  code
}

# A new folder with a copy of the named files; `names` are what they are called there.
folder_of <- function(files = character(), names = basename(files)) {
  folder <- tempfile("folder")
  dir.create(folder)
  file.copy(files, file.path(folder, names))
  folder
}

md5_of <- function(bytes) {
  file <- tempfile()
  on.exit(unlink(file))
  writeBin(bytes, file)
  unname(tools::md5sum(file))
}

# A registry with one small set in the shape of the faces: six images of 2 x 2 pixels, two classes,
# whose MATLAB file scipy wrote.
small_registry <- function() {
  pixels <- read_fixture("faces_small")$faces
  set <- utils::modifyList(data_sets$faces, list(
    package = NULL, samples = 6L, classes = 1:2, image_size = c(2L, 2L),
    pixels_md5 = md5_of(as.raw(pixels))
  ))
  list(faces = set)
}

small_matlab_file <- function() test_path("fixtures", "faces_bytes.mat")

# Bit for bit what scikit-learn gave holds where the logarithm is that of the same C library.
skip_elsewhere <- function() {
  skip_if(!grepl("^x86_64.*linux-gnu$", R.version$platform), "another C library's logarithm")
  # Without fused multiply-add the last bit of glibc's is another, and without long doubles that
  # of a decimal number that R reads.
  skip_if(log(17457 / 20011) != -0x1.17a3058fdae35p-3, "another processor's logarithm")
  skip_if(as.numeric("5.4221663833622102") != 0x1.5b04c62680b9p+2, "R without long doubles")
}
