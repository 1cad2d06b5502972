import pytest

from reports.words import ABSENT, MINUS, anchor_of, count, duration, fixed, interval, listed, number, percent, unbroken


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (number(0.94), "0.940"),
        (number(1172.2), "1172"),
        (number(-0.00123), f"{MINUS}0.00123"),
        (number(0.000012), f"1.2e{MINUS}5"),
        (number(0.0), "0.00"),
        (number(float("nan")), ABSENT),
        (number(float("inf")), ABSENT),
        (number(0.9996, 3), "1.000"),
        (fixed(-0.0001, 2), "0.00"),
        (count(1525.0), "1525"),
        (count(float("nan")), ABSENT),
        (percent(0.9525), "95.3 %"),
        (percent(0.9325), "93.3 %"),  # a half goes up, whatever the double next to it
        (percent(0.9975), "99.8 %"),
        (percent(0.29, 0), "29 %"),
        (fixed(0.9325, 3), "0.933"),
        (number(0.9275), "0.928"),
        (fixed(-0.0625, 3), f"{MINUS}0.063"),
        (count(2.5), "3"),
        (number(123456.0), "123456"),
        (percent(float("nan")), ABSENT),
        (interval(0.94, 0.915, 0.9625), "0.940 [0.915, 0.963]"),
        (interval(0.5, float("nan"), float("nan")), "0.500"),
        (interval(float("nan"), 0.0, 1.0), ABSENT),
        (interval(0.0, 0.0, 0.0), "0.000 [0.000, 0.000]"),
        (interval(7.8e-17, -1.1e-16, 1.1e-16), "0.000 [0.000, 0.000]"),
        (interval(0.026, 0.00043, 0.048), "0.0260 [0.0004, 0.0480]"),
        (interval(-0.026, -0.048, -0.00043), f"{MINUS}0.0260 [{MINUS}0.0480, {MINUS}0.0004]"),
        (interval(0.026, -0.00002, 0.048), f"0.02600 [{MINUS}0.00002, 0.04800]"),
        (interval(0.026, -1e-17, 0.048), "0.026 [0.000, 0.048]"),  # zero but for rounding
        (duration(5.91), "5.9 s"),
        (duration(354.0), "5.9 min"),
        (duration(9000.0), "2.5 h"),
        (duration(float("nan")), ABSENT),
        (listed(["a"]), "a"),
        (listed(["a", "b", "c"]), "a, b and c"),
        (unbroken("accuracy ↑ (≥ 1)"), "accuracy\N{NO-BREAK SPACE}↑ (≥\N{NO-BREAK SPACE}1)"),
    ],
)
def test_numbers_as_words(shown, expected):
    assert shown == expected


def test_anchors_of_titles():
    assert anchor_of("Energy and exact solutions (1)") == "energy-and-exact-solutions-1"
