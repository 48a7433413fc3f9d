# Seurat objects hold assays, such as "RNA", and these hold layers, such as "counts" and "data".
# What other containers call an assay is a layer here. A layer of the default assay goes by its name
# alone, and one of another assay by a name such as "ADT/counts".

# The layers that hold non-negative data. Scaled data are centred, so they are left out.
seurat_layers <- function(x) {
  own <- SeuratObject::DefaultAssay(x)
  assays <- union(own, SeuratObject::Assays(x))
  unlist(lapply(assays, function(assay) {
    layers <- setdiff(layers_of(x[[assay]]), "scale.data")
    if (assay == own) layers else if (length(layers)) paste0(assay, "/", layers)
  }))
}

# Since version 5 of SeuratObject an assay has any number of layers, before it had three slots.
has_layers <- function() "LayerData" %in% getNamespaceExports("SeuratObject")

layers_of <- function(assay) {
  # Written from the documentation of version 5, where it has not been run.
  if (has_layers()) return(getExportedValue("SeuratObject", "Layers")(assay))
  Filter(function(slot) prod(dim(SeuratObject::GetAssayData(assay, slot = slot))) > 0,
         c("counts", "data"))
}

read_seurat <- function(x, name) {
  at <- seurat_place(x, name)
  # Version 5, not run as above.
  if (has_layers()) {
    return(getExportedValue("SeuratObject", "LayerData")(x, layer = at$layer, assay = at$assay))
  }
  SeuratObject::GetAssayData(x, slot = at$layer, assay = at$assay)
}

# A layer's own name may have a slash; an assay's may not.
seurat_place <- function(x, name) {
  assay <- sub("/.*", "", name)
  if (grepl("/", name, fixed = TRUE) && assay %in% SeuratObject::Assays(x)) {
    return(list(assay = assay, layer = sub("^[^/]*/", "", name)))
  }
  list(assay = SeuratObject::DefaultAssay(x), layer = name)
}

# The call that reads a layer, for a hint. `x` is the name of the object alone.
seurat_code <- function(x, name) {
  assay <- if (grepl("/", name, fixed = TRUE)) sub("/.*", "", name)
  paste0("SeuratObject::", if (has_layers()) "LayerData(" else "GetAssayData(", x,
         if (has_layers()) ", layer = " else ", slot = ", quoted(sub("^[^/]*/", "", name)),
         if (!is.null(assay)) paste0(", assay = ", quoted(assay)), ")")
}
