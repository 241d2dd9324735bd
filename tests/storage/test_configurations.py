import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import IntegrityError

from saleor_stripe_app.domain.channel_options import ChannelOptions, Limits
from saleor_stripe_app.domain.options import Options, ThreeDSecure
from saleor_stripe_app.domain.shop import Assigned, Configuration
from saleor_stripe_app.storage import channels, configurations, endpoints, installations, tables, transactions
from saleor_stripe_app.storage.endpoints import EndpointToDelete
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, OTHER_URL, SECOND, URL, configuration, installation, open_shop, record

CHANNEL = "Q2hhbm5lbDox"


def _old_endpoint(configuration_id: str) -> EndpointToDelete:
    return EndpointToDelete("note-1", configuration_id, "we_old", "rk_test_old", NOW)


async def test_a_configuration_comes_back_as_it_was_inserted(storage: Storage):
    kept = await open_shop(storage)
    assert await configurations.by_id(storage, kept.id) == kept
    assert await configurations.by_id(storage, kept.id, URL) == kept
    assert await configurations.by_id(storage, kept.id, OTHER_URL) is None


async def test_keys_and_endpoint_secrets_are_sealed(storage: Storage):
    await open_shop(storage)
    async with storage.read() as connection:
        row = (await connection.execute(text("SELECT secret_key, endpoint_secrets FROM configurations"))).one()
    assert all(sealed.startswith("v1.") for sealed in row)


async def test_a_configuration_needs_an_installation(storage: Storage):
    with pytest.raises(IntegrityError):
        await configurations.insert(storage, configuration())


async def test_an_update_saves_new_keys_and_notes_the_old_endpoint(storage: Storage):
    kept = await open_shop(storage)
    changed = replace(
        kept, name="Other", secret_key="sk_test_2", endpoint_id="we_2", endpoint_secrets=(), updated_at=NOW + SECOND
    )
    assert await configurations.update(storage, changed, [_old_endpoint(kept.id)])
    assert await configurations.by_id(storage, kept.id) == changed
    assert await endpoints.to_delete(storage, NOW, 10) == (_old_endpoint(kept.id),)


async def test_an_update_of_another_shops_configuration_does_nothing(storage: Storage):
    kept = await open_shop(storage)
    await installations.save(storage, installation(OTHER_URL))
    stolen = replace(kept, saleor_api_url=OTHER_URL, name="Mine")
    assert not await configurations.update(storage, stolen, [_old_endpoint(kept.id)])
    assert await configurations.by_id(storage, kept.id) == kept
    assert await endpoints.to_delete(storage, NOW, 10) == ()


async def test_a_draft_is_in_no_list_until_its_endpoint_is_recorded(storage: Storage):
    await installations.save(storage, installation())
    draft = configuration(endpoint_id=None, endpoint_secrets=())
    await configurations.insert_draft(storage, draft)
    assert await configurations.of_installation(storage, URL, archived=True) == ()
    assert not await channels.assign(storage, URL, CHANNEL, draft.id)
    assert await configurations.complete(storage, draft.id, "we_9", ("whsec_9",), NOW + SECOND)
    complete = replace(draft, endpoint_id="we_9", endpoint_secrets=("whsec_9",), updated_at=NOW + SECOND)
    assert await configurations.of_installation(storage, URL) == (complete,)


async def test_a_draft_is_completed_once(storage: Storage):
    await installations.save(storage, installation())
    draft = configuration()
    await configurations.insert_draft(storage, draft)
    assert await configurations.complete(storage, draft.id, "we_9", (), NOW)
    assert not await configurations.complete(storage, draft.id, "we_10", (), NOW)
    assert not await configurations.complete(storage, "unknown", "we_10", (), NOW)


async def test_drafts_left_behind_are_found_with_their_key(storage: Storage):
    await installations.save(storage, installation())
    draft = configuration()
    await configurations.insert_draft(storage, draft)
    await configurations.insert(storage, configuration())
    assert await configurations.drafts(storage, older_than=NOW) == ()
    assert await configurations.drafts(storage, older_than=NOW + SECOND) == (draft,)
    assert await configurations.delete(storage, draft.id)
    assert await configurations.drafts(storage, older_than=NOW + SECOND) == ()


async def test_an_archived_configuration_leaves_its_channels_and_stays_readable(storage: Storage):
    kept = await open_shop(storage)
    await channels.assign(storage, URL, CHANNEL, kept.id)
    assert await configurations.archive(storage, kept.id, NOW + SECOND)
    assert not await configurations.archive(storage, kept.id, NOW + 2 * SECOND)
    archived = replace(kept, archived_at=NOW + SECOND, updated_at=NOW + SECOND)
    assert await configurations.for_channel(storage, URL, CHANNEL) is None
    assert await channels.channels_of(storage, URL) == {}
    assert await configurations.of_installation(storage, URL) == ()
    assert await configurations.of_installation(storage, URL, archived=True) == (archived,)
    assert await configurations.by_id(storage, kept.id) == archived
    assert not await channels.assign(storage, URL, CHANNEL, kept.id)


