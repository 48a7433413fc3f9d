# Pictures of a fit: which type draws what. Base graphics only.

#' Draw a fit
#'
#' Draws one picture for each question about a fit. Names are drawn if there is room for them, and
#' long ones are cut; otherwise the axis has numbers.
#'
#' - `"trace"`: the objective against iterations. Has the fit settled? Options `value`, and those of
#'   [graphics::plot.default()].
#' - `"basis"`: W as a heat map, features by components (`scale`, `order`, `colours`, `legend`), or,
#'   with `image_size`, as images (options of [plot_basis()]).
#' - `"coef"`: H as a heat map, components by samples (`groups`, `scale`, `order`, `dendrogram`,
#'   `colours`, `legend`).
#' - `"clusters"`: each sample as a stacked bar of its proportions (`groups`, `order`, `colours`,
#'   `legend`).
#' - `"features"`: the top features of each component as bars (`n`, `by`, `colours`).
#' - `"profile"`: the columns of W as lines, as for spectra (`axis`, `xlab`, `scale`, `colours`).
#' - `"map"`: the rows of H as images, where the samples are pixels (`columns`, `colour_range`,
#'   `colours`, `legend`, `labels`).
#' - `"parts"`: one sample as the sum of its components (`sample`, `data`, `axis`, `xlab`,
#'   `colours`, `columns`).
#'
#' **Trace.** By default the picture shows how far the objective F is above its lowest value,
#' \eqn{(F_t - \min F) / \min F}{(F_t - min F) / min F}, in percent on a logarithmic axis, since F
#' falls most in the first iterations and the last ones show whether it has settled. F itself is
#' drawn if F may rise, as between the epochs of a meta-learned fit, if its minimum is 0, or if
#' there are fewer than three iterations.
#'
#' **Heat maps** have their first row at the top, as a printed matrix has. If there are more than
#' 2000 rows or columns, neighbours are averaged, and the axis says how many make one cell of the
#' picture. A screen shows no more, and some devices leave larger pictures blank. Samples and
#' features of which nothing was observed stay blank, and the axis counts them.
#'
#' **Order of samples.** `order = "class"`, the default of `"coef"` and `"clusters"`, sorts samples
#' by `groups`, in the order of its levels. Within a group it sorts them by the component with the
#' largest proportion (see [coef.nmf_fit()]), and then by this proportion. `"data"` leaves them as
#' they are.
#'
#' **Clusters** draws `coef(fit, type = "proportion")`. Population genetics calls this a structure
#' plot. With more than twelve components the eleven largest have a colour each, and the sum of the
#' others is grey.
#'
#' **Parts** shows \eqn{x_j \approx \sum_k w_k h_{kj}}{x_j ~ sum_k w_k h_kj}, one sample as the sum
#' of what its components contribute. With `image_size` the fitted sample and the contributions are
#' images on one scale, the largest first, with their percentages of the fitted total. If `data` are
#' given, they are drawn too, and so is the residual, which is the data minus the fitted sample, in
#' blue (negative) and orange (positive). With `axis` these are lines on one scale, as for spectra.
#' Without either the picture has bars of the percentages, with the coefficients.
#'
#' Colours are those of Okabe and Ito (2008), which every kind of colour vision can tell apart, and
#' lighter and darker shades of them for more than eight groups. No colour is used twice: more than
#' 32 groups are refused, and in `"clusters"` more than 32 groups and components together.
#'
#' @param x A fit, of class `nmf_fit`.
#' @param type One of the types above. `"trace"` is the default, since the first question is whether
#'   the fit has settled.
#' @param image_size Rows and columns of images, see [plot_basis()]. They multiply to the number of
#'   features for `"basis"` and `"parts"`, and to the number of samples for `"map"`, which needs
#'   them. `NULL`, the default, draws a heat map or bars.
#' @param main Title, or `NULL` for none. By default it names what is drawn.
#' @param ... Options of the type, by their whole names:
#'   * `value`: `"excess"` or `"objective"`. The default is described at *Trace*.
#'   * `groups`: a factor or vector with a label for each sample, matched by name if both have
#'     names. A bar above the picture shows the groups, with their names, or with a key if these do
#'     not fit.
#'   * `order`: `"class"` or `"data"`, see above. The default for W is `"data"`; `"class"` sorts its
#'     features in the same way.
#'   * `scale`: `"component"` shows each component relative to its own largest entry, so that weak
#'     ones can be seen (default of `"coef"` and `"profile"`). `"none"` shows the entries as they
#'     are (default for W, whose columns a fit has scaled).
#'   * `dendrogram`: `TRUE` orders the samples by a tree and draws it above them. The tree is that
#'     of average linkage of Euclidean distances between the columns drawn, for at most 2000
#'     samples. `FALSE` is the default.
#'   * `n`, `by`: as in [top_features()]; `n` is 8 by default.
#'   * `axis`: a number for each feature, such as its wavelength, 1 to m by default. `xlab`: the
#'     title of this axis.
#'   * `sample`: the number or name of a sample, 1 by default. `data`: the matrix that was fitted,
#'     or this sample of it.
#'   * `colours`: for heat maps and images, the scale from 0 up; for `"clusters"`, a colour for each
#'     component; for bars and lines, one colour or one for each component. `legend`: `FALSE` leaves
#'     out the key.
#'   * `columns`, `colour_range`, `labels`: as in [plot_basis()]. A map has `colour_range = "each"`.
#' @return `x`, invisibly. Graphical parameters are restored.
#' @section Errors: Class `metanmf_error` for an unknown `type`, an option that the type does not
#'   have, an `image_size` that does not fit, labels or numbers of another length, and a sample that
#'   does not exist or of which nothing was observed.
#' @references
#' Okabe, M. and Ito, K. (2008). *Color universal design*.
#' <https://jfly.uni-koeln.de/color/>
#' @seealso [plot_basis()] for several fits in one picture.
#' @examples
#' # Named features and groups of samples
#' set.seed(1)
#' flowers <- nmf(iris[, 1:4], 3, samples = "rows")
#' plot(flowers)
#' plot(flowers, "features", n = 4)
#' plot(flowers, "coef", groups = iris$Species)
#' plot(flowers, "clusters", groups = iris$Species)
#'
#' # Spectra over their wavelengths
#' at <- seq(400, 700, by = 5)
#' bands <- sapply(c(450, 540, 620), function(peak) exp(-((at - peak) / 40)^2))
#' x <- bands %*% matrix(rexp(90), 3)
#' spectra <- nmf(x, 3)
#' plot(spectra, "profile", axis = at, xlab = "wavelength")
#' plot(spectra, "parts", sample = 2, data = x, axis = at, xlab = "wavelength")
#'
#' # Images
#' x <- scale_minmax(digits$x[, 1:500])
#' images <- nmf(x, 10)
#' plot(images, "basis", image_size = digits$image_size)
#' plot(images, "parts", sample = 3, data = x, image_size = digits$image_size)
#' @export
plot.nmf_fit <- function(x, type = c("trace", "basis", "coef", "clusters", "features", "profile",
                                     "map", "parts"),
                         image_size = NULL, main = plot_title(x, type, ...), ...) {
  if (identical(type, "residuals")) stop_residuals()
  type <- check_choice(type, "type", plot_types)
  draw <- plot_of(type, !is.null(image_size))
  check_plot_dots(list(...), type, draw, sys.call())
  if (!is.null(image_size) && !"image_size" %in% names(formals(draw))) {
    stop_input("image_size", "left out unless type is \"basis\", \"map\" or \"parts\"",
               describe(image_size))
  }
  force(main)
  if (!type %in% c("basis", "profile", "features")) {
    need_samples(x, "x", paste0("type = \"", type, "\""))
  }
  if ("image_size" %in% names(formals(draw))) draw(x, image_size, main = main, ...)
  else draw(x, main = main, ...)
  invisible(x)
}

