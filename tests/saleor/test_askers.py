"""Who asks and whose the purchase is, as Saleor's requests tell it."""

import json

import pytest

from saleor_stripe_app.domain.shopper import Asker, Principal, User, is_present, may_use_saved_methods
from saleor_stripe_app.saleor import payloads
from tests.saleor import recordings

CUSTOMER = recordings.read("transaction-initialize-session.checkout-customer-usd")
GUEST = recordings.read("transaction-initialize-session.checkout-guest-usd")
ADA = User("VXNlcjo0Ng==", "shopper@example.com", "Ada", "L")


def test_a_customers_request_names_the_customer_their_address_and_that_they_ask():
    request = payloads.transaction_initialize(CUSTOMER.body)
    assert request.purchase is not None
    assert request.purchase.user == ADA
    assert request.purchase.billing_address is not None
    assert request.purchase.billing_address.city == "AUSTIN"
    assert request.principal == Principal(Asker.USER, ADA.id)
    assert is_present(request.principal, request.purchase.user)


def test_nobody_asks_where_a_guest_pays():
    request = payloads.transaction_initialize(GUEST.body)
    assert request.purchase is not None
    assert (request.purchase.user, request.principal) == (None, None)
    assert not is_present(request.principal, request.purchase.user)


@pytest.mark.parametrize(
    ("principal", "present", "may_pay"),
    [
        (None, False, False),
        ({"__typename": "User", "id": "VXNlcjo0Ng=="}, True, True),
        ({"__typename": "User", "id": "VXNlcjo0Nw=="}, False, False),
        ({"__typename": "App", "id": "VXNlcjo0Ng=="}, False, True),
        ({"__typename": "Robot", "id": "VXNlcjo0Ng=="}, False, False),
        ({"__typename": "User"}, False, False),
    ],
)
def test_only_the_customer_or_an_app_may_pay_with_what_the_customer_saved(principal, present, may_pay):
    body = json.dumps({**json.loads(CUSTOMER.body), "issuingPrincipal": principal}).encode()
    request = payloads.transaction_initialize(body)
    assert is_present(request.principal, ADA) is present
    assert may_use_saved_methods(request.principal, ADA) is may_pay
    assert not may_use_saved_methods(request.principal, None)
