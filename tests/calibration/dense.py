"""The same model solved the long way: the whole covariance matrix and the whole mixed-model equations, nothing shared."""

from __future__ import annotations

import numpy as np


class Dense:
    """y = 1 mu + Z f + W b + e with the variances given."""

    def __init__(self, scores, quality, leniency, noise):
        scores = sorted(scores, key=lambda one: (one.application, one.reviewer))
        applications = sorted({one.application for one in scores})
        reviewers = sorted({one.reviewer for one in scores})
        self.y = np.array([one.score for one in scores])
        self.z = np.array([[one.application == name for name in applications] for one in scores], dtype=float)
        self.w = np.array([[one.reviewer == name for name in reviewers] for one in scores], dtype=float)
        self.quality, self.leniency, self.noise = quality, leniency, noise
        self.v = quality * self.z @ self.z.T + leniency * self.w @ self.w.T + noise * np.eye(len(self.y))

    def predictions(self):
        """Mean plus quality of each application, leniency of each reviewer, by the covariance matrix."""
        inverse = np.linalg.inv(self.v)
        ones = np.ones(len(self.y))
        mean = ones @ inverse @ self.y / (ones @ inverse @ ones)
        left = inverse @ (self.y - mean)
        return mean + self.quality * self.z.T @ left, self.leniency * self.w.T @ left

    def errors(self):
        """Standard errors of both, by the inverse of Henderson's equations (effects with a variance only)."""
        blocks, sizes = [np.ones((len(self.y), 1))], [0.0]
        for block, variance in ((self.z, self.quality), (self.w, self.leniency)):
            if variance > 0:
                blocks.append(block)
                sizes += [self.noise / variance] * block.shape[1]
        x = np.hstack(blocks)
        c = self.noise * np.linalg.inv(x.T @ x + np.diag(sizes))
        a, r = self.z.shape[1], self.w.shape[1]
        own = np.arange(1, 1 + a) if self.quality > 0 else []
        applications = c[0, 0] + 2 * c[0, own] + c[own, own] if len(own) else np.full(a, c[0, 0])
        start = 1 + len(own)
        reviewers = np.diag(c)[start:] if self.leniency > 0 else np.zeros(r)
        return np.sqrt(applications), np.sqrt(reviewers)

    def deviance(self):
        """Minus twice the restricted log likelihood, less a constant, by an orthonormal basis of contrasts."""
        contrasts = np.linalg.svd(np.ones((1, len(self.y))))[2][1:]
        v, y = contrasts @ self.v @ contrasts.T, contrasts @ self.y
        return np.linalg.slogdet(v)[1] + y @ np.linalg.solve(v, y)
