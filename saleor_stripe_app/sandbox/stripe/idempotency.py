"""What an idempotency key remembers (https://docs.stripe.com/api/idempotent_requests)."""

from collections.abc import Mapping
from dataclasses import dataclass

from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json

KEPT_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class Remembered:
    """The first answer under a key, and the request that it answered."""

    method: str
    path: str
    parameters: Mapping[str, Json]
    status: int
    body: bytes
    request_id: str
    created: int


def recall(
    memory: dict[str, Remembered], key: str, method: str, path: str, parameters: Mapping[str, Json], now: int
) -> Remembered | None:
    """The answer given before under this key, unless it is too old; another request under the key is refused."""
    found = memory.get(key)
    if found is None:
        return None
    if now - found.created >= KEPT_SECONDS:
        del memory[key]
        return None
    if (found.method, found.path, found.parameters) != (method, path, parameters):
        raise StripeFailure(
            400,
            "Keys for idempotent requests can only be used with the same parameters they were first used with. "
            f"Try using a key other than '{key}' if you meant to execute a different request.",
            type="idempotency_error",
            keeps=False,
        )
    return found


def in_use(key: str) -> StripeFailure:
    """409 while another request under the same key is still at work."""
    return StripeFailure(
        409,
        f"There is currently another in-progress request using this Idempotent Key ({key}).",
        code="idempotency_key_in_use",
        headers={"Stripe-Should-Retry": "true"},
        keeps=False,
    )