async def test_a_configuration_with_payments_cannot_be_deleted(storage: Storage):
    kept = await open_shop(storage)
    await transactions.adopt(storage, record(kept))
    assert not await configurations.delete(storage, kept.id, [_old_endpoint(kept.id)])
    assert await configurations.by_id(storage, kept.id) == kept
    assert await endpoints.to_delete(storage, NOW, 10) == ()


async def test_deleting_notes_the_endpoint_and_frees_the_channel(storage: Storage):
    kept = await open_shop(storage)
    await channels.assign(storage, URL, CHANNEL, kept.id)
    assert await configurations.delete(storage, kept.id, [_old_endpoint(kept.id)])
    assert await configurations.by_id(storage, kept.id) is None
    assert await channels.channels_of(storage, URL) == {}
    assert await endpoints.to_delete(storage, NOW, 10) == (_old_endpoint(kept.id),)


async def test_a_channel_pays_with_the_configuration_it_was_given_last(storage: Storage):
    first = await open_shop(storage)
    second = configuration(name="Second")
    await configurations.insert(storage, second)
    assert await configurations.for_channel(storage, URL, CHANNEL) is None
    assert await channels.assign(storage, URL, CHANNEL, first.id)
    assert await channels.assign(storage, URL, CHANNEL, second.id)
    assert await _used(storage) == second
    assert await channels.channels_of(storage, URL) == {CHANNEL: channels.Row(second.id, ChannelOptions())}
    assert await channels.assign(storage, URL, CHANNEL, None)
    assert await configurations.for_channel(storage, URL, CHANNEL) is None


async def test_a_channel_cannot_pay_with_another_shops_configuration(storage: Storage):
    kept = await open_shop(storage)
    await installations.save(storage, installation(OTHER_URL))
    assert not await channels.assign(storage, OTHER_URL, CHANNEL, kept.id)
    assert await configurations.for_channel(storage, OTHER_URL, CHANNEL) is None


async def test_the_same_channel_id_in_two_shops_is_two_channels(storage: Storage):
    here, there = await open_shop(storage), await open_shop(storage, OTHER_URL)
    await channels.assign(storage, URL, CHANNEL, here.id)
    await channels.assign(storage, OTHER_URL, CHANNEL, there.id)
    assert await _used(storage) == here
    assert await _used(storage, OTHER_URL) == there


async def test_a_channel_given_while_the_configuration_is_archived_does_not_keep_it(
    replicas: tuple[Storage, Storage],
):
    first, second = replicas
    kept = await open_shop(first)
    await asyncio.gather(
        *(channels.assign(first, URL, f"channel-{number}", kept.id) for number in range(5)),
        configurations.archive(second, kept.id, NOW),
        *(channels.assign(second, URL, f"channel-{number}", kept.id) for number in range(5, 10)),
    )
    assert await channels.channels_of(first, URL) == {}


async def test_a_deletion_at_stripe_that_failed_is_tried_again_later(storage: Storage):
    await endpoints.delete_later(storage, _old_endpoint("gone"))
    assert await endpoints.to_delete(storage, NOW - SECOND, 10) == ()
    await endpoints.delete_again(storage, "note-1", NOW + SECOND)
    assert await endpoints.to_delete(storage, NOW, 10) == ()
    again = replace(_old_endpoint("gone"), not_before=NOW + SECOND, attempts=1)
    assert await endpoints.to_delete(storage, NOW + SECOND, 10) == (again,)
    await endpoints.deleted(storage, "note-1")
    assert await endpoints.to_delete(storage, NOW + SECOND, 10) == ()


def _being_made(configuration_id: str) -> EndpointToDelete:
    return EndpointToDelete("making-1", configuration_id, None, "rk_test_new", NOW + SECOND)


async def test_recording_a_new_endpoint_strikes_the_note_that_would_delete_it(storage: Storage):
    await installations.save(storage, installation())
    draft = configuration(endpoint_id=None, endpoint_secrets=())
    assert await configurations.insert_draft(storage, draft)
    await endpoints.delete_later(storage, _being_made(draft.id))
    assert await endpoints.being_made(storage, draft.id)
    assert await configurations.complete(storage, draft.id, "we_9", ("whsec_9",), NOW, making="making-1")
    assert not await endpoints.being_made(storage, draft.id)
    assert await endpoints.to_delete(storage, NOW + SECOND, 10) == ()


