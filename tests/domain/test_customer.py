"""What Stripe is told of a customer, and under which key a customer is made."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from saleor_stripe_app.domain import customer
from saleor_stripe_app.domain.customer import CustomerRecord
from saleor_stripe_app.domain.purchase import Address
from saleor_stripe_app.domain.shopper import User

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
ADA = User("VXNlcjox", "ada@example.com", "Ada", "Lovelace")
HOME = Address(first_name="Ada", last_name="Lovelace", line1="12 St James's Square", city="London", country="GB")
RECORD = CustomerRecord("https://shop/graphql/", "VXNlcjox", "acct_1", False, 1, NOW, parameters={"name": "Ada"})


def test_a_profile_is_what_the_shop_shows_of_the_user():
    told = customer.profile(ADA, replace(HOME, phone="+442071234567"), HOME)
    assert told == {
        "name": "Ada Lovelace",
        "email": "ada@example.com",
        "phone": "+442071234567",
        "address": {"line1": "12 St James's Square", "city": "London", "country": "GB"},
        "shipping": {
            "name": "Ada Lovelace",
            "address": {"line1": "12 St James's Square", "city": "London", "country": "GB"},
        },
    }


def test_what_is_empty_takes_nothing_away_that_stripe_has():
    assert customer.profile(User("VXNlcjox")) == {}
    assert customer.profile(ADA, Address(), Address(city="London")) == {
        "name": "Ada Lovelace",
        "email": "ada@example.com",
    }


@pytest.mark.parametrize(
    ("changes", "left_out"),
    [({"email": "ada at home"}, "email"), ({"first_name": "", "last_name": ""}, "name")],
)
def test_what_stripe_would_refuse_is_left_out(changes, left_out):
    assert left_out not in customer.profile(replace(ADA, **changes))


def test_a_long_name_is_cut_and_a_long_phone_is_left_out():
    told = customer.profile(replace(ADA, first_name="A" * 300), replace(HOME, phone="1" * 21))
    assert len(str(told["name"])) == 256
    assert "phone" not in told


def test_profiles_are_told_apart_whatever_the_order_of_their_parts():
    told = customer.profile(ADA, HOME)
    assert customer.digest(told) == customer.digest(dict(reversed(told.items())))
    assert customer.digest(told) != customer.digest(customer.profile(ADA))
    assert customer.digest(customer.told_by(customer.create_parameters("1", "url", told))) == customer.digest(told)


def test_a_profile_that_is_not_taken_leaves_whose_customer_it_is():
    parameters = customer.create_parameters("VXNlcjox", "https://shop/graphql/", customer.profile(ADA))
    assert customer.anonymous(parameters) == {
        "metadata": {"saleor_user_id": "VXNlcjox", "saleor_api_url": "https://shop/graphql/"}
    }


@pytest.mark.parametrize(
    "other",
    [
        replace(RECORD, saleor_api_url="https://other/graphql/"),
        replace(RECORD, user_id="VXNlcjoy"),
        replace(RECORD, stripe_account="acct_2"),
        replace(RECORD, livemode=True),
        RECORD.successor({}, NOW),
    ],
)
def test_each_shop_user_account_mode_and_generation_has_a_key_of_its_own(other):
    assert other.idempotency_key() != RECORD.idempotency_key()
    assert replace(RECORD, begun_at=NOW + timedelta(hours=1)).idempotency_key() == RECORD.idempotency_key()


def test_the_same_request_is_sent_again_only_while_stripe_keeps_its_key():
    assert RECORD.may_be_made(NOW + timedelta(hours=19))
    assert not RECORD.may_be_made(NOW + timedelta(hours=20))
    assert not replace(RECORD, customer="cus_1", parameters=None).may_be_made(NOW)


def test_live_and_test_customers_of_one_account_are_shown_beside_each_other():
    keys = {customer.metadata_key("acct_1", livemode=live) for live in (True, False)}
    assert keys == {"stripe.customer.acct_1", "stripe.customer.acct_1.test"}
