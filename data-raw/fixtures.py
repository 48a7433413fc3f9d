"""Numbers for the tests, made once with scikit-learn.

Run from the project's root: /usr/bin/python3 data-raw/fixtures.py
Writes tests/testthat/fixtures/*.csv and *.mat. Everything is written in the package's own
orientation: X is m features x n samples, W is m x r, H is r x n.
"""

import csv
import hashlib
import os
import warnings

import numpy as np
import scipy
import sklearn
from scipy.io import savemat
from scipy.optimize import linear_sum_assignment
from sklearn import metrics
from sklearn.datasets import load_digits, make_blobs
from sklearn.decomposition import NMF, _nmf
from sklearn.metrics.cluster import contingency_matrix
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.extmath import randomized_svd

FOLDER = os.path.join("tests", "testthat", "fixtures")
MADE_BY = (
    "# Made by: /usr/bin/python3 data-raw/fixtures.py, "
    f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, scipy {scipy.__version__}"
)


def number(value):
    """17 significant digits: a double comes back as the same double."""
    return f"{value:.17g}" if isinstance(value, float) else str(value)


def write_table(name, about, header, rows):
    with open(os.path.join(FOLDER, name + ".csv"), "w", newline="") as file:
        file.write(MADE_BY + "\n# " + about + "\n")
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows([number(value) for value in row] for row in rows)


def write_matrices(name, about, **matrices):
    """One row per entry, indices from 1: several matrices in one file."""
    rows = [
        (label, row + 1, column + 1, float(values[row, column]))
        for label, values in matrices.items()
        for column in range(values.shape[1])
        for row in range(values.shape[0])
    ]
    write_table(name, about, ("matrix", "row", "column", "value"), rows)


def nndsvd():
    """Starts by NNDSVD from the exact SVD. The method treats rows and columns alike,
    so scikit-learn is given X itself and its W and H are ours."""
    x = np.random.default_rng(1).uniform(size=(12, 20)).round(3)
    x[:, 4] = 0
    x[x < 0.15] = 0
    _nmf.randomized_svd = lambda a, rank, **_: exact_svd(a, rank)
    w, h = _nmf._initialize_nmf(x, 4, init="nndsvd")
    w_mean, h_mean = _nmf._initialize_nmf(x, 4, init="nndsvda")
    # scikit-learn sets entries below 1e-6 to 0. X has a column of zeros, where the SVD
    # leaves 1e-17 or so; nothing else is near the cut, so any cut from 1e-14 up will do.
    for values, cut in zip(_nmf._initialize_nmf(x, 4, init="nndsvd", eps=1e-14), (w, h)):
        assert np.array_equal(values, cut) and cut[cut > 0].min() > 1e-3
    _nmf.randomized_svd = randomized_svd
    write_matrices(
        "nndsvd",
        "init = nndsvd (w, h) and nndsvda (w_mean, h_mean), rank 4, exact SVD",
        x=x, w=w, h=h, w_mean=w_mean, h_mean=h_mean,
    )


def exact_svd(a, rank):
    u, s, v = scipy.linalg.svd(a, full_matrices=False)
    assert np.all(np.diff(s[: rank + 1]) < -1e-3)  # distinct, so the start is unique
    return u[:, :rank], s[:rank], v[:rank]


def multiplicative_updates(loss, seed):
    """25 iterations from a given start. scikit-learn updates its W before its H, on
    samples x features. It is given X', so its W is our H': H first, then W, as ours."""
    rng = np.random.default_rng(seed)
    x = rng.gamma(1.0, size=(10, 3)).dot(rng.gamma(1.0, size=(3, 15)))
    x = (x * rng.uniform(0.5, 1.5, size=x.shape)).round(3)
    x[rng.uniform(size=x.shape) < 0.1] = 0
    w0 = rng.uniform(0.1, 1, size=(10, 3)).round(3)
    h0 = rng.uniform(0.1, 1, size=(3, 15)).round(3)
    objective = {"frobenius": squared_distance, "kullback-leibler": divergence}[loss]

    trace = [(0, float(objective(x, w0.dot(h0))))]
    for iterations in range(1, 26):
        model = NMF(3, init="custom", solver="mu", beta_loss=loss, tol=0, max_iter=iterations)
        scores = model.fit_transform(x.T.copy(), W=h0.T.copy(), H=w0.T.copy())
        h, w = scores.T, model.components_.T
        assert model.n_iter_ == iterations
        trace.append((iterations, float(objective(x, w.dot(h)))))
        if iterations == 1:
            h1, w1 = h, w
    check_order(loss, x, w0, h0, w, h)
    assert min(w.min(), h.min()) > 1e-12  # scikit-learn's cut at 2e-16 never acted

    name = {"frobenius": "mu_frobenius", "kullback-leibler": "mu_kl"}[loss]
    write_matrices(
        name,
        f"solver = mu, beta_loss = {loss}, start w0, h0; w1, h1 after 1 and w, h after 25 "
        "iterations, each H first, then W",
        x=x, w0=w0, h0=h0, w1=w1, h1=h1, w=w, h=h,
    )
    terms = {"frobenius": "sum (x - z)^2", "kullback-leibler": "sum x log(x / z) - x + z"}
    write_table(
        name + "_trace",
        f"objective {terms[loss]}, z = WH, after each iteration of the same run",
        ("iteration", "objective"),
        trace,
    )


