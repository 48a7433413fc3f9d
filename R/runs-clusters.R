# The components of many runs: outliers are dropped, the others clustered, and each cluster has a
# median and a stability.

# The components of all runs as columns of length 1: list(points, run, component). Components of
# zeros have no direction and are left out. A feature that is NA in one basis is left out of all.
run_components <- function(bases, runs) {
  known <- Reduce(`&`, lapply(bases, has_numbers, "rows"))
  columns <- lapply(bases, function(w) directions(w[known, , drop = FALSE]))
  points <- do.call(cbind, columns)
  rank <- ncol(bases[[1L]])
  alive <- colSums(points) > 0
  list(points = points[, alive, drop = FALSE], known = known,
       run = rep(runs, each = rank)[alive],
       component = rep(seq_len(rank), length(bases))[alive])
}

# The mean Euclidean distance of each column to its `count` nearest others.
mean_nearest <- function(cosines, count) {
  apart <- sqrt(pmax(2 - 2 * cosines, 0))
  diag(apart) <- 0
  # A point itself is among its nearest, at distance 0.
  apply(apart, 2L, function(own) sum(sort(own, partial = count + 1L)[seq_len(count + 1L)])) / count
}

# Clusters of the components that are no outliers, and their medians: list(w, table, clusters), with
# the tables that consensus_nmf() returns. `runs` is the number of runs.
cluster_components <- function(found, rank, runs, density, neighbours) {
  cosines <- pmin(crossprod(found$points), 1)
  near <- min(max(1L, round(neighbours * runs)), ncol(found$points) - 1L)
  distance <- mean_nearest(cosines, near)
  kept <- distance <= density
  check_kept(found$points[, kept, drop = FALSE], rank, distance, density)
  cluster <- components_kmeans(found$points[, kept, drop = FALSE], cosines[kept, kept], rank)
  widths <- rep(NA_real_, length(cluster))
  if (rank > 1L) widths <- silhouette_widths(1 - cosines[kept, kept], cluster)
  table <- data.frame(run = found$run, component = found$component, distance = distance,
                      kept = kept, cluster = NA_integer_, silhouette = NA_real_)
  table$cluster[kept] <- cluster
  table$silhouette[kept] <- widths
  w <- vapply(seq_len(rank), function(k) {
    apply(found$points[, which(table$cluster == k), drop = FALSE], 1L, stats::median)
  }, numeric(nrow(found$points)))
  w <- matrix(w, ncol = rank)
  check_medians(w, table)
  list(w = w, members = table, components = cluster_table(w, table, found$points))
}

# A row for each cluster: how stable it is, and how many components of how many runs are in it.
cluster_table <- function(w, table, points) {
  centres <- directions(w)
  rows <- lapply(seq_len(ncol(w)), function(k) {
    at <- which(table$cluster == k)
    data.frame(stability = mean(table$silhouette[at]),
               cosine = mean(crossprod(points[, at, drop = FALSE], centres[, k])),
               members = length(at), runs = length(unique(table$run[at])))
  })
  do.call(rbind, rows)
}

# k-means of unit columns. If there are more features than columns, coordinates with the same
# distances are used, of which there are only as many as columns.
components_kmeans <- function(points, cosines, rank) {
  if (nrow(points) > ncol(points)) {
    axes <- eigen(cosines, symmetric = TRUE)
    points <- sqrt(pmax(axes$values, 0)) * t(axes$vectors)
  }
  unname(best_kmeans(points, rank, 10L, "Hartigan-Wong", 100L)$cluster)
}

# Refuses fewer different components than clusters: too many were dropped, or the runs have no more.
check_kept <- function(points, rank, distance, density) {
  if (ncol(points) >= rank && has_distinct(t(round(points, 8L)), rank)) return(invisible())
  dropped <- sum(distance > density)
  stop_input("density", paste("large enough to keep", rank, "different components"),
             paste0(format(density), ", which keeps ", ncol(points), " of ", length(distance)),
             if (dropped) {
               paste0("Mean distances to neighbours are from ", format(min(distance), digits = 2),
                      " to ", format(max(distance), digits = 2),
                      ". Use a larger `density`, or a smaller `rank`.")
             } else {
               "The runs have fewer different components than `rank`: use a smaller `rank`."
             })
}

# Refuses a cluster whose median is all zeros, because its members share no feature.
check_medians <- function(w, table) {
  empty <- which(colSums(w) == 0)
  if (!length(empty)) return(invisible())
  at <- which(table$cluster == empty[[1L]])
  stop_input("density", "small enough that the components of a cluster have features in common",
             paste("a cluster of", length(at), "whose median is 0 everywhere"),
             "Use a smaller `density`, a smaller `rank`, or a larger `n_start`.")
}
