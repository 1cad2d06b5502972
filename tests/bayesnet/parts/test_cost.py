def test_the_time_of_each_fit(comparison, fits):
    seconds = comparison["cost"]["seconds"]
    assert {name: float(seconds.sel({"method": name})) for name in fits} == {
        name: fit.attrs["seconds"] for name, fit in fits.items()
    }