def squared_distance(x, z):
    return ((x - z) ** 2).sum()


def divergence(x, z):
    return scipy.special.kl_div(x, z).sum()  # x log(x / z) - x + z, 0 log 0 = 0


def check_order(loss, x, w, h, w_end, h_end):
    """The package's order in plain numpy: H from the old W, then W from the new H."""
    for _ in range(25):
        if loss == "frobenius":
            h = h * (w.T @ x) / (w.T @ w @ h)
            w = w * (x @ h.T) / (w @ h @ h.T)
        else:
            h = h * (w.T @ (x / (w @ h))) / w.sum(0)[:, None]
            w = w * ((x / (w @ h)) @ h.T) / h.sum(1)
    np.testing.assert_allclose(w, w_end, rtol=1e-11)
    np.testing.assert_allclose(h, h_end, rtol=1e-11)


def label_pairs():
    rng = np.random.default_rng(7)
    truth = rng.integers(0, 4, 60)
    guess = np.where(rng.uniform(size=60) < 0.7, truth, rng.integers(0, 6, 60))
    return {
        "identical": ([1, 1, 2, 2, 3], [1, 1, 2, 2, 3]),
        "renamed": ([1, 1, 2, 2, 3], [9, 9, 4, 4, 7]),
        "one_cluster_each": ([1, 1, 1, 1], [2, 2, 2, 2]),
        "one_against_two": ([1, 1, 1, 1], [1, 1, 2, 2]),
        "two_against_one": ([1, 1, 2, 2], [1, 1, 1, 1]),
        "one_against_singles": ([1, 1, 1, 1], [1, 2, 3, 4]),
        "singles_each": ([1, 2, 3, 4], [4, 3, 2, 1]),
        "singles_against_two": ([1, 2, 3, 4], [1, 1, 2, 2]),
        "independent": ([1, 1, 2, 2], [1, 2, 1, 2]),
        "single_sample": ([1], [5]),
        "finer": ([1, 1, 2, 2, 3, 3, 4, 4], [1, 1, 1, 1, 2, 2, 2, 2]),
        "unbalanced": ([1] * 18 + [2] * 2, [1] * 15 + [2] * 5),
        "six_against_four": (guess.tolist(), truth.tolist()),
        "four_against_six": (truth.tolist(), guess.tolist()),
        "random": (rng.integers(0, 5, 100).tolist(), rng.integers(0, 3, 100).tolist()),
    }


def joint_nmi(a, b):
    """I(a, b) / H(a, b), H(a, b) the entropy of the pairs; scikit-learn has no such option."""
    entropy = metrics.cluster.entropy([f"{i} {j}" for i, j in zip(a, b)])
    return 1.0 if entropy == 0 else max(0.0, metrics.mutual_info_score(a, b)) / entropy


def scores():
    pairs = label_pairs()
    write_table(
        "label_pairs",
        "pairs of labelings, one row per sample",
        ("pair", "a", "b"),
        [(name, i, j) for name, (a, b) in pairs.items() for i, j in zip(a, b)],
    )
    rows = []
    for name, (a, b) in pairs.items():
        counts = contingency_matrix(a, b)
        matched = counts[linear_sum_assignment(-counts)].sum()
        rows.append(
            [name]
            + [
                float(metrics.normalized_mutual_info_score(a, b, average_method=method))
                for method in ("arithmetic", "geometric", "min", "max")
            ]
            + [float(joint_nmi(a, b)), float(metrics.adjusted_rand_score(a, b))]
            + [float(counts.max(1).sum() / len(a)), float(matched / len(a))]
        )
    write_table(
        "label_scores",
        "scores of those pairs; purity and accuracy take a as clusters and b as labels",
        ("pair", "arithmetic", "geometric", "min", "max", "joint", "ari", "purity", "accuracy"),
        rows,
    )


