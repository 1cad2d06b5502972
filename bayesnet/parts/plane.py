"""Test rows in the plane of the first two principal components of the inputs."""

import numpy as np
import xarray as xr
from sklearn.decomposition import PCA

from bayesnet.contract import Part
from bayesnet.problems.network.training import test_inputs


def input_plane(fit: xr.DataTree) -> xr.Dataset:
    """Test rows in the plane of the first two principal components of the standardised training inputs.

    Returns
    -------
    xarray.Dataset
        `plane (simulation, component)` of the test rows, `loadings (component, feature)` and `explained (component)`,
        the share of the variance, as in the authors' notebook. Signs follow scikit-learn's convention.
    """
    constant = fit["constant_data"]
    pca = PCA(n_components=min(2, constant.sizes["feature"]), svd_solver="full").fit(constant["x"].values)
    x = test_inputs(fit)
    return xr.Dataset(
        {
            "plane": (("simulation", "component"), pca.transform(x)),
            "loadings": (("component", "feature"), pca.components_),
            "explained": ("component", pca.explained_variance_ratio_),
        },
        coords={
            "simulation": fit["predictions_constant_data"]["simulation"].values,
            "component": np.arange(1, pca.n_components_ + 1),
            "feature": constant["feature"].values,
        },
    )


PART = Part(lambda c: input_plane(c.fits[c.reference]))
