"""What is kept of one payment, read at once."""

from datetime import timedelta

from saleor_stripe_app.domain.transaction import EventType
from saleor_stripe_app.storage import payments, refused, transactions
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, open_shop, operation, record


async def test_a_payment_comes_with_its_saleor_and_its_keys(storage: Storage):
    new = record(await open_shop(storage))
    await transactions.adopt(storage, new)
    kept = await payments.of_record(storage, new.id)
    assert kept is not None
    assert kept.installation is not None
    assert kept.configuration is not None
    assert kept.record == new
    assert kept.installation.saleor_api_url == new.saleor_api_url
    assert kept.configuration.id == new.configuration_id
    assert await payments.of_transaction(storage, new.saleor_api_url, new.transaction_id) == (new, kept.configuration)


async def test_of_an_unknown_payment_nothing_is_kept(storage: Storage):
    new = record(await open_shop(storage))
    assert await payments.of_record(storage, new.id) is None
    assert await payments.of_transaction(storage, new.saleor_api_url, new.transaction_id) is None
    assert await payments.history(storage, new.id) == ((), frozenset())


async def test_the_history_has_what_was_asked_of_stripe_and_what_saleor_refused(storage: Storage):
    new = record(await open_shop(storage))
    asked = operation(new.id)
    await transactions.begin(storage, new, asked, "me", NOW, timedelta(seconds=30))
    await refused.record(storage, new.id, EventType.INFO, "evt_1", "0", code="INVALID", message="No", now=NOW)
    known, not_taken = await payments.history(storage, new.id)
    assert [one.id for one in known] == [asked.id]
    assert not_taken == {(EventType.INFO, "evt_1")}
