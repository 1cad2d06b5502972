"""The parameters of a rupture of high stress drop, which breaks through its barrier."""

STRONG = {
    "height": 0.05,
    "width": 1.5,
    "sxx": -110.0,
    "syy": -120.0,
    "sxy": 55.0,
    "mu_d": 0.4,
    "friction_drop": 0.3,
    "dc": 0.4,
}
