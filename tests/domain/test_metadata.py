"""The marks on Stripe's objects that say whose they are."""

from saleor_stripe_app.domain import metadata

URL = "https://shop.example/graphql/"


def marks():
    return metadata.of_transaction(
        saleor_api_url=URL,
        app_id="QXBwOjE=",
        transaction_id="VHJhbnM6MQ==",
        source_id="Q2hlY2s6MQ==",
        source_type="Checkout",
    )


def test_an_intent_names_the_saleor_and_the_transaction_it_belongs_to():
    assert metadata.owner(marks()) == metadata.Owner(URL, "VHJhbnM6MQ==")


def test_an_object_without_both_marks_is_not_ours():
    for missing in (metadata.API_URL, metadata.TRANSACTION):
        incomplete = marks() | {missing: ""}
        assert metadata.owner(incomplete) is None
        del incomplete[missing]
        assert metadata.owner(incomplete) is None
    assert metadata.owner({}) is None


def test_the_official_apps_names_are_kept_so_that_its_payments_can_be_adopted():
    theirs = {"saleor_transaction_id": "VHJhbnM6Mg==", "saleor_api_url": URL, "saleor_source_id": "x"}
    assert metadata.owner(theirs) == metadata.Owner(URL, "VHJhbnM6Mg==")


def test_names_and_values_fit_stripes_limits():
    assert len(marks()) <= 50
    assert all(len(name) <= 40 and "[" not in name and len(value) <= 500 for name, value in marks().items())
