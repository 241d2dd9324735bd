import asyncio
from dataclasses import replace

import pytest

from saleor_stripe_app.domain.errors import Refusal, Unavailable
from saleor_stripe_app.sandbox.stripe.faults import Fault, FaultKind
from saleor_stripe_app.storage import configurations, installations
from saleor_stripe_app.stripe_gateway.permissions import NEEDED
from saleor_stripe_app.usecases.clean_up import clean_up
from saleor_stripe_app.usecases.create_configuration import create_configuration
from saleor_stripe_app.usecases.entered import HandMadeEndpoint
from tests.acceptance.world import APP_URL, World
from tests.usecases.merchant import ID, created, endpoints_at_stripe, entered, restricted_key, rows, stored

URL = f"{APP_URL}/api/webhooks/stripe/{ID}"


async def test_saved_keys_come_into_use_with_an_endpoint_of_their_own(shop: World):
    configuration = await created(shop)
    (endpoint,) = endpoints_at_stripe(shop).values()
    assert endpoint.url == URL
    assert endpoint.api_version == "2026-10-28.endive"
    assert endpoint.metadata["saleorAppConfigurationId"] == ID
    assert configuration.endpoint_id == endpoint.id
    assert configuration.endpoint_secrets == (endpoint.secret,)
    assert configuration.stripe_account == shop.account.id
    assert not configuration.livemode
    assert await stored(shop) == configuration
    assert await configurations.of_installation(shop.backends.storage, shop.saleor.api_url) == (configuration,)
    assert await rows(shop) == (1, 0)


async def test_an_event_of_the_new_endpoint_is_taken(shop: World):
    await created(shop)
    shop.ask_stripe(
        "POST",
        "/v1/payment_intents",
        {
            "amount": "500",
            "currency": "usd",
            "confirm": "true",
            "payment_method": "pm_card_visa",
            "return_url": "https://shop.example/",
        },
    )
    assert await shop.deliver_events() > 0
    assert shop.stripe.pending_deliveries(shop.clock.seconds() + 10_000) == []


async def test_a_restricted_key_with_the_permissions_that_are_listed_is_enough(shop: World):
    configuration = await created(shop, secret_key=restricted_key(shop))
    assert configuration.endpoint_id in endpoints_at_stripe(shop)


@pytest.mark.parametrize("without", list(NEEDED))
async def test_a_missing_permission_is_named_and_nothing_is_kept(shop: World, without: str):
    with pytest.raises(Refusal, match=NEEDED[without].split(":")[0]) as refused:
        await created(shop, secret_key=restricted_key(shop, without))
    assert refused.value.code == "MissingPermissions"
    assert await rows(shop) == (0, 0)
    assert endpoints_at_stripe(shop) == {}


async def test_keys_of_two_accounts_are_refused(shop: World):
    other = shop.stripe.create_account()
    with pytest.raises(Refusal) as refused:
        await created(shop, publishable_key=other.publishable_key)
    assert refused.value.code == "KeysOfTwoAccounts"
    assert await rows(shop) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"publishable_key": "sk_test_mistaken0000000000"}, "InvalidPublishableKey"),
        ({"secret_key": "whsec_mistaken000000000000"}, "InvalidSecretKey"),
        ({"secret_key": "sk_live_0000000000000000"}, "KeysOfTwoModes"),
        ({"secret_key": "sk_test_0000000000000000"}, "SecretKeyRejected"),
        ({"name": "  "}, "InvalidName"),
        ({"name": "x" * 101}, "InvalidName"),
        ({"id": "mine"}, "InvalidId"),
    ],
    ids=str,
)
async def test_what_is_wrong_with_the_form_is_said(shop: World, changes: dict[str, str], code: str):
    with pytest.raises(Refusal) as refused:
        await created(shop, **changes)
    assert refused.value.code == code
    assert await rows(shop) == (0, 0)


async def test_blanks_around_what_was_pasted_do_no_harm(shop: World):
    configuration = await created(
        shop,
        name="  My   shop ",
        secret_key=f" {shop.account.secret_key}\n",
        publishable_key=f"{shop.account.publishable_key} ",
    )
    assert configuration.name == "My shop"
    assert configuration.secret_key == shop.account.secret_key


