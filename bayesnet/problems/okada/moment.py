"""The size of an earthquake from its slip: seismic moment and moment magnitude."""

import xarray as xr

RIGIDITY = 30e9  # Pa


def moment(length: xr.DataArray | float, width: xr.DataArray | float, slip: xr.DataArray) -> xr.DataArray:
    """Seismic moment in N m of a fault of so many km by so many km that slips by so many metres (Aki 1966)."""
    return RIGIDITY * length * width * 1e6 * slip


def magnitude(log10_moment: xr.DataArray) -> xr.DataArray:
    """Moment magnitude of the decimal logarithm of a moment in N m (Hanks & Kanamori 1979; IASPEI 2005)."""
    return (log10_moment - 9.1) / 1.5