async def test_an_endpoint_whose_deletion_was_begun_is_not_recorded(storage: Storage):
    kept = await open_shop(storage)
    await endpoints.delete_later(storage, _being_made(kept.id))
    assert await endpoints.delete_again(storage, "making-1", NOW + 9 * SECOND)
    changed = replace(kept, endpoint_id="we_9")
    assert not await configurations.update(storage, changed, [_old_endpoint(kept.id)], making="making-1")
    assert await configurations.by_id(storage, kept.id) == kept
    assert [note.id for note in await endpoints.to_delete(storage, NOW + 9 * SECOND, 10)] == ["making-1"]


async def test_of_an_endpoint_recorded_and_deleted_at_once_only_one_happens(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    await endpoints.delete_later(replicas[0], _being_made(kept.id))
    recorded, deleted = await asyncio.gather(
        configurations.update(replicas[0], replace(kept, endpoint_id="we_9"), making="making-1"),
        endpoints.delete_again(replicas[1], "making-1", NOW + 9 * SECOND),
    )
    assert recorded is not deleted


async def test_of_two_edits_of_the_same_configuration_the_second_is_refused(replicas: tuple[Storage, Storage]):
    kept = await open_shop(replicas[0])
    saved = await asyncio.gather(
        *(
            configurations.update(
                replicas[number % 2],
                replace(kept, name=str(number), updated_at=NOW + (number + 1) * SECOND),
                unchanged_since=kept.updated_at,
            )
            for number in range(6)
        )
    )
    assert saved.count(True) == 1
    stored = await configurations.by_id(replicas[0], kept.id)
    assert stored is not None
    assert stored.name == str(saved.index(True))


async def test_only_a_draft_can_be_abandoned(storage: Storage):
    kept = await open_shop(storage)
    draft = configuration()
    await configurations.insert_draft(storage, draft)
    assert not await configurations.abandon(storage, kept.id)
    assert await configurations.abandon(storage, draft.id)
    assert await configurations.by_id(storage, draft.id) is None
    assert await configurations.by_id(storage, kept.id) == kept


async def test_a_second_configuration_of_the_same_id_is_not_inserted(storage: Storage):
    kept = await open_shop(storage)
    assert not await configurations.insert(storage, replace(kept, name="Other"))
    assert not await configurations.insert_draft(storage, replace(kept, name="Other"))
    assert await configurations.by_id(storage, kept.id) == kept


async def test_notes_on_other_endpoints_of_a_configuration_are_counted(storage: Storage):
    await endpoints.delete_later(storage, _old_endpoint("gone"))
    assert not await endpoints.more_of(storage, "gone", "note-1")
    await endpoints.delete_later(storage, _being_made("gone"))
    assert await endpoints.more_of(storage, "gone", "note-1")


async def test_the_options_come_back_as_they_were_chosen(storage: Storage):
    chosen = Options(
        receipt_email=True,
        statement_suffix="SHOP",
        three_d_secure=ThreeDSecure.CHALLENGE,
        three_d_secure_from={"EUR": Decimal("100.00")},
    )
    kept = await open_shop(storage)
    assert await configurations.update(storage, replace(kept, options=chosen))
    found = await configurations.by_id(storage, kept.id)
    assert found is not None
    assert found.options == chosen


async def test_what_was_chosen_for_a_channel_comes_with_its_configuration(storage: Storage):
    kept = await open_shop(storage)
    chosen = ChannelOptions("pmc_1AbC", ("klarna", "alipay"), Limits(Decimal("0.500"), None))
    assert await channels.assign(storage, URL, CHANNEL, kept.id, chosen)
    assert await channels.assign(storage, URL, "another", kept.id)
    assert await configurations.for_channel(storage, URL, CHANNEL) == Assigned(kept, chosen)
    assert await configurations.for_channel(storage, URL, "another") == Assigned(kept, ChannelOptions())
    assert await channels.channels_of(storage, URL) == {
        CHANNEL: channels.Row(kept.id, chosen),
        "another": channels.Row(kept.id, ChannelOptions()),
    }


async def test_a_channel_that_loses_its_configuration_loses_its_options(storage: Storage):
    kept = await open_shop(storage)
    await channels.assign(storage, URL, CHANNEL, kept.id, ChannelOptions(excluded_methods=("klarna",)))
    await channels.assign(storage, URL, CHANNEL, None)
    await channels.assign(storage, URL, CHANNEL, kept.id)
    assert await configurations.for_channel(storage, URL, CHANNEL) == Assigned(kept, ChannelOptions())


async def test_a_channel_that_was_there_before_the_options_has_none(storage: Storage):
    kept = await open_shop(storage)
    row = {"saleor_api_url": URL, "channel_id": CHANNEL, "configuration_id": kept.id}
    async with storage.begin() as connection:
        await connection.execute(insert(tables.channels).values(**row))
    assert await configurations.for_channel(storage, URL, CHANNEL) == Assigned(kept, ChannelOptions())


async def _used(storage: Storage, url: str = URL) -> Configuration | None:
    found = await configurations.for_channel(storage, url, CHANNEL)
    return None if found is None else found.configuration
