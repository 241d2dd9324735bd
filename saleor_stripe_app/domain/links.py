"""Addresses of Stripe's Dashboard, for staff: where a payment, a refund, a dispute or a new restricted key is found."""

from urllib.parse import quote, urlencode

DASHBOARD = "https://dashboard.stripe.com"


def external_url(object_id: str, livemode: bool, account: str | None = None) -> str:
    """The page of a payment intent, charge (`pi_`, `ch_`, `py_`), refund (`re_`, `pyr_`) or dispute (`dp_`, `du_`).

    `account` names the Stripe account in the address, which opens the right one for people who belong to several.
    """
    pages = {"re": "refunds", "pyr": "refunds", "dp": "disputes", "du": "disputes"}
    page = pages.get(object_id.partition("_")[0], "payments")
    parts = (DASHBOARD, account, None if livemode else "test", page, quote(object_id, safe=""))
    return "/".join(part for part in parts if part)


def restricted_key_url(name: str, permissions: tuple[str, ...], *, livemode: bool) -> str:
    """Stripe's form for a new restricted key with its name and permissions (`rak_...`) already chosen."""
    query = urlencode([("name", name), *(("permissions[]", permission) for permission in permissions)])
    return f"{DASHBOARD}/{'' if livemode else 'test/'}apikeys/create?{query}"
