# A source as the data of a verb, and refusals of what verbs cannot do with a source.

# list(x, weights, facts) as check_data() makes it of a matrix. All blocks of x have been read once.
source_data <- function(x, argument, missing, weights) {
  missing <- check_choice(missing, "missing", c("error", "mask", "unstored"))
  if (missing == "unstored") {
    stop_input("missing", "\"error\" or \"mask\" for data in blocks", "\"unstored\"",
               paste("A fit of ratings needs rows as well as columns. Give them as one sparse",
                     "matrix."))
  }
  refuse_source_weights(weights)
  looked <- look_at_blocks(x, missing == "mask", argument)
  weigh_source(list(x = looked, weights = NULL, facts = seen_facts(looked)), weights)
}

# Refuses weights of single entries, which would have to be read block by block as the data are.
refuse_source_weights <- function(weights) {
  if (length(dim(weights)) != 2L) return(invisible())
  stop_input("weights", "a vector for the samples or for the features of data in blocks",
             describe(weights),
             "An entry that should not count can be NA, with missing = \"mask\".")
}

# The data with weights of samples and features, which are matched by name.
weigh_source <- function(data, weights) {
  if (is.null(weights)) return(data)
  data$margins <- check_margins(weights, data$x)
  measure_data(data)
}

# Weights that are no scaling of the data would need weights of single entries.
refuse_source_margins <- function(x, loss) {
  if (!is_source(x)) return(invisible())
  stop_input("weights", "left out for data in blocks with this loss and these penalties",
             "weights of samples or features",
             paste("Use loss = \"frobenius\" or \"kl\" without a penalty on the factor that is",
                   "weighed, or with a raw one on the other."))
}

# Data in blocks whose features have the order of `known`, where both are named.
order_source <- function(data, known, argument, owner) {
  at <- name_order(rownames(data$x), known, argument, owner)
  if (!is.null(at)) data$x <- keep_in_blocks(data$x, list(rows = at))
  data
}

# Refuses named starts that need more than passes over blocks. `owner` says in the error what has
# the blocks.
refuse_source_start <- function(init, x, owner = "data in blocks") {
  if (!is.character(init)) return(invisible())
  name <- check_choice(init, "init", start_names)
  if (startsWith(name, "nndsvd")) svd_method_of(x)
  if (name != "kmeans") return(invisible())
  stop_input("init", paste("\"random\", \"nndsvd\", a fit, or list(w =, h =) for", owner),
             describe(name),
             paste("k-means needs all samples at once. To take some of them, use",
                   "init = list(w = init_kmeans(x[, 1:500], rank)$w)."))
}

# Refuses penalties that tie samples of different blocks, since each worker has a block of its own.
refuse_across_blocks <- function(x, penalties) {
  across <- Filter(function(one) one$kind %in% c("graph", "smooth") && one$on == "h", penalties)
  if (!is_spread(x) || !length(across)) return(invisible())
  stop_input("workers", "FALSE with a graph or smooth penalty on H", "TRUE",
             "Such a penalty ties samples of different blocks: fit in one process.")
}

# Refuses what nmf() cannot do with a source, before any of it is read.
refuse_for_source <- function(x, init, rank, penalties, loss, solver, control) {
  if (!is_source(x)) return(invisible())
  refuse <- function(argument, expected, given, hint) {
    stop_input(argument, paste(expected, "for data in blocks"), given, hint)
  }
  if (any(vapply(penalties, function(one) is.function(one$graph) && one$on == "w", NA))) {
    refuse("graph", "a matrix of the features", "a function of the data",
           "Make the graph first, from samples that are in memory.")
  }
  if (any(vapply(penalties, function(one) is.na(one$lambda) && one$on == "w", NA))) {
    refuse("lambda", "a number with a graph of features", "NULL, which compares rows of X",
           "Use lambda = 1, or what print() says of a fit of some of the samples in memory.")
  }
  refuse_across_blocks(x, penalties)
  if (loss == "nb") {
    refuse("loss", "\"frobenius\", \"kl\", \"is\" or beta_loss(b)", format(loss),
           "Use loss = \"kl\", or nb_loss() on some of the samples.")
  }
  if (identical(solver, "ccd")) {
    refuse("solver", "\"auto\" or \"mu\"", describe(solver),
           "It reads the rows of X as well as its columns, and blocks are columns.")
  }
  refuse_source_start(init, x)
  if (isTRUE(check_control(control)$revive_dead)) {
    refuse("revive_dead", "FALSE", "TRUE",
           "If components die, start again from another init.")
  }
  if (inherits(init, "nmf_fit") && ncol(init$w) < rank) {
    refuse("init", paste("a fit of", rank, "components or more"), paste("a fit of", ncol(init$w)),
           "New components come from the residual, which needs all of the data at once.")
  }
}

# New data in blocks, with the features of a fit in its order, as check_newdata() makes them from a
# matrix. Weights of features without names have the order of the fit.
source_newdata <- function(newdata, fit, missing, weights, features, penalties) {
  if (!identical(features, "same") && check_choice(features, "features", feature_rules) != "same") {
    stop_input("features", "\"same\" for data in blocks", describe(features),
               "Use block_source(function(i) ...) of blocks with the features of the fit.")
  }
  refuse_source_weights(weights)
  data <- source_data(newdata, "newdata", missing, NULL)
  x <- data$x
  known <- rownames(fit$w)
  named <- has_names(rownames(x)) && has_names(known)
  if (named && !setequal(rownames(x), known)) {
    stop_other_features(x, known, "columns", newdata, FALSE)
  }
  if (nrow(x) != nrow(fit$w)) stop_new_features(newdata, x, fit, "columns")
  at <- name_order(rownames(x), known, "newdata", "the features of the fit")
  if (!is.null(at)) data$x <- keep_in_blocks(x, list(rows = at))
  data <- spread_margins(weigh_source(data, weights), loss_of(fit), penalties)
  data$absent <- rep(FALSE, nrow(fit$w))
  data
}

refuse_response <- function(newdata, type) {
  if (!is_source(newdata) || type != "response") return(invisible())
  stop_input("type", "\"coef\", \"class\" or \"proportion\" for data in blocks", "\"response\"",
             paste("W H is as large as the data. Use basis(fit) %*% h[, samples] with",
                   "h = predict(fit, newdata)."))
}
