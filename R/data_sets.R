# What is known of the image sets that the package does not hold: their files, their sums,
# their makers.

# Per set: `file` and `file_md5`, the prepared file and its MD5 sum; `makers_files`, what the makers
# hand out, and `address`, the folder where; `features`, `samples`, `classes`, `image_size`;
# `decoded_md5`, the MD5 sum of the pixels (one byte each, column-major) followed by the labels.
data_sets <- list(
  fmnist = list(
    title = "Fashion-MNIST",
    file = "fmnist6000.rds",
    file_md5 = "6c9573319ec41365474a6285b50183a5",
    makers_files = c("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
    address = "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/fashion/",
    megabytes = 26,
    features = 784L, samples = 6000L, classes = 0:9, image_size = c(28L, 28L),
    decoded_md5 = "4f40b80ea355f87a47b52b0c73fa161f",
    install = "apt-get install dataset-fashion-mnist (Debian, Ubuntu)",
    source = paste("Fashion-MNIST (H. Xiao, K. Rasul, R. Vollgraf, Zalando SE, 2017), 6000 of the",
                   "60000 training images: those of the thesis author's experiments"),
    licence = "MIT, copyright 2017 Zalando SE"
  ),
  faces = list(
    title = "Olivetti faces",
    file = "olivetti.rds",
    file_md5 = "2d6d8797807143be95c22238f949ace8",
    makers_files = "olivettifaces.mat",
    address = "https://cs.nyu.edu/~roweis/data/",
    megabytes = 2,
    features = 4096L, samples = 400L, classes = 1:40, image_size = c(64L, 64L),
    decoded_md5 = "2ff4b9bf0d4e13eeb023115fb44a0581",
    install = "install.packages(\"loon.data\")",
    source = paste("Olivetti faces (AT&T Laboratories Cambridge, 1992 to 1994), the 64 x 64 version",
                   "of S. Roweis"),
    licence = "none stated by the makers, who ask for credit to AT&T Laboratories Cambridge"
  ),
  coil20 = list(
    title = "COIL-20",
    file = "coil20.rds",
    file_md5 = "1b0e6f014c36dd669c220c715155391b",
    makers_files = "coil-20-proc.zip",
    address = paste0("http://www.cs.columbia.edu/CAVE/databases/SLAM_coil-20_coil-100/coil-20/"),
    megabytes = 11,
    features = 1024L, samples = 1440L, classes = 1:20, image_size = c(32L, 32L),
    decoded_md5 = "cefe7ac0ee05ac6a7993fa2b70a9d2fa",
    install = NULL,
    source = paste("COIL-20, processed (S. A. Nene, S. K. Nayar, H. Murase, Columbia University,",
                   "1996, CUCS-005-96), reduced to 32 x 32 by the thesis author"),
    licence = "none stated; \"for research purposes\" by the makers' report"
  )
)
