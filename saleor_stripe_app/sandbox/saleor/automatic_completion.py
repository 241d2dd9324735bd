"""Channels that complete covered checkouts by themselves: a look at each checkout, and another while it fails.

Source: saleor/checkout/tasks.py (trigger_automatic_checkout_completion_task).
"""

from datetime import timedelta

from saleor_stripe_app.sandbox.saleor.checkouts import Checkout
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.purchases import complete_checkout
from saleor_stripe_app.sandbox.saleor.saleor import Saleor

BEAT = timedelta(minutes=1)
TOO_OLD = timedelta(days=30)


def schedule_completion(saleor: Saleor, checkout: Checkout) -> None:
    """Leave a covered checkout to a job that is due when nothing has changed for the channel's delay."""
    if not _is_eligible(saleor, checkout):
        return
    delay = timedelta(minutes=checkout.channel.checkout_settings.automatic_completion_delay or 0)
    _leave_to_job(saleor, checkout, max(delay, timedelta()))


def _leave_to_job(saleor: Saleor, checkout: Checkout, after: timedelta) -> None:
    name = f"complete {checkout.id}"
    if not any(job.name == name for job in saleor.jobs.waiting):
        saleor.jobs.add_plain(saleor.now() + after, name, lambda: _complete_if_there(saleor, checkout.token))


def _is_eligible(saleor: Saleor, checkout: Checkout) -> bool:
    settings = checkout.channel.checkout_settings
    cut_off = settings.automatic_completion_cut_off_date
    return (
        settings.automatically_complete_fully_paid_checkouts
        and checkout.authorize_status == "FULL"
        and checkout.billing_address is not None
        and bool(checkout.email or checkout.user)
        and checkout.payable.gross.amount > 0
        and (cut_off is None or checkout.created >= cut_off)
        and saleor.now() - checkout.updated_at <= TOO_OLD
    )


def _complete_if_there(saleor: Saleor, token: str) -> None:
    """A refusal is only logged in Saleor; the next beat tries again."""
    checkout = saleor.checkouts.get(token)
    if checkout is None or not _is_eligible(saleor, checkout):
        return
    try:
        complete_checkout(saleor, token)
    except MutationError:
        _leave_to_job(saleor, checkout, BEAT)
