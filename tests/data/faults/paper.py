"""The formulas of Okada (1985) as printed, in mpmath's precision: slow, independent of the code under test."""

from mpmath import mp, mpf

DIGITS = 50


def displacement(east, north, depth, dip, length, width, strike_slip, dip_slip, opening):
    """Equations (24) to (30) for one station; the dip may not be exactly 90 degrees."""
    with mp.workdps(DIGITS):
        e, n, d, length, width = map(mpf, map(float, (east, north, depth, length, width)))
        angle = mpf(float(dip)) * mp.pi / 180
        s, c = mp.sin(angle), mp.cos(angle)
        p, q = n * c + d * s, n * s - d * c
        corners = [(1, e, p), (-1, e, p - width), (-1, e - length, p), (1, e - length, p - width)]
        total = [mpf(0)] * 3
        for sign, xi, eta in corners:
            parts = _corner(xi, eta, q, s, c)
            for slip, part in zip((strike_slip, dip_slip, opening), parts, strict=True):
                total = [t + sign * mpf(float(slip)) * u / (2 * mp.pi) for t, u in zip(total, part, strict=True)]
        return [float(t) for t in total]


def _corner(xi, eta, q, s, c):
    r = mp.sqrt(xi**2 + eta**2 + q**2)
    y, d, x = eta * c + q * s, eta * s - q * c, mp.sqrt(xi**2 + q**2)
    k = mpf(1) / 2
    i5 = k * 2 / c * mp.atan((eta * (x + q * c) + x * (r + x) * s) / (xi * (r + x) * c))
    i4 = k / c * (mp.log(r + d) - s * mp.log(r + eta))
    i3 = k * (y / (c * (r + d)) - mp.log(r + eta)) + s / c * i4
    i2 = -k * mp.log(r + eta) - i3
    i1 = -k / c * xi / (r + d) - s / c * i5
    angle = mp.atan(xi * eta / (q * r))
    strike = [
        xi * q / (r * (r + eta)) + angle + i1 * s,
        y * q / (r * (r + eta)) + q * c / (r + eta) + i2 * s,
        d * q / (r * (r + eta)) + q * s / (r + eta) + i4 * s,
    ]
    dip = [
        q / r - i3 * s * c,
        y * q / (r * (r + xi)) + c * angle - i1 * s * c,
        d * q / (r * (r + xi)) + s * angle - i5 * s * c,
    ]
    inner = xi * q / (r * (r + eta)) - angle
    opening = [
        q**2 / (r * (r + eta)) - i3 * s**2,
        -d * q / (r * (r + xi)) - s * inner - i1 * s**2,
        y * q / (r * (r + xi)) + c * inner - i5 * s**2,
    ]
    return [[-u for u in strike], [-u for u in dip], opening]
