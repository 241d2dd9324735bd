"""Objects in Stripe's shapes, with more fields than we read."""


def an_intent(**fields: object) -> dict[str, object]:
    return {
        "id": "pi_1",
        "object": "payment_intent",
        "status": "requires_payment_method",
        "currency": "eur",
        "amount": 1250,
        "amount_capturable": 0,
        "amount_received": 0,
        "created": 1_760_000_000,
        "livemode": False,
        "client_secret": "pi_1_secret_2",
        "capture_method": "automatic_async",
        "latest_charge": None,
        "metadata": {},
        "field_of_a_later_version": {"a": [1]},
        **fields,
    }


def a_charge(**fields: object) -> dict[str, object]:
    return {
        "id": "ch_1",
        "object": "charge",
        "status": "succeeded",
        "amount": 1250,
        "amount_captured": 0,
        "amount_refunded": 0,
        "captured": False,
        "created": 1_760_000_060,
        "payment_method_details": {
            "type": "card",
            "card": {
                "brand": "visa",
                "last4": "4242",
                "exp_month": 4,
                "exp_year": 2031,
                "wallet": {"type": "apple_pay"},
                "capture_before": 1_760_600_000,
                "multicapture": {"status": "available"},
            },
        },
        **fields,
    }


def a_refund(**fields: object) -> dict[str, object]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 500,
        "status": "succeeded",
        "created": 1_760_000_120,
        "payment_intent": "pi_1",
        "metadata": {},
        **fields,
    }


def a_list(*items: dict[str, object], has_more: bool = False, url: str = "/v1/refunds") -> dict[str, object]:
    return {"object": "list", "data": list(items), "has_more": has_more, "url": url}
