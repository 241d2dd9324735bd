import pytest
import stripe

from tests.sandbox.stripe.conftest import Shop


@pytest.fixture
def customer(shop: Shop) -> str:
    return shop.v1.customers.create({"email": "ada@example.com"}).id


def attached(shop: Shop, customer: str, method: str = "pm_card_visa"):
    return shop.v1.payment_methods.attach(method, {"customer": customer})


def test_a_deleted_customer_is_shown_as_such_and_refused_everywhere_else(shop: Shop, customer: str) -> None:
    method = attached(shop, customer).id
    assert shop.v1.customers.delete(customer).deleted is True
    assert shop.v1.customers.retrieve(customer).deleted is True
    assert shop.v1.customers.list().data == []
    v1 = shop.v1
    uses = [
        (404, lambda: v1.customers.update(customer, {"name": "Ada"})),
        (404, lambda: v1.customers.delete(customer)),
        (404, lambda: v1.customers.payment_methods.list(customer)),
        (400, lambda: v1.payment_methods.list({"customer": customer})),
        (400, lambda: v1.payment_methods.attach("pm_card_visa", {"customer": customer})),
        (400, lambda: v1.payment_intents.create({"amount": 1000, "currency": "eur", "customer": customer})),
    ]
    for status, use in uses:
        with pytest.raises(stripe.InvalidRequestError, match=f"No such customer: '{customer}'") as error:
            use()
        assert (error.value.http_status, error.value.code) == (status, "resource_missing")
    assert shop.v1.payment_methods.retrieve(method).customer is None
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.pay(method)


def test_a_payment_of_a_deleted_customer_still_expands_it(shop: Shop, customer: str) -> None:
    intent = shop.pay(customer=customer)
    shop.v1.customers.delete(customer)
    shown = shop.v1.payment_intents.retrieve(intent.id, {"expand": ["customer"]})
    assert (shown.customer.id, shown.customer.deleted) == (customer, True)


def test_one_customer_under_one_idempotency_key(shop: Shop) -> None:
    made = [shop.v1.customers.create({"email": "a@example.com"}, {"idempotency_key": "k"}).id for _ in range(2)]
    assert made[0] == made[1]
    with pytest.raises(stripe.IdempotencyError):
        shop.v1.customers.create({"email": "b@example.com"}, {"idempotency_key": "k"})


def test_a_method_of_another_customer_is_refused(shop: Shop, customer: str) -> None:
    method = attached(shop, customer).id
    other = shop.v1.customers.create({}).id
    with pytest.raises(stripe.InvalidRequestError, match="does not belong to the Customer you supplied") as error:
        shop.pay(method, customer=other)
    assert (error.value.http_status, error.value.code, error.value.param) == (400, None, "payment_method")
    with pytest.raises(stripe.InvalidRequestError, match="already been attached"):
        attached(shop, other, method)
    with pytest.raises(stripe.InvalidRequestError) as missing:
        shop.v1.customers.payment_methods.retrieve(other, method)
    assert missing.value.code == "resource_missing"
    assert shop.v1.customers.payment_methods.retrieve(customer, method).id == method


def test_the_fingerprint_is_the_numbers_within_an_account(shop: Shop, customer: str) -> None:
    first, second, third = (attached(shop, customer, f"pm_card_{name}") for name in ("visa", "visa", "mastercard"))
    assert first.card.fingerprint == second.card.fingerprint != third.card.fingerprint
    assert "4242" not in first.card.fingerprint
    elsewhere = shop.server.create_account("Elsewhere")
    other = shop.client(elsewhere.secret_key).payment_methods.create({"type": "card", "card": {"token": "tok_visa"}})
    assert other.card.fingerprint != first.card.fingerprint


def test_only_a_saved_method_is_updated(shop: Shop, customer: str) -> None:
    loose = shop.v1.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}}).id
    with pytest.raises(stripe.InvalidRequestError, match="must save this PaymentMethod to a customer"):
        shop.v1.payment_methods.update(loose, {"allow_redisplay": "always"})
    method = attached(shop, customer, loose).id
    changes = {"allow_redisplay": "always", "metadata": {"a": "b"}, "card": {"exp_month": 1, "exp_year": 2040}}
    shown = shop.v1.payment_methods.update(method, {**changes, "billing_details": {"name": "Ada"}})
    assert (shown.allow_redisplay, shown.card.exp_year, shown.billing_details.name) == ("always", 2040, "Ada")
    assert shop.event_types()[-1] == "payment_method.updated"


def test_a_detached_method_is_gone_for_good(shop: Shop, customer: str) -> None:
    method = attached(shop, customer).id
    assert shop.v1.payment_methods.detach(method).customer is None
    assert shop.event_types()[-1] == "payment_method.detached"
    with pytest.raises(stripe.InvalidRequestError, match="may not be used again"):
        shop.pay(method, customer=customer)
    with pytest.raises(stripe.InvalidRequestError, match="was detached from a Customer"):
        attached(shop, customer, method)
    with pytest.raises(stripe.InvalidRequestError, match="detachment is impossible"):
        shop.v1.payment_methods.detach(method)


def test_the_issuer_is_asked_when_a_card_is_attached(shop: Shop, customer: str) -> None:
    with pytest.raises(stripe.CardError) as error:
        attached(shop, customer, "pm_card_chargeDeclined")
    assert (error.value.http_status, error.value.code) == (402, "card_declined")
    later = attached(shop, customer, "pm_card_chargeCustomerFail").id
    with pytest.raises(stripe.CardError):
        shop.pay(later, customer=customer)
    assert shop.v1.payment_methods.retrieve(later).customer == customer


def test_a_redirect_is_not_attached_by_itself(shop: Shop, customer: str) -> None:
    method = shop.v1.payment_methods.create({"type": "eps"}).id
    with pytest.raises(stripe.InvalidRequestError, match="cannot be saved"):
        attached(shop, customer, method)
