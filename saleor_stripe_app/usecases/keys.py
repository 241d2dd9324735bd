"""A Saleor's key set, fetched anew when a signature names a key that we do not have."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from saleor_stripe_app.domain.errors import Malformed, Unavailable, Untrusted
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.saleor import apps
from saleor_stripe_app.storage import installations
from saleor_stripe_app.usecases.backends import Backends

# Anyone can name an unknown key: they shall not be able to make us fetch more often than this.
BETWEEN_FETCHES = timedelta(seconds=30)


async def fresh_key_set(backends: Backends, installation: Installation) -> Installation:
    """The installation with the key set that its Saleor shows now, which is kept.

    Whoever asks while it is being fetched waits for it, so that none of the requests that a new key signs at once is
    refused. Raises Untrusted when it was fetched a moment ago and holds nothing new, or cannot be had: the signature
    then stays unproved.
    """
    url = installation.saleor_api_url
    async with backends.key_sets_fetching.setdefault(url, asyncio.Lock()):
        now = backends.clock()
        fetched = backends.key_sets_fetched.get(url)
        if fetched is not None and now - fetched < BETWEEN_FETCHES:
            return await _fetched_by_another(backends, installation)
        backends.key_sets_fetched[url] = now
        try:
            key_set = await apps.fetch_key_set(url)
        except (Malformed, Unavailable) as error:
            raise Untrusted(f"The signature cannot be proved: {error}") from error
        await installations.update_key_set(backends.storage, url, key_set)
    return replace(installation, key_set=key_set)


async def _fetched_by_another(backends: Backends, installation: Installation) -> Installation:
    kept = await installations.by_url(backends.storage, installation.saleor_api_url)
    if kept is None or kept.key_set == installation.key_set:
        raise Untrusted("The signature names a key that Saleor's key set does not hold.")
    return replace(installation, key_set=kept.key_set)
