"""What a shop's own code may add to a new payment intent: words and marks, never what is paid, by whom or how.

https://docs.stripe.com/api/payment_intents/create, https://docs.stripe.com/api/metadata.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from saleor_stripe_app.domain import contact
from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.options import checked_suffix
from saleor_stripe_app.domain.plan import Parameters
from saleor_stripe_app.domain.report import Json
from saleor_stripe_app.domain.requests import SessionRequest

# An extension gets Saleor's request and the parameters as planned so far, and gives what it wants added or replaced.
Extension: TypeAlias = Callable[[SessionRequest, Mapping[str, Json]], Mapping[str, Json]]

METADATA = "metadata"
LONGEST_DESCRIPTION = 1000
# Two of the 50 that Stripe takes are left for the order, which may be known later.
MOST_KEYS, LONGEST_KEY, LONGEST_VALUE = 48, 40, 500
OURS = "saleor"


def extended(parameters: Parameters, additions: Mapping[str, Json]) -> Parameters:
    """The parameters with the additions. Raises Refusal for what may not be added, saying why."""
    result = dict(parameters)
    for name, value in additions.items():
        if name == METADATA:
            result[METADATA] = _metadata(parameters.get(METADATA), value)
        elif name in TEXTS:
            result[name] = TEXTS[name](value if isinstance(value, str) else "")
        else:
            allowed = ", ".join((*TEXTS, METADATA))
            raise Refusal(f"An extension may not set {name[:40]!r}, only {allowed}.", code="ExtensionRefused")
    return result


def _description(given: str) -> str:
    if not 0 < len(given) <= LONGEST_DESCRIPTION:
        raise Refusal(f"A description is a text of at most {LONGEST_DESCRIPTION}.", code="ExtensionRefused")
    return given


def _receipt_email(given: str) -> str:
    if not contact.email(given):
        raise Refusal("receipt_email must be an e-mail address.", code="ExtensionRefused")
    return given


TEXTS: Mapping[str, Callable[[str], str]] = MappingProxyType(
    {"description": _description, "receipt_email": _receipt_email, "statement_descriptor_suffix": checked_suffix}
)


def _metadata(planned: Json, added: Json) -> dict[str, Json]:
    """Keys of ours tie a payment to Saleor: they can be neither changed nor imitated."""
    if not isinstance(added, Mapping) or not isinstance(planned, Mapping):
        raise Refusal("metadata must be keys and texts.", code="ExtensionRefused")
    for key, value in added.items():
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY or key.startswith(OURS) or set("[]") & set(key):
            raise Refusal(f"Metadata may not have a key {str(key)[:60]!r}.", code="ExtensionRefused")
        if not isinstance(value, str) or len(value) > LONGEST_VALUE:
            raise Refusal(f"Metadata {key} must be a text of at most {LONGEST_VALUE}.", code="ExtensionRefused")
    merged = {**planned, **added}
    if len(merged) > MOST_KEYS:
        raise Refusal(f"Metadata may have at most {MOST_KEYS} keys.", code="ExtensionRefused")
    return merged
