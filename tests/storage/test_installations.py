from sqlalchemy import text

from saleor_stripe_app.storage import installations
from saleor_stripe_app.storage.engine import Storage
from tests.storage.shop import NOW, OTHER_URL, SECOND, URL, installation


async def test_an_installation_comes_back_as_it_was_saved(storage: Storage):
    await installations.save(storage, installation())
    assert await installations.by_url(storage, URL) == installation()
    assert await installations.by_url(storage, OTHER_URL) is None


async def test_the_token_is_sealed(storage: Storage):
    await installations.save(storage, installation())
    async with storage.read() as connection:
        kept = (await connection.execute(text("SELECT token FROM installations"))).scalar_one()
    assert kept.startswith("v1.")


async def test_removal_by_an_earlier_app_id_changes_nothing(storage: Storage):
    await installations.save(storage, installation())
    assert not await installations.mark_removed(storage, URL, "QXBwOjA=", NOW)
    assert await installations.all_active(storage) == (installation(),)


async def test_a_removed_installation_is_known_but_not_active(storage: Storage):
    await installations.save(storage, installation())
    assert await installations.mark_removed(storage, URL, "QXBwOjE=", NOW)
    assert not await installations.mark_removed(storage, URL, "QXBwOjE=", NOW + SECOND)
    assert await installations.by_url(storage, URL) == installation(removed_at=NOW)
    assert await installations.all_active(storage) == ()


async def test_installing_again_replaces_everything_and_undoes_the_removal(storage: Storage):
    await installations.save(storage, installation())
    await installations.mark_removed(storage, URL, "QXBwOjE=", NOW)
    again = installation(app_id="QXBwOjI=", token="another", version=(3, 23), installed_at=NOW + SECOND)
    await installations.save(storage, again)
    assert await installations.by_url(storage, URL) == again


async def test_updates_touch_one_saleor_only(storage: Storage):
    await installations.save(storage, installation())
    await installations.save(storage, installation(OTHER_URL))
    await installations.update_key_set(storage, URL, "new keys")
    await installations.update_version(storage, URL, (3, 24))
    await installations.update_webhooks_digest(storage, URL, "def")
    changed = installation(key_set="new keys", version=(3, 24), webhooks_digest="def")
    assert await installations.all_active(storage) == (installation(OTHER_URL), changed)
