"""What staff send. Secrets are in no repr, since a library may print its arguments."""

from dataclasses import field

import strawberry

from saleor_stripe_app.usecases.entered import HandMadeEndpoint
from saleor_stripe_app.web.settings_api.options import OptionsInput


@strawberry.input(description="A webhook endpoint that was made by hand in Stripe's Dashboard.")
class EndpointInput:
    url: str = strawberry.field(description="Must be the address that this app gives for it.")
    signing_secret: str = field(repr=False)


@strawberry.input
class ConfigurationCreateInput:
    """What a new configuration needs."""

    name: str
    publishable_key: str
    secret_key: str = field(repr=False)
    id: strawberry.ID | None = strawberry.field(
        default=None, description="A UUID drawn by the client, or by configurationForm: the same saved twice is one."
    )
    endpoint: EndpointInput | None = strawberry.field(
        default=None, description="Left out, the app makes the endpoint itself."
    )
    options: OptionsInput | None = strawberry.field(default=None, description="What is left out has its default.")


@strawberry.input
class ConfigurationUpdateInput:
    """What changes."""

    name: str | None = None
    publishable_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    endpoint: EndpointInput | None = None
    connect_endpoint: EndpointInput | None = strawberry.field(
        default=None, description="One made by hand for the accounts of vendors."
    )
    options: OptionsInput | None = None


def by_hand(given: EndpointInput | None) -> HandMadeEndpoint | None:
    """The endpoint as the use cases take it."""
    return HandMadeEndpoint(given.url, given.signing_secret) if given else None
