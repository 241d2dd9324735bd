"""Addresses of Stripe's Dashboard."""

import pytest

from saleor_stripe_app.domain.links import external_url, restricted_key_url


@pytest.mark.parametrize(
    ("object_id", "livemode", "account", "url"),
    [
        ("pi_1", False, None, "https://dashboard.stripe.com/test/payments/pi_1"),
        ("pi_1", True, None, "https://dashboard.stripe.com/payments/pi_1"),
        ("re_1", False, None, "https://dashboard.stripe.com/test/refunds/re_1"),
        ("dp_1", False, None, "https://dashboard.stripe.com/test/disputes/dp_1"),
        ("du_1", True, None, "https://dashboard.stripe.com/disputes/du_1"),
        ("pyr_1", True, "acct_1", "https://dashboard.stripe.com/acct_1/refunds/pyr_1"),
        ("ch_1", False, "acct_1", "https://dashboard.stripe.com/acct_1/test/payments/ch_1"),
        ("pi_1/../x?y", True, None, "https://dashboard.stripe.com/payments/pi_1%2F..%2Fx%3Fy"),
    ],
)
def test_an_object_has_its_page(object_id, livemode, account, url):
    assert external_url(object_id, livemode, account) == url


def test_the_form_for_a_restricted_key_has_its_permissions_chosen():
    url = restricted_key_url("Saleor & Co", ("rak_charge_write", "rak_webhook_write"), livemode=False)

    assert url == (
        "https://dashboard.stripe.com/test/apikeys/create?name=Saleor+%26+Co"
        "&permissions%5B%5D=rak_charge_write&permissions%5B%5D=rak_webhook_write"
    )
