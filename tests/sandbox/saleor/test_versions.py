"""npm ranges as Saleor reads them, prereleases lower than their release."""

import pytest

from saleor_stripe_app.sandbox.saleor.versions import at_least, satisfies


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("3.24.0-a.0", ">=3.21 <4"),
        ("3.21.0", ">=3.21 <4"),
        ("3.22.43", "^3.21"),
        ("3.22.43", "~3.22.1"),
        ("3.22.43", "3.22.x"),
        ("3.22.43", "3.x"),
        ("3.22.43", "*"),
        ("3.22.43", "3.20 || 3.22"),
        ("3.22.43", "3.21 - 3.22"),
        ("3.22.43", "> 3.22.42"),
        ("3.22.43", "<=3.22"),
        ("3.22.43", "=3.22.43"),
    ],
)
def test_a_version_inside_the_range_satisfies_it(version, wanted):
    assert satisfies(version, wanted)


@pytest.mark.parametrize(
    ("version", "wanted"),
    [
        ("3.24.0-a.0", ">=3.24 <4"),
        ("3.24.0-a.0", "^3.24.0"),
        ("3.24.0-a.0", "3.24"),
        ("3.22.43", ">=3.23"),
        ("3.22.43", "<3.22.43"),
        ("3.22.43", "~3.21"),
        ("3.22.43", "^4"),
        ("3.22.43", ">3.22"),
        ("3.22.43", "3.22.42"),
    ],
)
def test_a_version_outside_the_range_does_not(version, wanted):
    assert not satisfies(version, wanted)


@pytest.mark.parametrize("wanted", ["garbage", "", "3.22.1.4", ">=", "3.22 ||"])
def test_garbage_is_no_range(wanted):
    with pytest.raises(ValueError, match=r"range"):
        satisfies("3.22.43", wanted)


def test_versions_are_compared_as_numbers():
    assert at_least("3.100", "3.22")
    assert not at_least("3.21", "3.22")
