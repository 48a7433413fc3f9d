# Verbs of this package whose names are S4 generics of another one. Attached later, its generic
# stands before ours, and without a method it would answer for a fit as for any list.

# Packages known to have such generics. None of them is needed, loaded or imported.
other_packages <- "NMF"

# Fits answer to their generics, whichever package is loaded first.
answer_other_packages <- function() {
  for (package in other_packages) {
    if (isNamespaceLoaded(package)) answer_generics(asNamespace(package))
    setHook(packageEvent(package, "onLoad"),
            function(package, ...) answer_generics(asNamespace(package)))
  }
}

# Methods for fits of the S4 generics `basis` and `objective` of that namespace.
answer_generics <- function(namespace) {
  # Classes and methods need a place where they can be written; a loaded namespace is closed.
  home <- new.env(parent = namespace)
  own <- list(basis = basis.nmf_fit, objective = objective.nmf_fit, consensus = consensus)
  for (verb in Filter(function(verb) methods::isGeneric(verb, namespace), names(own))) {
    methods::setOldClass(c("meta_nmf_fit", "nmf_fit"), where = home)
    generic <- methods::getGeneric(verb, where = namespace)
    # A method has the arguments of its generic, the first of which is the fit.
    fit <- as.name(names(formals(generic))[[1L]])
    method <- as.function(c(formals(generic), as.call(list(own[[verb]], fit))))
    methods::setMethod(generic, "nmf_fit", method, where = home)
  }
}
