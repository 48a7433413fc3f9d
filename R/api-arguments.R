# What `...` of an exported function caught, and calls as users typed them.

# The names of a function's arguments; those of a generic of ours are its default method's.
arguments_of <- function(verb) {
  default <- paste0(verb, ".default")
  names(formals(if (exists(default, topenv(), inherits = FALSE)) default else verb))
}

# Refuses whatever `...` caught. `known` are the function's arguments; `call` is the user's call,
# which the error prints corrected.
check_dots <- function(given, verb, known = arguments_of(verb), call = sys.call(-1L)) {
  if (!length(given)) return(invisible())
  known <- setdiff(known, "...")
  labels <- names_or_blanks(given)
  old <- intersect(labels, names(old_arguments[[verb]]))
  if (length(old)) stop_old_argument(old[[1L]], verb, call)
  stop_foreign(setdiff(labels, known), verb, call)
  if (any(labels == "")) stop_unnamed(given[labels == ""], verb, known, call)
  unknown <- setdiff(labels, known)
  if (length(unknown)) stop_unknown(unknown[[1L]], known)
}

# The same for a verb that fits; `inner` is the verb that receives its `...`. For an option of its
# control, or an argument of gnmf(), the error says where it belongs.
check_verb_dots <- function(given, verb, inner = NULL, control = "nmf_control",
                            call = sys.call(-1L)) {
  known <- c(arguments_of(verb), if (!is.null(inner)) arguments_of(inner))
  known <- setdiff(unique(known), "...")
  unknown <- setdiff(names(given), c(known, ""))
  old <- intersect(unknown, names(old_arguments[[verb]]))
  if (length(old)) stop_old_argument(old[[1L]], verb, call)
  if (length(unknown)) {
    stop_foreign_fit(setdiff(unknown, names(formals(control))), verb, call)
    name <- unknown[[1L]]
    if (name == "batch" && verb %in% c("nmf", "gnmf")) stop_batch(call)
    if (name %in% c("graph", "lambda", "form")) {
      stop_named(paste0("Unknown argument `", name, "`.\nUse ", sub("nmf", "gnmf", verb),
                        "(), or penalty = with a penalty_*() function, see ?penalties."), "...")
    }
    options <- setdiff(names(formals(control)), "...")
    if (control == "meta_control") {
      if (name %in% c("missing", "weights")) {
        stop_named(paste0("Unknown argument `", name, "`.\n", verb, "() takes data that were ",
                          "observed whole and count alike.\nUse nmf(", name,
                          " = ), whose fitted() fills in what was missing."), "...")
      }
      check_inner_names(given, c(known, options), "control = meta_control(inner = %s)")
    }
    renamed <- unlist(old_arguments[[control]])
    if (name %in% names(renamed)) name <- renamed[[name]]
    near <- nearest_name(name, c(known, options))
    if (!is.null(near) && !near %in% known) {
      stop_named(paste0("Unknown argument `", unknown[[1L]], "`.\nDid you mean control = ",
                        control, "(", near, " = )?"), "...")
    }
  }
  # The inner verb checks its own arguments.
  unnamed <- given[!names_or_blanks(given) %in% known]
  check_dots(unnamed, verb, known, call)
}

# The error for an unknown name, with the nearest known one or, when none is near, all of them.
stop_unknown <- function(name, known, kind = "argument", argument = "...") {
  near <- nearest_name(name, known)
  hint <- if (is.null(near)) paste0("Known: ", paste(known, collapse = ", "), ".")
          else paste0("Did you mean `", near, "`?")
  stop_named(paste0("Unknown ", kind, " `", name, "`.\n", hint), argument)
}

# The error for an argument that must be named and is not, as in gnmf(x, 3, "nndsvd"). It is never
# matched by position; the value suggests the name that the error prints.
stop_unnamed <- function(given, verb, known, call) {
  first <- arguments_of(verb)
  first <- first[seq_len(match("...", first) - 1L)]
  known <- setdiff(known, first)
  meant <- make.unique(vapply(given, meant_argument, "", known = known))
  free <- setdiff(known, names(call))
  typed <- which(names_or_blanks(call) == "")[-1L]
  typed <- utils::tail(typed, length(given))
  if (length(typed) == length(given) && all(meant %in% free)) {
    names(call)[typed] <- meant
    hint <- paste0("Use ", call_text(in_new_spelling(call, verb), verb), ".")
  } else {
    hint <- paste0("Known: ", paste(known, collapse = ", "), ".")
  }
  stop_named(paste0("All arguments of ", verb, "() after `", first[[length(first)]],
                    "` must be named.\n", hint), "...")
}

