"""Which web addresses are on this machine, and which a list allows."""

import pytest

from saleor_stripe_app.domain.addresses import check_pattern, is_allowed, is_loopback, matches, web_address

PATTERN = "https://*.eu.saleor.cloud/graphql/"


@pytest.mark.parametrize("host", ["localhost", "shop.localhost", "127.0.0.1", "127.8.9.1", "::1"])
def test_a_loopback_host_is_this_machine(host):
    assert is_loopback(host)


@pytest.mark.parametrize("host", ["localhost.example", "10.0.0.1", "0.0.0.0", "169.254.169.254", "shop.example", ""])
def test_another_host_is_not_this_machine(host):
    assert not is_loopback(host)


def test_an_address_loses_its_final_slash():
    assert web_address("https://shop.example/stripe/") == "https://shop.example/stripe"


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.eu.saleor.cloud/graphql/",
        "https://shop.eu.saleor.cloud/graphql",
        "https://SHOP.eu.saleor.cloud:443/graphql/",
    ],
)
def test_a_star_allows_any_one_label(url):
    check_pattern(PATTERN)
    assert matches(PATTERN, url)


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.eu.saleor.cloud/graphql/",
        "https://shop.eu.saleor.cloud:8443/graphql/",
        "https://shop.eu.saleor.cloud/graphql/x",
        "https://shop.eu.saleor.cloud/graphql/?x=1",
        "https://eu.saleor.cloud/graphql/",
        "https://a.b.eu.saleor.cloud/graphql/",
        "https://.eu.saleor.cloud/graphql/",
        "https://shop.eu.saleor.cloud.evil.example/graphql/",
        "https://evil.example/.eu.saleor.cloud/graphql/",
        "https://evil.example\\.eu.saleor.cloud/graphql/",
        "https://evil@shop.eu.saleor.cloud/graphql/",
        "https://shop.eu.saleor.cloud:x/graphql/",
        "shop.eu.saleor.cloud/graphql/",
    ],
)
def test_everything_but_the_starred_label_must_be_equal(url):
    assert not matches(PATTERN, url)


def test_only_a_saleor_on_loopback_is_allowed_without_a_list():
    assert is_allowed("http://localhost:8000/graphql/", ())
    assert is_allowed("http://127.0.0.1:8000/graphql/", ())
    assert not is_allowed("https://shop.saleor.cloud/graphql/", ())
    assert not is_allowed("https://localhost.example/graphql/", ())
    assert not is_allowed("not a url", ())


def test_a_list_allows_what_it_names_and_nothing_else():
    patterns = ("https://*.saleor.cloud/graphql/", "http://api:8000/graphql/")
    assert is_allowed("https://shop.saleor.cloud/graphql/", patterns)
    assert is_allowed("http://api:8000/graphql/", patterns)
    assert not is_allowed("http://localhost:8000/graphql/", patterns)
