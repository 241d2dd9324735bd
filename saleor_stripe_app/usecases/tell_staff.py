"""Staff are told in Saleor's Dashboard that Stripe refuses a key: else they learn it by a lost sale."""

import asyncio
from contextlib import suppress

from saleor_stripe_app.domain.errors import AppError, Refusal
from saleor_stripe_app.domain.shop import Configuration, Installation
from saleor_stripe_app.saleor import problems
from saleor_stripe_app.stripe_gateway.failures import is_key_refused
from saleor_stripe_app.usecases.backends import Backends

SECONDS = 2.0  # Saleor waits for an answer of ours meanwhile


async def of_refused_key(
    backends: Backends, installation: Installation, configuration: Configuration, refusal: Refusal
) -> bool:
    """Whether this refusal is one of the key (401, 403); staff are told then. Never raises."""
    if not is_key_refused(refusal):
        return False
    message = (
        f"Stripe refuses a request with the key of the configuration {configuration.name}: {refusal} "
        "Payments fail until a key that works is entered in the settings of the app."
    )
    with suppress(AppError, TimeoutError):
        async with asyncio.timeout(SECONDS):
            await problems.create(
                backends.saleor, installation, key=problem_key(configuration.id), message=message, critical_threshold=1
            )
    return True


def problem_key(configuration_id: str) -> str:
    """The key of the problem that Stripe refuses a configuration's key, for whoever replaces it."""
    return f"stripe-key-refused:{configuration_id}"