async def test_saving_the_same_form_again_gives_what_was_saved(shop: World):
    first = await created(shop)
    again = await created(shop, name="Typed anew")
    assert again == first
    assert len(endpoints_at_stripe(shop)) == 1


async def test_a_double_click_makes_one_configuration(shop: World):
    results = await asyncio.gather(*(created(shop) for _ in range(3)), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refusal)]
    assert {refusal.code for refusal in refused} <= {"SaveInProgress"}
    assert len(refused) < 3
    assert len(endpoints_at_stripe(shop)) == 1
    assert await rows(shop) == (1, 0)
    assert (await created(shop)).id == ID


async def test_an_id_of_other_keys_is_not_taken_for_the_same_form(shop: World):
    await created(shop)
    other = shop.stripe.create_account()
    with pytest.raises(Refusal) as refused:
        await created(shop, publishable_key=other.publishable_key, secret_key=other.secret_key)
    assert refused.value.code == "IdTaken"


async def test_two_forms_may_hold_the_same_keys(shop: World):
    first, second = await created(shop), await created(shop, id=None)
    assert first.id != second.id
    assert len(endpoints_at_stripe(shop)) == 2


async def test_an_endpoint_made_by_hand_is_taken_as_it_is(shop: World):
    key = restricted_key(shop, without="rak_webhook_write")
    configuration = await created(shop, secret_key=key, hand_made=HandMadeEndpoint(URL, "whsec_byhand"))
    assert configuration.endpoint_id is None
    assert configuration.endpoint_secrets == ("whsec_byhand",)
    assert await stored(shop) == configuration
    assert endpoints_at_stripe(shop) == {}


@pytest.mark.parametrize(
    ("url", "secret", "code"),
    [
        (f"{APP_URL}/api/webhooks/stripe/another", "whsec_byhand", "WrongEndpointUrl"),
        (URL, "sk_test_mistaken", "InvalidSigningSecret"),
    ],
)
async def test_an_endpoint_made_by_hand_must_be_for_this_app(shop: World, url: str, secret: str, code: str):
    with pytest.raises(Refusal) as refused:
        await created(shop, hand_made=HandMadeEndpoint(url, secret))
    assert refused.value.code == code
    assert secret not in str(refused.value)


async def test_live_events_need_a_public_address(shop: World):
    live = {kind: shop.stripe.create_key(shop.account.id, kind, livemode=True).value for kind in ("sk", "pk")}
    with pytest.raises(Refusal, match="SALEOR_STRIPE_APP_URL") as refused:
        await created(shop, publishable_key=live["pk"], secret_key=live["sk"])
    assert refused.value.code == "AppUrlNotPublic"
    assert await rows(shop) == (0, 0)


async def test_an_account_that_is_full_says_what_to_do(shop: World):
    for _ in range(16):
        shop.ask_stripe("POST", "/v1/webhook_endpoints", {"url": "https://other.example/", "enabled_events[0]": "*"})
    with pytest.raises(Refusal, match="Delete one") as refused:
        await created(shop)
    assert refused.value.code == "NoRoomForWebhookEndpoint"
    shop.clock.advance(601)
    await clean_up(shop.backends)
    assert await rows(shop) == (0, 0)
    assert len(endpoints_at_stripe(shop)) == 16


async def test_an_endpoint_whose_making_was_not_answered_is_found_and_deleted(shop: World):
    shop.stripe.faults.add(Fault(FaultKind.SERVER_ERROR_AFTER_WORK, "POST", "/v1/webhook_endpoints", times=None))
    with pytest.raises(Unavailable):
        await created(shop)
    assert len(endpoints_at_stripe(shop)) == 1
    shop.stripe.faults.clear()
    shop.clock.advance(61)
    assert await clean_up(shop.backends) == 1
    assert endpoints_at_stripe(shop) == {}
    assert await rows(shop) == (0, 0)
    await created(shop)


async def test_another_shops_id_is_not_found_out(shop: World):
    await created(shop)
    other = replace(shop.installation, saleor_api_url="https://other.example/graphql/")
    await installations.save(shop.backends.storage, other)
    with pytest.raises(Refusal) as refused:
        await create_configuration(shop.backends, other, entered(shop))
    assert refused.value.code == "SaveInProgress"
