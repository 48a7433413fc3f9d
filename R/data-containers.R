# Containers of other packages, which know what their samples are: their matrix of features by
# samples, read by the package that made them. Where that is not installed, nothing here needs it.

# The data in `x` as a matrix with features in rows and samples in columns, names kept, or NULL
# where x is no container: then nothing but its user knows what its rows are. `assay` is left out by
# verbs that have no such argument.
contained_matrix <- function(x, argument, assay) {
  kind <- container_kind(x)
  if (is.null(kind)) {
    if (!base::missing(assay) && !is.null(assay)) stop_no_assay(x, argument, assay)
    return(NULL)
  }
  if (is.null(kind$assays)) {
    if (!base::missing(assay) && !is.null(assay)) stop_no_assay(x, argument, assay)
    return(kind$read(x, argument))
  }
  need_reader(x, kind)
  name <- choose_assay(x, kind, argument, assay)
  data <- kind$read(x, name)
  if (is.matrix(data) || methods::is(data, "Matrix")) return(data)
  code <- kind$code(argument, name)
  stop_input(argument, paste("a container whose assay is in memory, as a matrix or a sparse matrix",
                             "of package Matrix"),
             paste(describe(data), "as its assay", quoted(name)),
             paste0("Where it fits into memory use as.matrix(", code, "), or as(", code,
                    ", \"dgCMatrix\") if it is sparse."))
}

# The name of the assay that a verb with an argument `assay` reads, NULL where x has none. The assay
# that a fit was made of is meant in new data that have it.
which_assay <- function(x, argument, assay, fit = NULL) {
  kind <- container_kind(x)
  if (is.null(kind$assays)) {
    if (!is.null(assay)) stop_no_assay(x, argument, assay)
    return(NULL)
  }
  need_reader(x, kind)
  kept <- fit$data[["assay"]]
  if (is.null(assay) && is.character(kept)) {
    names <- kind$assays(x)
    if (!kept %in% names) {
      stop_input("assay", paste0("one of ", some_assays(names), ", since `", argument,
                                 "` has no \"", kept, "\", of which the fit was made"), "nothing",
                 paste0("Use assay = ", quoted(names[[1L]]), " where it is on the same scale."))
    }
    assay <- kept
  }
  choose_assay(x, kind, argument, assay)
}

# The data of a verb as a matrix, where x is of a form of which no other code can say how its
# negative entries are mended: containers, triplets and arrays. Anything else as it is.
read_data <- function(x, argument, assay) {
  data <- if (base::missing(assay)) contained_matrix(x, argument)
          else contained_matrix(x, argument, assay)
  if (is.null(data) && !inherits(x, "simple_triplet_matrix") && length(dim(x)) <= 2L) return(x)
  data <- as_numbers(if (is.null(data)) x else data, argument)
  if (data_facts(data)$smallest >= 0) return(data)
  below <- stored_values(data) < 0 & !is.na(stored_values(data))
  stop_input(argument, "finite and non-negative",
             paste0("negative entries: ", where_in_matrix(below, data), ", down to ",
                    format(min(stored_values(data)[below]), digits = 3)),
             paste0("Use ", without_negatives(x, argument, assay),
                    " where they are noise or rounding."))
}

# The code that makes 0 of what is negative in x.
without_negatives <- function(x, argument, assay) {
  kind <- container_kind(x)
  if (!is.null(kind$assays)) {
    code <- kind$code(argument, if (base::missing(assay)) choose_assay(x, kind, argument)
                                else choose_assay(x, kind, argument, assay))
    return(paste0(code, " * (", code, " > 0)"))
  }
  if (length(dim(x)) > 2L) return(paste0("pmax(", argument, ", 0)"))
  values <- paste0(argument, if (isS4(x)) "@x" else "$v")
  paste0(values, " <- pmax(", values, ", 0)")
}

need_reader <- function(x, kind) {
  check_installed(kind$package, paste("reading", with_article(class(x)[[1L]])),
                  bioconductor = kind$bioconductor)
}