def digits():
    """Check values: pixels of some images, and sums that tell rows from columns."""
    data = load_digits()
    images = data.images.astype(int)
    rng = np.random.default_rng(3)
    chosen = sorted(rng.choice(1797, 60, replace=False).tolist())
    index = np.arange(1, 9)
    rows = []
    for sample in chosen:
        image = images[sample]
        row, column = rng.integers(0, 8, 2).tolist()
        rows.append((
            sample + 1, int(data.target[sample]), row + 1, column + 1, int(image[row, column]),
            int(image.sum()), int((image.sum(1) * index).sum()), int((image.sum(0) * index).sum()),
        ))
    write_table(
        "digits_pixels",
        "load_digits(): a pixel per sample (row 1 at the top), the image's sum, and its sums "
        "weighted by row and by column number",
        ("sample", "label", "row", "column", "value", "total", "by_row", "by_column"),
        rows,
    )
    halves = train_test_split(np.arange(1797), test_size=0.5, random_state=42)
    write_table(
        "digits_split",
        "first 30 positions of train_test_split(test_size = 0.5, random_state = 42), from 1",
        ("position", "learning", "evaluation"),
        [(i + 1, int(halves[0][i]) + 1, int(halves[1][i]) + 1) for i in range(30)],
    )


def blobs():
    """The thesis' blobs: sums of all bits, and some entries. And a small odd-sized set."""
    x, labels = make_blobs(10000, 500, centers=5, cluster_std=25, random_state=0)
    scaled = MinMaxScaler().fit_transform(x)
    # Samples x features by rows is features x samples by columns.
    write_table(
        "blobs_sums",
        "MD5 sums of make_blobs(10000, 500, centers = 5, cluster_std = 25, random_state = 0): "
        "little-endian doubles, raw and after MinMaxScaler, labels as 4-byte integers",
        ("what", "md5"),
        [
            ("raw", md5(x, "<f8")), ("scaled", md5(scaled, "<f8")), ("labels", md5(labels, "<i4")),
        ],
    )
    rng = np.random.default_rng(4)
    chosen = zip(rng.integers(0, 500, 40).tolist(), rng.integers(0, 10000, 40).tolist())
    write_table(
        "blobs_entries",
        "entries of the same, and the label of their sample",
        ("row", "column", "raw", "scaled", "label"),
        [
            (i + 1, j + 1, float(x[j, i]), float(scaled[j, i]), int(labels[j]))
            for i, j in [(0, 0), (1, 0), (499, 9999), *chosen]
        ],
    )
    x, labels = make_blobs(23, 3, centers=4, cluster_std=2.5, random_state=7)
    write_matrices(
        "blobs_small",
        "make_blobs(23, 3, centers = 4, cluster_std = 2.5, random_state = 7)",
        x=x.T, labels=labels[np.newaxis].astype(float),
    )


def md5(values, kind):
    return hashlib.md5(np.ascontiguousarray(values).astype(kind).tobytes()).hexdigest()


def splits():
    """The author's halves of every set, and his draw of 6000 images of Fashion-MNIST."""
    rows = []
    for n, size in ((10000, 0.5), (1797, 0.5), (6000, 0.5), (400, 0.5), (1440, 0.5),
                    (60000, 0.9), (7, 0.5)):
        halves = train_test_split(np.arange(1, n + 1), test_size=size, random_state=42)
        rows.append((n, float(size), len(halves[0]), *(md5(half, "<i4") for half in halves)))
    write_table(
        "splits",
        "train_test_split(n, test_size, random_state = 42): size of the learning set, MD5 sums of "
        "both, indices from 1 as 4-byte little-endian integers",
        ("n", "test_size", "learning", "learning_md5", "evaluation_md5"),
        rows,
    )


def matlab():
    """Files like the faces': the variable wanted, among others, is whole doubles."""
    faces = np.random.default_rng(5).integers(0, 256, (4, 6)).astype(float)
    other = {"p": np.full((1, 2), 0.25), "faces": faces, "v": np.arange(6.0).reshape(2, 3) / 7}
    for name, content, compressed in (
        ("faces_double", other, False),
        ("faces_compressed", other, True),
        ("faces_bytes", {"u": np.eye(3), "faces": faces.astype(np.uint8)}, False),
    ):
        savemat(os.path.join(FOLDER, name + ".mat"), content, do_compression=compressed)
    write_matrices("faces_small", "variable faces of faces_*.mat (scipy.io.savemat)", faces=faces)


if __name__ == "__main__":
    warnings.simplefilter("error")
    os.makedirs(FOLDER, exist_ok=True)
    nndsvd()
    multiplicative_updates("frobenius", 11)
    multiplicative_updates("kullback-leibler", 12)
    scores()
    digits()
    blobs()
    splits()
    matlab()
