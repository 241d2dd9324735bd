"""An operator's choices for a marketplace: a policy for each channel or for all, and commission rules."""

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.commission import Rule
from saleor_stripe_app.domain.marketplace.policy import Policy, checked_policy
from saleor_stripe_app.domain.marketplace.rate import checked_rate
from saleor_stripe_app.domain.marketplace.vendor import checked_key
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import terms
from saleor_stripe_app.usecases.backends import Backends

MOST_RULES = 1000
LONGEST_SLUG = 255


async def choose_policy(
    backends: Backends, installation: Installation, who: str, channel: str, chosen: Policy | None
) -> Policy:
    """What holds for payments of the channel (by slug, "" for all without their own) that begin from now on.

    None takes the channel's own away. Raises Refusal: InvalidPolicy, InvalidSources, UnknownChannel.
    """
    if not channel.isprintable() or len(channel) > LONGEST_SLUG:
        raise Refusal("There is no channel with this slug.", code="UnknownChannel")
    checked = None if chosen is None else checked_policy(chosen)
    url, now = installation.saleor_api_url, backends.clock()
    await terms.save_policy(backends.storage, url, channel, checked, who, now)
    return await terms.policy(backends.storage, url, channel)


async def save_rule(backends: Backends, installation: Installation, who: str, rule: Rule) -> Rule:
    """Keep a rule under its key, for payments that are divided from now on. Raises Refusal: InvalidCommission."""
    if checked_key(rule.key) != rule.key:
        raise Refusal("A rule's key has no space around it.", code="InvalidCommission")
    checked_rate(rule.rate)
    url = installation.saleor_api_url
    known = await terms.rules(backends.storage, url)
    if len(known) >= MOST_RULES and all(one.key != rule.key for one in known):
        raise Refusal(f"There are {MOST_RULES} rules already.", code="InvalidCommission")
    await terms.save_rule(backends.storage, url, rule, who, backends.clock())
    return next(one for one in await terms.rules(backends.storage, url) if one.key == rule.key)


async def delete_rule(backends: Backends, installation: Installation, key: str) -> None:
    """Forget a rule. Raises Refusal (UnknownRule)."""
    if not key.isprintable() or not await terms.delete_rule(backends.storage, installation.saleor_api_url, key):
        raise Refusal("There is no rule with this key.", code="UnknownRule")
