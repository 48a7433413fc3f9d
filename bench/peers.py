"""scikit-learn's side of the benchmarks: called by contenders.R, not by hand.

    peers.py FOLDER SOLVER BUDGET AT_LEAST COUNT...    lines "count seconds error"
    peers.py FOLDER SOLVER peak COUNT                  one line "peak bytes"

FOLDER holds what write_problem() in contenders.R wrote: shape.txt, w, h and either x or
data, indices and indptr, raw and column-major. Column-major m x n is row-major n x m, which
is the way scikit-learn takes samples, so nothing is copied. Seconds are processor time of
the fit alone; the error is computed outside of it.
"""
import gc
import os
import sys
import time
import warnings

import numpy as np
from scipy import sparse
from sklearn.decomposition import non_negative_factorization

warnings.filterwarnings("ignore")


def read_problem(folder):
    def read(name, kind=np.float64):
        return np.fromfile(os.path.join(folder, name), kind)

    with open(os.path.join(folder, "shape.txt")) as file:
        m, n, r = (int(word) for word in file.read().split())
    if os.path.exists(os.path.join(folder, "x")):
        x = read("x").reshape(n, m)
    else:
        x = sparse.csr_matrix((read("data"), read("indices", np.int32), read("indptr", np.int32)),
                              shape=(n, m))
    # Samples are rows there: its first factor is H', its second W'.
    return x, read("h").reshape(n, r), read("w").reshape(r, m)


def fit(problem, solver, count):
    x, first, second = problem
    return non_negative_factorization(
        x, W=first.copy(), H=second.copy(), n_components=first.shape[1], init="custom",
        solver=solver, tol=0, max_iter=count, beta_loss="frobenius")


def relative_error(x, first, second):
    if sparse.issparse(x):
        square = x.multiply(x).sum()
        inner = np.sum((x @ second.T) * first)
        model = np.sum((first.T @ first) * (second @ second.T))
        return np.sqrt((square - 2 * inner + model) / square)
    return np.linalg.norm(x - first @ second) / np.linalg.norm(x)


def timed(problem, solver, count, at_least):
    repeats = 1
    while True:
        gc.collect()
        before = time.process_time()
        for _ in range(repeats):
            found = fit(problem, solver, count)
        used = time.process_time() - before
        if used >= at_least:
            return used / repeats, found
        repeats = int(np.ceil(repeats * min(20, max(2, 1.3 * at_least / max(used, 1e-3)))))


def memory(field):
    with open("/proc/self/status") as file:
        for line in file:
            if line.startswith(field):
                return int(line.split()[1]) * 1024
    return 0


def main():
    folder, solver, budget = sys.argv[1:4]
    problem = read_problem(folder)
    if budget == "peak":
        tiny = np.random.RandomState(0).rand(40, 30)
        fit((tiny, tiny[:, :3], tiny[:3]), solver, 3)
        before = memory("VmRSS")
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
        fit(problem, solver, int(sys.argv[4]))
        print("peak", memory("VmHWM") - before)
        return
    fit(problem, solver, 1)  # the first call of a process pays for what it loads
    for count in (int(word) for word in sys.argv[5:]):
        used, found = timed(problem, solver, count, float(sys.argv[4]))
        print(count, used, relative_error(problem[0], *found[:2]), flush=True)
        if used > float(budget):
            break


main()
