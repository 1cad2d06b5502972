import numpy as np

from bayesnet.parts.plane import input_plane


def test_input_plane_holds_the_principal_components(fits):
    fit = fits["mlp"]
    plane = input_plane(fit)
    x = fit["constant_data"]["x"].values
    variance, vectors = np.linalg.eigh(np.cov(x.T))
    assert np.allclose(np.abs(plane["loadings"].values @ vectors[:, ::-1][:, :2]), np.eye(2), atol=1e-8)
    assert np.allclose(plane["explained"], variance[::-1][:2] / variance.sum())
    assert plane["plane"].sizes == {"simulation": 100, "component": 2}
