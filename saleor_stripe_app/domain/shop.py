"""Who uses the app: an installation is one Saleor, a configuration one set of Stripe keys, a record one transaction."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from saleor_stripe_app.domain.channel_options import ChannelOptions, PaymentOptions, of_payment
from saleor_stripe_app.domain.endpoint_scope import EndpointScope, RecordedEndpoint
from saleor_stripe_app.domain.options import Options
from saleor_stripe_app.domain.transaction import Flow


@dataclass(frozen=True, slots=True)
class Installation:
    """A Saleor that installed this app. `version` is Saleor's major and minor; `key_set` its JSON Web Key Set text."""

    saleor_api_url: str
    app_id: str
    token: str = field(repr=False)
    key_set: str = field(repr=False)
    version: tuple[int, int]
    installed_at: datetime
    webhooks_digest: str = ""
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Configuration:
    """A merchant's Stripe account as this app uses it.

    `endpoint_id` is set when the app made the webhook endpoint itself; `endpoint_secrets` newest first, since an old
    one is still in use while an endpoint is replaced. So it is with the endpoint for connected accounts, which there
    is only where there are vendors. `archived_at` marks a deleted configuration that open payments
    still need; once none can, its secret key is erased ("").
    """

    id: str
    saleor_api_url: str
    name: str
    publishable_key: str
    secret_key: str = field(repr=False)
    stripe_account: str
    livemode: bool
    endpoint_id: str | None
    endpoint_secrets: tuple[str, ...] = field(repr=False)
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None = None
    options: Options = field(default_factory=Options)
    connect_endpoint_id: str | None = None
    connect_endpoint_secrets: tuple[str, ...] = field(default=(), repr=False)

    def endpoint(self, scope: EndpointScope) -> RecordedEndpoint:
        """What is kept of one of its endpoints."""
        if scope is EndpointScope.CONNECT:
            return RecordedEndpoint(self.connect_endpoint_id, self.connect_endpoint_secrets)
        return RecordedEndpoint(self.endpoint_id, self.endpoint_secrets)

    def with_endpoint(self, scope: EndpointScope, endpoint: RecordedEndpoint) -> "Configuration":
        """The configuration with another endpoint of this kind."""
        if scope is EndpointScope.CONNECT:
            return replace(self, connect_endpoint_id=endpoint.id, connect_endpoint_secrets=endpoint.secrets)
        return replace(self, endpoint_id=endpoint.id, endpoint_secrets=endpoint.secrets)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What a channel pays with: a configuration, and what was chosen for this channel.

    `has_vendors` says that others than the shop's owner sell there, so that payments are divided.
    """

    configuration: Configuration
    channel: ChannelOptions
    has_vendors: bool = False

    @property
    def options(self) -> PaymentOptions:
        """What holds for a payment of this channel."""
        return of_payment(self.configuration.options, self.channel)


@dataclass(frozen=True, slots=True)
class TransactionRecord:
    """What only we can know of a transaction: which intent, and which configuration and account it was made with.

    `warned` once the bank may have warned of fraud: Stripe's intent does not show that. `user_id` is Saleor's customer,
    `address` a keyed digest of the shopper's network, where the merchant limits attempts by it. `look_at` is when time
    alone is a reason to look, since an authorization runs out; `replaces` the record in whose place this payment was
    authorized.
    """

    id: str
    saleor_api_url: str
    transaction_id: str
    configuration_id: str
    stripe_account: str
    flow: Flow
    created_at: datetime
    payment_intent_id: str | None = None
    source_id: str = ""
    source_type: str = ""
    weighed: int = 0
    warned: bool = False
    user_id: str | None = None
    address: str | None = field(default=None, repr=False)
    look_at: datetime | None = None
    replaces: str | None = None
