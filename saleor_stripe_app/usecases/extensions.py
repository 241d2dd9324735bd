"""The shop's own code, installed beside the app, adds to new payment intents. Its faults cost no payment."""

import logging
from importlib.metadata import entry_points

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.extension import Extension, extended
from saleor_stripe_app.domain.plan import Parameters
from saleor_stripe_app.domain.requests import SessionRequest

log = logging.getLogger(__name__)

GROUP = "saleor_stripe_app.payment_intents"


def installed() -> tuple[Extension, ...]:
    """Every extension that an installed package offers under the entry point group, by name. Raises what one raises."""
    found = sorted(entry_points(group=GROUP), key=lambda point: point.name)
    return tuple(point.load() for point in found)


def with_extensions(extensions: tuple[Extension, ...], request: SessionRequest, parameters: Parameters) -> Parameters:
    """The parameters with what each extension adds, one after the other; what fails adds nothing and is logged."""
    for extension in extensions:
        name = getattr(extension, "__qualname__", type(extension).__name__)
        try:
            parameters = extended(parameters, extension(request, dict(parameters)))
        except Refusal as refusal:
            log.warning("an extension was refused", extra={"extension": name, "reason": str(refusal)})
        except Exception:
            # Somebody else's code must not cost the shop a payment.
            log.exception("an extension failed", extra={"extension": name})
    return parameters
