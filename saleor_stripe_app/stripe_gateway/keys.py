"""The form of Stripe's keys: what can be told of a pair before Stripe is asked. https://docs.stripe.com/keys."""

import re
from dataclasses import dataclass

from saleor_stripe_app.domain.errors import Refusal

_KEY = re.compile(r"(?P<kind>pk|sk|rk)_(?P<mode>test|live)_(?P<rest>\S+)", re.ASCII)
_USUAL_REST = re.compile(r"[A-Za-z0-9]{16,}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pair:
    """What the two keys say of themselves. `warnings` are for staff and stop nothing."""

    livemode: bool
    restricted: bool
    warnings: tuple[str, ...]


def paired(publishable_key: str, secret_key: str) -> Pair:
    """Read both keys. Raises Refusal: InvalidPublishableKey, InvalidSecretKey or KeysOfTwoModes.

    Only the prefix is relied upon: Stripe promises nothing about the rest (https://docs.stripe.com/upgrades), so
    an unusual rest is worth a warning.
    """
    public, secret = _KEY.fullmatch(publishable_key), _KEY.fullmatch(secret_key)
    if public is None or public["kind"] != "pk":
        raise Refusal(
            "The publishable key must start with pk_test_ or pk_live_, and hold no spaces.",
            code="InvalidPublishableKey",
        )
    if secret is None or secret["kind"] == "pk":
        raise Refusal(
            "The secret key must start with sk_ or rk_, then test_ or live_, and hold no spaces.",
            code="InvalidSecretKey",
        )
    if public["mode"] != secret["mode"]:
        raise Refusal(
            f"The publishable key is for {public['mode']} mode, the secret key for {secret['mode']} mode.",
            code="KeysOfTwoModes",
        )
    unusual = [name for name, key in (("publishable", public), ("secret", secret)) if not _is_usual(key["rest"])]
    warnings = tuple(f"The {name} key has an unusual form. Was all of it copied?" for name in unusual)
    return Pair(livemode=public["mode"] == "live", restricted=secret["kind"] == "rk", warnings=warnings)


def _is_usual(rest: str) -> bool:
    return _USUAL_REST.fullmatch(rest) is not None
