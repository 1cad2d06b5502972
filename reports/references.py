"""The works that a page cites, in full: those whose short form stands anywhere on it."""

from collections.abc import Iterator, Sequence

from reports.content import Section

# as it is cited -> in full
WORKS = {
    "Ahamed & Daub": "Ahamed, S., & Daub, E. G. (2021). Bayesian neural network parameters provide insights into the "
    "earthquake rupture physics. Submitted to ICLR 2021.",
    "Andrews 1976": "Andrews, D. J. (1976). Rupture velocity of plane strain shear cracks. Journal of Geophysical "
    "Research, 81, 5679-5687.",
    "Betancourt 2016": "Betancourt, M. (2016). Diagnosing suboptimal cotangent disintegrations in Hamiltonian Monte "
    "Carlo. arXiv:1604.00695.",
    "Dimitriadis et al. 2021": "Dimitriadis, T., Gneiting, T., & Jordan, A. I. (2021). Stable reliability diagrams for "
    "probabilistic classifiers. PNAS, 118, e2016191118.",
    "Harris et al. 2009": "Harris, R. A., et al. (2009). The SCEC/USGS dynamic earthquake rupture code verification "
    "exercise. Seismological Research Letters, 80, 119-126.",
    "Hoffman & Gelman 2014": "Hoffman, M. D., & Gelman, A. (2014). The No-U-Turn sampler. Journal of Machine Learning "
    "Research, 15, 1593-1623.",
    "Ida 1972": "Ida, Y. (1972). Cohesive force across the tip of a longitudinal-shear crack and Griffith's specific "
    "surface energy. Journal of Geophysical Research, 77, 3796-3805.",
    "Kucukelbir et al. 2017": "Kucukelbir, A., Tran, D., Ranganath, R., Gelman, A., & Blei, D. M. (2017). Automatic "
    "differentiation variational inference. Journal of Machine Learning Research, 18(14).",
    "Modrák et al. 2023": "Modrák, M., Moon, A. H., Kim, S., Bürkner, P.-C., Huurre, N., Faltejsková, K., Gelman, A., "
    "& Vehtari, A. (2023). Simulation-based calibration checking for Bayesian computation: the choice of test "
    "quantities shapes sensitivity. arXiv:2211.02383.",
    "Okada 1985": "Okada, Y. (1985). Surface deformation due to shear and tensile faults in a half-space. Bulletin of "
    "the Seismological Society of America, 75, 1135-1154.",
    "Olden & Jackson 2002": "Olden, J. D., & Jackson, D. A. (2002). Illuminating the black box. Ecological Modelling, "
    "154, 135-150.",
    "Säilynoja et al. 2022": "Säilynoja, T., Bürkner, P.-C., & Vehtari, A. (2022). Graphical test for discrete "
    "uniformity and its applications in goodness-of-fit evaluation and multiple sample comparison. Statistics and "
    "Computing, 32, 32.",
    "Talts et al. 2018": "Talts, S., Betancourt, M., Simpson, D., Vehtari, A., & Gelman, A. (2018). Validating "
    "Bayesian inference algorithms with simulation-based calibration. arXiv:1804.06788.",
    "Vehtari et al. 2017": "Vehtari, A., Gelman, A., & Gabry, J. (2017). Practical Bayesian model evaluation using "
    "leave-one-out cross-validation and WAIC. Statistics and Computing, 27, 1413-1432.",
    "Vehtari et al. 2021": "Vehtari, A., Gelman, A., Simpson, D., Carpenter, B., & Bürkner, P.-C. (2021). "
    "Rank-normalization, folding, and localization: an improved R-hat. Bayesian Analysis, 16, 667-718.",
    "Vehtari et al. 2024": "Vehtari, A., Simpson, D., Gelman, A., Yao, Y., & Gabry, J. (2024). Pareto smoothed "
    "importance sampling. Journal of Machine Learning Research, 25(72).",
    "Wilson 1927": "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. "
    "Journal of the American Statistical Association, 22, 209-212.",
    "Yao et al. 2018": "Yao, Y., Vehtari, A., Simpson, D., & Gelman, A. (2018). Yes, but did it work? Evaluating "
    "variational inference. ICML 2018.",
    "Yao et al. 2022": "Yao, Y., Vehtari, A., & Gelman, A. (2022). Stacking for non-mixing Bayesian computations: the "
    "curse and blessing of multimodal posteriors. Journal of Machine Learning Research, 23(79).",
}


def references(sections: Sequence[Section]) -> tuple[Section, ...]:
    """The section of the works that other sections cite; none where they cite none."""
    text = "\n".join(words for section in sections for words in _texts(section))
    cited = tuple(full for short, full in WORKS.items() if short in text)
    if not cited:
        return ()
    count = "1 work" if len(cited) == 1 else f"{len(cited)} works"
    return (Section("References", "references", details=(Section(f"The {count} cited", "works-cited", cited),)),)


def _texts(section: Section) -> Iterator[str]:
    """All sentences of a section and of its parts."""
    yield from (*section.paragraphs, *section.notices)
    for table in section.tables:
        yield from (table.note, *(cell for row in table.rows for cell in row))
    yield from (image.caption for image in section.images)
    for part in section.details:
        yield from _texts(part)
