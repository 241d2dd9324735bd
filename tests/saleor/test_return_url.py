import pytest

from saleor_stripe_app.saleor.return_url import is_return_url


@pytest.mark.parametrize(
    "url", ["https://shop.example/", "https://shop.example:8443/a?b=c#d", "http://localhost:3000/", "http://127.0.0.1/"]
)
def test_a_page_of_the_shop_is_taken(url):
    assert is_return_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "shop.example",
        "http://shop.example/",
        "https://",
        "https://user@shop.example/",
        "https://shop.example:port/",
        "https://shop.example/ a",
        "https://shöp.example/",
        "javascript:alert(1)",
        "https://shop.example/" + "a" * 2048,
        "https://[::1",
    ],
)
def test_anything_else_is_not(url):
    assert not is_return_url(url)
