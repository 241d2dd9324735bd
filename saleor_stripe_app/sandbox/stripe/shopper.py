"""A shopper at the storefront: what Stripe.js asks of Stripe, with the publishable key and client secrets."""

from collections.abc import Mapping
from urllib.parse import urlencode

from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.books import Books
from saleor_stripe_app.sandbox.stripe.description import API_VERSION
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure, missing
from saleor_stripe_app.sandbox.stripe.form import Json

RETURN_URL = "https://shop.example.com/return"


class Shopper:
    """Hands at the Payment Element. `method` is a test payment method, a saved one, or a type as `ideal`.

    Stripe's refusals are raised as StripeFailure.
    """

    def __init__(self, server: Stripe) -> None:
        self._server = server

    def confirm(
        self, intent_id: str, now: int, method: str = "pm_card_visa", *, save: str | None = None, **given: str
    ) -> dict[str, Json]:
        """Pay: `save` is the setup_future_usage of the box that the shopper ticks, `given` further parameters.

        Answers the intent as Stripe.js sees it.
        """
        books = self._of("payment_intents", "payment_intent", intent_id)
        secret = books.payment_intents[intent_id].client_secret
        form = _method(method) | {"client_secret": secret, "return_url": RETURN_URL} | given
        if save:
            form["setup_future_usage"] = save
        return self._ask(books, f"/v1/payment_intents/{intent_id}/confirm", form, now)

    def confirm_setup(self, intent_id: str, now: int, method: str = "pm_card_visa", **given: str) -> dict[str, Json]:
        """Keep a payment method for later; answers the setup intent as Stripe.js sees it."""
        books = self._of("setup_intents", "setupintent", intent_id)
        secret = books.setup_intents[intent_id].client_secret
        form = _method(method) | {"client_secret": secret, "return_url": RETURN_URL} | given
        return self._ask(books, f"/v1/setup_intents/{intent_id}/confirm", form, now)

    def create_confirmation_token(
        self, account: str, now: int, method: str = "pm_card_visa", *, save: str | None = None, **given: str
    ) -> str:
        """Enter payment details for the server to confirm; answers the token's id."""
        form = _method(method) | {"return_url": RETURN_URL} | given
        if save:
            form["setup_future_usage"] = save
        books = self._server.registry.books(account)
        return str(self._ask(books, "/v1/confirmation_tokens", form, now)["id"])

    def _of(self, kept: str, noun: str, identifier: str) -> Books:
        for books in self._server.registry.all_books():
            if identifier in getattr(books, kept):
                return books
        raise missing(noun, identifier, "intent")

    def _ask(self, books: Books, path: str, form: Mapping[str, str], now: int) -> dict[str, Json]:
        headers = {
            "Authorization": f"Bearer {books.account.publishable_key}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Stripe-Version": API_VERSION,
        }
        answer = self._server.handle("POST", path, headers, urlencode(form).encode(), now)
        shown = answer.json()
        error = shown.get("error")
        if isinstance(error, Mapping):
            failure = StripeFailure(answer.status, str(error["message"]))
            failure.error = dict(error)
            raise failure
        return shown


def _method(method: str) -> dict[str, str]:
    return {"payment_method" if method.startswith("pm_") else "payment_method_data[type]": method}
