"""The network that all methods fit, in words: not yet on the page."""

from bayesnet.fitting import network_of
from bayesnet.problems.network.priors import PRIORS
from reports.content import Material
from reports.words import listed, name_of


def _network(material: Material) -> str:
    fit = next(iter(material.run.fits.values()))
    network = network_of(fit)
    sizes = f"{fit['posterior'].sizes['feature']}-{network.hidden}-1"
    prior = PRIORS[network.prior].about.format(sd=f"{network.prior_sd:g}")
    words = (
        f"All methods fit the same {sizes} network: {network.activation} units, a {network.likelihood} "
        f"likelihood and the prior {prior}. Balancing of the classes: {fit.attrs['balance']}."
    )
    plain = [name_of(method) for method, fit in material.run.fits.items() if fit.attrs["method"] == "mlp"]
    if plain:
        words += (
            f" {listed(plain)} knows no prior: it minimises the log loss, whatever the likelihood, with a penalty on "
            "the weights that follows the prior, and none on the biases."
        )
    return words
