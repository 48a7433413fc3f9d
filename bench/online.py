"""scikit-learn's MiniBatchNMF for bench/online.R, not to be called by hand.

    online.py FOLDER FEATURES SAMPLES RANK BATCH LOSS

FOLDER holds x, h and w, raw and column-major; one pass over the batches in their order from that
start, with each of six settings, writes the bases as basis-SETTING, m x r column-major.
"""
import os
import sys
import warnings

import numpy as np
from sklearn.decomposition import MiniBatchNMF

warnings.filterwarnings("ignore")


def main():
    folder, features, samples, rank, batch = sys.argv[1], *map(int, sys.argv[2:6])
    loss = sys.argv[6]

    def read(name):
        return np.fromfile(os.path.join(folder, name))

    # Samples are rows there: its first factor is H', its second W'.
    x, h = read("x").reshape(samples, features), read("h").reshape(samples, rank)
    w = read("w").reshape(rank, features)
    solver = {"itakura-saito": 0, "kullback-leibler": 1, "frobenius": 2}[loss]
    for fresh in (False, True):
        for forget in (0.7, 0.1, 0.001):
            model = MiniBatchNMF(rank, init="custom", batch_size=batch, beta_loss=solver, max_iter=1,
                                 tol=0, max_no_improvement=None, forget_factor=forget,
                                 fresh_restarts=fresh)
            model.fit_transform(x, W=h.copy(), H=w.copy())
            name = "basis-%s-%g" % ("fresh" if fresh else "kept", forget)
            model.components_.tofile(os.path.join(folder, name))


main()
