# What is known of the image sets that the package does not hold: their files, their sums,
# their makers.

# Per set:
# - `file`, `file_md5`: the file prepared for this package, and its MD5 sum;
# - `makers_files`, `address`, `megabytes`: what the makers hand out, in which folder, how much;
# - `folder`, `package`: where a system package or an R package puts the set, `install` how;
# - `samples`, `classes`, `image_size`: the size, after the choice of samples;
# - `pixels_md5`, `labels_md5`: MD5 sums of the pixels, one byte each, column-major, and of the
#   labels, one byte each. COIL-20 has none: the makers' images are four times as large.
# - `source`, `licence`: in words; `makers_source` where the makers' files say less or other.
data_sets <- list(
  fmnist = list(
    name = "fmnist", title = "Fashion-MNIST",
    file = "fmnist6000.rds", file_md5 = "6c9573319ec41365474a6285b50183a5",
    makers_files = c("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    address = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    megabytes = 26,
    folder = file.path("/usr", "share", "datasets", "fashion-mnist"),
    install = "`apt-get install dataset-fashion-mnist` on Debian",
    samples = 6000L, classes = 0:9, image_size = c(28L, 28L),
    pixels_md5 = "61ec2719689d4afda623d6334ed12617",
    labels_md5 = "88e60883c05d63d6364ec8ec19f0835e",
    source = paste("Fashion-MNIST (H. Xiao, K. Rasul and R. Vollgraf, Zalando SE, 2017,",
                   "https://github.com/zalandoresearch/fashion-mnist): of the 60000 training",
                   "images the 6000 of the thesis author's experiments"),
    licence = "MIT, copyright 2017 Zalando SE"
  ),
  faces = list(
    name = "faces", title = "Olivetti faces",
    file = "olivetti.rds", file_md5 = "2d6d8797807143be95c22238f949ace8",
    makers_files = "olivettifaces.mat",
    address = "https://cs.nyu.edu/~roweis/data/", megabytes = 4,
    package = "loon.data", install = "`install.packages(\"loon.data\")`",
    samples = 400L, classes = 1:40, image_size = c(64L, 64L),
    pixels_md5 = "c789a708157faad538517a418579ad21",
    source = paste("Olivetti faces (AT&T Laboratories Cambridge, 1992 to 1994), the version of",
                   "64 x 64 pixels by S. Roweis, https://cs.nyu.edu/~roweis/data.html"),
    licence = paste("none stated by the makers, who ask for credit to AT&T Laboratories",
                    "Cambridge; pictures of real persons")
  ),
  coil20 = list(
    name = "coil20", title = "COIL-20",
    file = "coil20.rds", file_md5 = "1b0e6f014c36dd669c220c715155391b",
    makers_files = "coil-20-proc.zip",
    address = "https://www.cs.columbia.edu/CAVE/databases/SLAM_coil-20_coil-100/coil-20/",
    megabytes = 12,
    samples = 1440L, classes = 1:20, image_size = c(32L, 32L),
    source = paste("COIL-20, processed (S. A. Nene, S. K. Nayar and H. Murase, Columbia",
                   "University, 1996, CUCS-005-96), reduced to 32 x 32 pixels by the thesis",
                   "author"),
    makers_source = paste("COIL-20, processed (S. A. Nene, S. K. Nayar and H. Murase, Columbia",
                          "University, 1996, CUCS-005-96), reduced to 32 x 32 pixels by means of",
                          "4 x 4; close to what the thesis author used, not equal to it"),
    licence = "none stated; the makers' report says \"for research purposes\""
  )
)

# All five, with those that need no file.
dataset_names <- c("blobs", "digits", names(data_sets))

# What the thesis and the figures call them.
thesis_names <- c(blobs = "Blobs", coil20 = "COIL20", digits = "Digits", faces = "Faces",
                  fmnist = "FMNIST")
