"""Bodies of the controls' requests."""

import re

import msgspec

from saleor_stripe_app.sandbox.stripe.faults import EventFault, EventFaultKind, Fault, FaultKind


class NewAccount(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sandbox/accounts."""

    name: str = "Sandbox"
    country: str = "US"
    currency: str = "usd"
    platform: str = ""
    secret_key: str = ""
    publishable_key: str = ""


class NewKey(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sandbox/accounts/{account}/keys."""

    kind: str = "rk"
    livemode: bool = False
    permissions: list[str] = []


class Permissions(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sandbox/keys/{key}/grant and /revoke."""

    permissions: list[str]


class NewConfiguration(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sandbox/accounts/{account}/configurations; `methods` null are all that the account has."""

    name: str = "Configuration"
    methods: list[str] | None = None
    livemode: bool = False


class Doing(msgspec.Struct, forbid_unknown_fields=True):
    """Body of the actions on an object; each reads what concerns it.

    `method` is what a shopper pays with, `save` the setup_future_usage that they agree to.
    """

    amount: int | None = None
    succeeds: bool = True
    final: bool = True
    inquiry: bool = False
    reason: str | None = None
    method: str = "pm_card_visa"
    save: str | None = None


class NewFault(msgspec.Struct, forbid_unknown_fields=True):
    """Body of POST /_sandbox/faults: `kind` decides whether requests or events suffer."""

    kind: str
    method: str | None = None
    path: str = ".*"
    types: str = ".*"
    times: int | None = 1
    skip: int = 0
    latency: float = 0.0
    seconds: int = 60
    api_version: str = "2022-08-01"

    def fault(self) -> Fault | EventFault:
        """The fault described; ValueError for a kind that there is not, or a pattern that is none."""
        for pattern in (self.path, self.types):
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        if self.kind in set(EventFaultKind):
            kind = EventFaultKind(self.kind)
            return EventFault(kind, self.types, self.times, self.skip, self.seconds, self.api_version)
        return Fault(FaultKind(self.kind), self.method, self.path, self.times, self.skip, self.latency)