# The entry of the table below for x, or NULL.
container_kind <- function(x) {
  for (class in names(containers)) {
    if (inherits(x, class)) return(containers[[class]])
  }
  # Without its package, the inheritance of an S4 object is not known.
  if (class(x)[[1L]] %in% c("RangedSummarizedExperiment", "SingleCellExperiment")) {
    containers$SummarizedExperiment
  }
}

# How each class is read. Those with assays: their names, in the order in which errors list them,
# `usual`, the one that is meant where none is named, and `code`, which reads one by hand.
containers <- list(
  DocumentTermMatrix = list(read = function(x, argument) triplet_columns(x, argument, TRUE)),
  TermDocumentMatrix = list(read = function(x, argument) triplet_columns(x, argument)),
  # quanteda's document-feature matrix is a dgCMatrix with documents in rows.
  dfm = list(read = function(x, argument) Matrix::t(methods::as(x, "dgCMatrix"))),
  sparseVector = list(read = function(x, argument) vector_column(x, argument)),
  SummarizedExperiment = list(
    package = "SummarizedExperiment", bioconductor = TRUE,
    assays = function(x) {
      names <- SummarizedExperiment::assayNames(x)
      if (has_names(names)) names else seq_along(SummarizedExperiment::assays(x))
    },
    # With its names put on by hand: Matrix reports that a sparse assay is given none.
    read = function(x, name) {
      data <- SummarizedExperiment::assay(x, name, withDimnames = FALSE)
      if (length(dim(data)) == 2L && !is.null(dimnames(x))) dimnames(data) <- dimnames(x)
      data
    },
    code = function(x, name) paste0("SummarizedExperiment::assay(", x, ", ", quoted(name), ")")
  ),
  # Beside the expressions there may be their standard errors and the like.
  ExpressionSet = list(
    package = "Biobase", bioconductor = TRUE, usual = "exprs",
    assays = function(x) Biobase::assayDataElementNames(x),
    read = function(x, name) Biobase::assayDataElement(x, name),
    code = function(x, name) paste0("Biobase::assayDataElement(", x, ", ", quoted(name), ")")
  ),
  Seurat = list(
    package = "SeuratObject", bioconductor = FALSE,
    assays = function(x) seurat_layers(x), read = function(x, name) read_seurat(x, name),
    code = function(x, name) seurat_code(x, name)
  )
)

# The name of the assay that is asked for, or of the only one.
choose_assay <- function(x, kind, argument, assay) {
  names <- kind$assays(x)
  taken <- !base::missing(assay)
  if (!length(names)) {
    stop_input(argument, "a container with an assay", paste(describe(x), "without any"))
  }
  if (taken && !is.null(assay)) return(find_assay(x, assay, names))
  if (length(names) == 1L) return(names[[1L]])
  if (!is.null(kind$usual) && kind$usual %in% names) return(kind$usual)
  listed <- some_assays(names)
  if (taken) {
    stop_input("assay", paste0("one of ", listed), "nothing",
               paste0("Use assay = ", quoted(names[[1L]]), "."))
  }
  stop_input(argument, "a matrix, or a container with one assay",
             paste0(describe(x), " with the assays ", listed),
             paste0("Use ", kind$code(argument, names[[1L]]), "."))
}

# A name, or the number of one.
find_assay <- function(x, assay, names) {
  at <- if (is.character(assay) && length(assay) == 1L) match(assay, names)
        else if (is.numeric(assay) && length(assay) == 1L) match(assay, seq_along(names))
  if (length(at) && !is.na(at)) return(names[[at]])
  near <- if (is.character(assay) && length(assay) == 1L) nearest_name(assay, as.character(names))
  stop_input("assay", paste0("one of ", some_assays(names)), describe(assay),
             paste0("Use assay = ", quoted(if (is.null(near)) names[[1L]] else near), "."))
}

quoted <- function(name) if (is.character(name)) paste0("\"", name, "\"") else name

some_assays <- function(names) paste(quoted(names), collapse = ", ")

stop_no_assay <- function(x, argument, assay) {
  stop_input("assay", paste0("left out: `", argument, "` has no assays"), describe(assay),
             paste0("Given as `", argument, "`: ", describe(x), "."))
}
