"""Checkouts as Saleor shows them, and making an order of one."""

from datetime import timedelta

import pytest

from saleor_stripe_app.domain.errors import Malformed
from saleor_stripe_app.domain.order_awaited import Checkout
from saleor_stripe_app.saleor import channels, checkouts
from saleor_stripe_app.saleor.checkouts import Completion
from saleor_stripe_app.saleor.client import NotPermitted
from saleor_stripe_app.saleor.source_events import SourceEvent, source_event

ID = "Q2hlY2tvdXQ6MQ=="
DENIED = {
    "errors": [
        {"message": "You need one of: MANAGE_CHECKOUTS", "extensions": {"exception": {"code": "PermissionDenied"}}}
    ],
    "data": None,
}


def shown(status="FULL", **settings):
    given = {"automaticallyCompleteFullyPaidCheckouts": False, "automaticCompletionDelay": None} | settings
    return {"data": {"checkout": {"id": ID, "authorizeStatus": status, "channel": {"checkoutSettings": given}}}}


@pytest.mark.parametrize(("status", "covered"), [("FULL", True), ("PARTIAL", False), ("NONE", False)])
async def test_a_checkout_is_covered_by_what_is_authorized_or_charged(client, saleor, status, covered):
    saleor.says(shown(status))
    assert await checkouts.read(client, saleor.installation(), ID) == Checkout(ID, is_covered=covered)


async def test_the_delay_is_of_channels_that_complete_checkouts_by_themselves(client, saleor):
    saleor.says(shown(automaticCompletionDelay=30))
    assert (await checkouts.read(client, saleor.installation(), ID)) == Checkout(ID, is_covered=True)
    saleor.says(shown(automaticCompletionDelay=30, automaticallyCompleteFullyPaidCheckouts=True))
    completes = Checkout(ID, is_covered=True, completes_itself=True, delay=timedelta(minutes=30))
    assert await checkouts.read(client, saleor.installation(), ID) == completes


async def test_a_checkout_that_is_gone_is_none(client, saleor):
    saleor.says({"data": {"checkout": None}})
    assert await checkouts.read(client, saleor.installation(), ID) is None


async def test_an_installation_that_may_not_read_the_settings_sees_the_checkout_without(client, saleor):
    saleor.says(DENIED, {"data": {"checkout": {"id": ID, "authorizeStatus": "FULL"}}})
    assert await checkouts.read(client, saleor.installation(), ID) == Checkout(ID, is_covered=True)


async def test_an_installation_that_may_not_read_the_settings_sees_its_channels_without(client, saleor):
    channel = {"id": "1", "slug": "pln", "name": "PLN", "currencyCode": "PLN", "isActive": True}
    saleor.says(DENIED, {"data": {"channels": [channel]}})
    (found,) = await channels.read(client, saleor.installation())
    assert (found.slug, found.completes_checkouts) == ("pln", None)


async def test_an_app_that_may_see_nothing_is_told_so(client, saleor):
    saleor.says(DENIED, DENIED)
    with pytest.raises(NotPermitted):
        await checkouts.read(client, saleor.installation(), ID)


async def test_a_completed_checkout_is_an_order(client, saleor):
    saleor.says({"data": {"checkoutComplete": {"order": {"id": "T3JkZXI6MQ=="}, "errors": []}}})
    assert await checkouts.complete(client, saleor.installation(), ID) == Completion("T3JkZXI6MQ==")


async def test_why_saleor_makes_no_order_is_said_with_its_codes(client, saleor):
    errors = [
        {"code": "INSUFFICIENT_STOCK", "field": "lines", "message": "Too few."},
        {"code": "TAX_ERROR", "field": None, "message": None},
    ]
    saleor.says({"data": {"checkoutComplete": {"order": None, "errors": errors}}})
    done = await checkouts.complete(client, saleor.installation(), ID)
    assert done == Completion(None, "Too few. (INSUFFICIENT_STOCK); TAX_ERROR (TAX_ERROR)")


async def test_neither_an_order_nor_an_error_is_no_order(client, saleor):
    saleor.says({"data": {"checkoutComplete": {"order": None, "errors": []}}})
    assert (await checkouts.complete(client, saleor.installation(), ID)).order_id is None


@pytest.mark.parametrize("source", ["checkout", "order"])
def test_an_event_names_the_transactions_that_pay(source):
    body = b'{"recipient": {"id": "QXBwOjE="}, "%s": {"id": "1", "transactions": [{"id": "a"}, {"id": "b"}]}}'
    assert source_event(body % source.encode()) == SourceEvent("QXBwOjE=", ("a", "b"))


def test_an_event_of_what_is_gone_names_none():
    assert source_event(b'{"recipient": {"id": "QXBwOjE="}, "checkout": null}') == SourceEvent("QXBwOjE=", ())


def test_an_event_without_a_body_is_malformed():
    with pytest.raises(Malformed):
        source_event(b"")
