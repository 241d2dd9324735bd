"""Stripe's stand-in behind its lean server, validation off, with charged payments made beforehand.

`python -m benchmarks.lean_stripe COUNT` prints its address, the intents and one of them whole, then serves.
"""

import asyncio
import json
import sys
import time
from urllib.parse import urlencode

from benchmarks.shop import PUBLISHABLE_KEY, SECRET_KEY
from saleor_stripe_app.sandbox.stripe.api import Stripe
from saleor_stripe_app.sandbox.stripe.serving import serve_lean

PAYMENT = urlencode(
    {
        "amount": 4200,
        "currency": "usd",
        "confirm": "true",
        "payment_method": "pm_card_visa",
        "automatic_payment_methods[enabled]": "true",
        "automatic_payment_methods[allow_redirects]": "never",
        "metadata[saleor_transaction_id]": "VHJhbnNhY3Rpb25JdGVtOjE=",
        "metadata[saleor_api_url]": "http://127.0.0.1/graphql/",
    }
).encode()


def charged(stripe: Stripe) -> dict[str, object]:
    """A new payment of 42 dollars, charged."""
    headers = {"authorization": f"Bearer {SECRET_KEY}", "content-type": "application/x-www-form-urlencoded"}
    url = "https://api.stripe.com/v1/payment_intents"
    answer = stripe.handle("POST", url, headers, PAYMENT, int(time.time()))
    intent: dict[str, object] = json.loads(answer.body)
    if intent.get("status") != "succeeded":
        raise RuntimeError(f"no payment could be made: {intent}")
    return intent


def main() -> None:
    """Make the payments, say so, serve."""
    stripe = Stripe(strict=False, events_kept=100)
    stripe.create_account(secret_key=SECRET_KEY, publishable_key=PUBLISHABLE_KEY)
    intents = [charged(stripe) for _ in range(int(sys.argv[1]))]

    def ready(url: str) -> None:
        print(json.dumps({"url": url, "intents": [i["id"] for i in intents], "shown": intents[0]}), flush=True)

    asyncio.run(serve_lean(server=stripe, deliver=False, ready=ready))


if __name__ == "__main__":
    main()