# Residuals need the data, which a fit does not hold.
stop_residuals <- function() {
  stop_input("type", paste0("one of ", paste0("\"", plot_types, "\"", collapse = ", ")),
             "\"residuals\"", paste("residuals(fit, data) has them as a matrix, and",
                                      "plot(fit, \"parts\", data = ) those of one sample."))
}

plot_types <- c("trace", "basis", "coef", "clusters", "features", "profile", "map", "parts")

# The function that draws a type; basis has two pictures.
plot_of <- function(type, as_images) {
  switch(type, trace = plot_trace, basis = if (as_images) plot_basis else plot_basis_map,
         coef = plot_coef_map, clusters = plot_clusters, features = plot_features,
         profile = plot_profile, map = plot_map, parts = plot_parts)
}

# An option that the type does not have is refused with those that it has. The trace takes what
# plot.default() takes.
check_plot_dots <- function(given, type, draw, call) {
  known <- setdiff(names(formals(draw)), c("fit", "main", "image_size", "..."))
  if (type == "trace") {
    stop_foreign(intersect(names(given), "which"), "plot.nmf_fit", call)
    if (any(names_or_blanks(given) == "")) stop_unnamed(given, "plot.nmf_fit", known, call)
    return(invisible())
  }
  others <- setdiff(names(given), c(known, names(foreign_names$plot.nmf_fit), ""))
  if (length(others)) stop_unknown(others[[1L]], known, paste0("option of type = \"", type, "\":"))
  check_dots(given, "plot.nmf_fit", known, call)
}

plot_title <- function(fit, type, by = "weight", sample = 1, ...) {
  what <- c(trace = "Objective", basis = "Basis", coef = "Coefficients",
            clusters = "Proportions of components",
            features = paste("Features by", if (identical(by, "specific")) "specificity" else by),
            profile = "Basis", map = "Coefficients",
            parts = paste("Components in sample", shorten(format(sample), 40L)))
  paste0(what[[type[[1L]]]], ", rank ", fit$rank)
}
