"""A vendor's statement for a period, from what was kept of every payment that the vendor ever had a part in."""

from datetime import UTC, datetime

from saleor_stripe_app.domain.errors import Refusal
from saleor_stripe_app.domain.marketplace.statement import Account, Statement, statement
from saleor_stripe_app.domain.money import decimals
from saleor_stripe_app.domain.shop import Installation
from saleor_stripe_app.storage import vendor_accounts
from saleor_stripe_app.usecases.backends import Backends
from saleor_stripe_app.usecases.vendors import find_vendor


async def vendor_statement(
    backends: Backends, installation: Installation, key: str, currency: str, start: datetime, end: datetime
) -> Statement:
    """From `start`, and before `end`; a time without a zone is UTC. Closed vendors have statements, too.

    Raises Refusal (UnknownVendor, InvalidPeriod), Unrepresentable for an unknown currency, and Unavailable.
    """
    record = await find_vendor(backends, installation, key)
    start, end, code = _in_utc(start), _in_utc(end), currency.lower()
    if start >= end:
        raise Refusal("The period ends before it begins.", code="InvalidPeriod")
    decimals(code)
    accounts: list[Account] = []
    after = ""
    while page := await vendor_accounts.of_vendor(
        backends.storage, installation.saleor_api_url, record.vendor.key, code, after=after
    ):
        accounts += page.accounts
        after = page.last
    return statement(record.vendor.key, accounts, code, start, end)


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError as error:
        raise Refusal("The period is beyond the calendar.", code="InvalidPeriod") from error