# A fit that knows batches is another one.
stop_batch <- function(call) {
  call$private <- 1
  stop_named(paste0("Unknown argument `batch`.\nUse ", call_text(call, "group_nmf"),
                    ", with private columns for each batch."), "...")
}

# The argument that an unnamed value is most likely meant for, or "".
meant_argument <- function(value, known) {
  choices <- list(loss = nmf_losses, solver = nmf_solvers,
                  form = c("scale_invariant", "raw", "scale_free"),
                  missing = c("error", "mask", "unstored"),
                  weighting = c("binary", "heat", "cosine"))
  is_one <- function(one) is.character(value) && length(value) == 1L && value %in% one
  chosen <- intersect(names(Filter(is_one, choices)), known)
  meant <- if (length(chosen)) chosen[[1L]]
    else if (inherits(value, c("nmf_control", "meta_control"))) "control"
    else if (inherits(value, "nmf_loss")) "loss"
    else if (inherits(value, "nmf_penalty") || is_list_of(value, "nmf_penalty")) "penalty"
    else if (is.function(value) || length(dim(value)) == 2L) "graph"
    else if (is.numeric(value)) c("lambda", "step_tol", "n_start")
    else "init"
  c(intersect(meant, known), "")[[1L]]
}

is_list_of <- function(value, class) {
  is.list(value) && length(value) > 0L && all(vapply(value, inherits, NA, class))
}

names_or_blanks <- function(x) if (is.null(names(x))) rep("", length(x)) else names(x)

# A call as one line of text for an error.
call_text <- function(call, verb) {
  text <- paste(trimws(deparse(short_call(call, verb), width.cutoff = 500L)), collapse = " ")
  if (nchar(text) > 300L) paste0(substr(text, 1L, 297L), "...") else text
}

# The call of a verb without data: do.call(nmf, list(x, 3)) puts the matrix into the call, and it is
# replaced by its argument's name, so that a fit that keeps its call stays small.
short_call <- function(call, verb) {
  call[[1L]] <- as.name(verb)
  labels <- names_or_blanks(call)
  unnamed <- setdiff(arguments_of(verb), labels)
  for (i in seq_along(call)[-1L]) {
    name <- labels[[i]]
    if (name == "") {
      name <- unnamed[[1L]]
      unnamed <- c(unnamed[-1L], "...")
    }
    # Not stored in a variable first: a part may be the empty argument, as in x[, 1].
    if (is.name(call[[i]])) next
    part <- if (text_size(call[[i]]) > 1000) as.name(name) else without_source(call[[i]])
    call[i] <- list(part) # [[<- would drop a part that is NULL
  }
  call
}

# A part of a call without its source references, since each holds the user's whole file. They are
# the fourth element of a literal function and attributes of braces.
without_source <- function(part) {
  if (!is.call(part)) return(part)
  for (kept in c("srcref", "srcfile", "wholeSrcref")) attr(part, kept) <- NULL
  if (identical(part[[1L]], quote(`function`))) part <- part[1:3]
  for (i in seq_along(part)) if (is.call(part[[i]])) part[[i]] <- without_source(part[[i]])
  part
}

# Bytes of a part of a call without its source references, 8 for a name; Inf for a function or an
# environment, since either can hold data.
text_size <- function(part) {
  if (is.function(part) || is.environment(part)) return(Inf)
  if (!is.call(part)) return(max(8, as.numeric(utils::object.size(part)) - 48))
  parts <- as.list(part)
  if (identical(parts[[1L]], quote(`function`))) parts <- c(as.list(parts[[2L]]), parts[[3L]])
  named <- vapply(parts, is.name, NA)
  8 * sum(named) + sum(vapply(parts[!named], text_size, 0))
}
