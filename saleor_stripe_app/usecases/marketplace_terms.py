"""The terms on which a channel's sales are divided: the operator's choices, commission rules, and the vendors."""

from collections.abc import Mapping
from dataclasses import dataclass

from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.policy import Policy
from saleor_stripe_app.domain.marketplace.vendor import Vendor
from saleor_stripe_app.storage import terms, vendors
from saleor_stripe_app.usecases.backends import Backends


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a channel now. `vendors` are by key, closed ones too."""

    policy: Policy
    rules: tuple[Rule, ...]
    vendors: Mapping[str, Vendor]


async def terms_of(backends: Backends, saleor_api_url: str, channel: str) -> Terms:
    """The terms of a channel, by its slug."""
    known = await vendors.of_installation(backends.storage, saleor_api_url)
    return Terms(
        policy=await terms.policy(backends.storage, saleor_api_url, channel),
        rules=await terms.rules(backends.storage, saleor_api_url),
        vendors={record.vendor.key: record.vendor for record in known},
    )
