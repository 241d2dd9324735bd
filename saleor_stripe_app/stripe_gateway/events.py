"""Events that Stripe sends: verified as raw bytes, then narrowed to what makes us look.

https://docs.stripe.com/webhooks#verify-official-libraries, https://docs.stripe.com/api/events/object.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
import stripe

from saleor_stripe_app.domain.errors import Malformed, Untrusted
from saleor_stripe_app.stripe_gateway.wire import Identified, moment

TOLERANCE = timedelta(seconds=300)
LONGEST_HEADER = 4096
PAYMENT_INTENT = "payment_intent"
EARLY_FRAUD_WARNING = "radar.early_fraud_warning"
# Objects that name their intent as `payment_intent`; of any other object it may mean something else.
_NAMES_ITS_INTENT = frozenset({"charge", "refund", "dispute", "review", EARLY_FRAUD_WARNING})


@dataclass(frozen=True, slots=True)
class Event:
    """A reason to look. `payment_intent` is None for objects that have none, or that this app does not know.

    `account` is the connected account an event is about. Nothing but ids and metadata is taken from the object: its
    state may be old, and is read from Stripe instead.
    """

    id: str
    type: str
    created: datetime
    livemode: bool
    account: str | None
    api_version: str | None
    object_type: str
    object_id: str | None
    payment_intent: str | None
    metadata: Mapping[str, str] = field(default_factory=dict)

    @property
    def warns(self) -> bool:
        """Whether a bank warns of fraud, which the intent itself does not show."""
        return self.object_type == EARLY_FRAUD_WARNING


class _Object(msgspec.Struct, frozen=True):
    kind: str = msgspec.field(default="", name="object")
    id: object = None
    payment_intent: object = None
    metadata: object = None


class _Data(msgspec.Struct, frozen=True):
    object: _Object


class EventWire(Identified, frozen=True):
    """An event as Stripe sends and lists it."""

    type: str
    created: int
    livemode: bool
    data: _Data
    account: str | None = None
    api_version: str | None = None


_decoder = msgspec.json.Decoder(EventWire)


def verified(body: bytes, header: str, secrets: Sequence[str], now: datetime) -> Event:
    """The event in `body`, once its signature by one of `secrets` is known to be good.

    Several secrets: an endpoint that is being replaced still signs with its old one. The signature must have been made
    within 300 seconds of `now`, on either side (the SDK itself takes any future time). Raises Untrusted for a
    signature that is missing, wrong, too old or too far ahead, and Malformed for a body that is no event.
    """
    signed_at = _signed_at(header)
    if not any(_is_signed(body, header, secret) for secret in secrets):
        raise Untrusted("The signature of the event does not fit.")
    if abs(now.timestamp() - signed_at) > TOLERANCE.total_seconds():
        raise Untrusted("The signature of the event was made at another time.")
    try:
        event = _decoder.decode(body)
        created = moment(event.created)
    except (msgspec.MsgspecError, RecursionError, ValueError, OverflowError, OSError) as error:
        raise Malformed("The body is not a Stripe event.") from error
    return narrow(event, created)


def _signed_at(header: str) -> int:
    """The time in a `Stripe-Signature` header, which must be there once and be a plain number.

    A header beyond ASCII would make the comparison of signatures itself raise.
    """
    stamps = [item[2:] for item in header.split(",") if item.startswith("t=")]
    if not header.isascii() or len(header) > LONGEST_HEADER or len(stamps) != 1:
        raise Untrusted("The signature header cannot be read.")
    if not stamps[0].isdigit() or len(stamps[0]) > len("9999999999"):
        raise Untrusted("The signature header has no time.")
    return int(stamps[0])


def _is_signed(body: bytes, header: str, secret: str) -> bool:
    """An empty secret signs nothing: anyone could make its signature."""
    if not secret.strip():
        return False
    try:
        stripe.WebhookSignature.verify_header(body, header, secret)
    except stripe.SignatureVerificationError:
        return False
    except UnicodeDecodeError as error:
        raise Malformed("The body of the event is not UTF-8.") from error
    return True


def narrow(event: EventWire, created: datetime) -> Event:
    """What of an event makes us look."""
    shown = event.data.object
    object_id = shown.id if isinstance(shown.id, str) else None
    return Event(
        id=event.id,
        type=event.type,
        created=created,
        livemode=event.livemode,
        account=event.account,
        api_version=event.api_version,
        object_type=shown.kind,
        object_id=object_id,
        payment_intent=object_id if shown.kind == PAYMENT_INTENT else _intent_named(shown),
        metadata=_metadata(shown.metadata),
    )


def _intent_named(shown: _Object) -> str | None:
    if shown.kind not in _NAMES_ITS_INTENT:
        return None
    named = shown.payment_intent
    if isinstance(named, dict):
        named = named.get("id")
    return named if isinstance(named, str) else None


def _metadata(shown: object) -> dict[str, str]:
    if not isinstance(shown, dict):
        return {}
    return {key: value for key, value in shown.items() if isinstance(key, str) and isinstance(value, str)}
