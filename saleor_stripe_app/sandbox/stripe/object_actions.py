"""What the controls over HTTP do to each kind of object."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from saleor_stripe_app.sandbox.stripe.control_bodies import Doing
from saleor_stripe_app.sandbox.stripe.controls import Controls
from saleor_stripe_app.sandbox.stripe.early_fraud_warnings import render as render_warning
from saleor_stripe_app.sandbox.stripe.intent_object import render as render_intent
from saleor_stripe_app.sandbox.stripe.objects import Dispute
from saleor_stripe_app.sandbox.stripe.refund_object import render as render_refund
from saleor_stripe_app.sandbox.stripe.reviews import render as render_review
from saleor_stripe_app.sandbox.stripe.setup_object import render as render_setup

Do: TypeAlias = Callable[[str, Doing, int], object]
Actions: TypeAlias = Mapping[str, Do]


def object_actions(controls: Controls) -> Mapping[str, Actions]:
    """Actions by the kind of object in the path; each is given an id, a body and a time."""
    return {
        "payment_intents": _intent_actions(controls),
        "setup_intents": _setup_actions(controls),
        "refunds": _refund_actions(controls),
        "disputes": _dispute_actions(controls),
        "reviews": _review_actions(controls),
        "configurations": _configuration_actions(controls),
    }


def _intent_actions(controls: Controls) -> Actions:
    return {
        "confirm": lambda name, body, now: controls.shopper.confirm(name, now, body.method, save=body.save),
        "authenticate": lambda name, body, now: render_intent(controls.authenticate(name, now, succeeds=body.succeeds)),
        "process": lambda name, body, now: render_intent(
            controls.complete_processing(name, now, succeeds=body.succeeds)
        ),
        "capture": lambda name, body, now: render_intent(controls.capture(name, now, body.amount, final=body.final)),
        "overcapture": lambda name, body, now: render_intent(controls.overcapture(name, now, body.amount or 0)),
        "cancel": lambda name, body, now: render_intent(controls.cancel(name, now, body.reason)),
        "expire": lambda name, _, now: render_intent(controls.expire(name, now)),
        "refund": lambda name, body, now: render_refund(controls.refund(name, now, body.amount, reason=body.reason)),
        "dispute": lambda name, body, now: _shown(
            controls.dispute(name, now, body.amount, reason=body.reason or "fraudulent", inquiry=body.inquiry)
        ),
        "warn": lambda name, body, now: render_warning(controls.warn(name, now, body.reason or "misc")),
        "review": lambda name, body, now: render_review(controls.review(name, now, body.reason or "rule")),
    }


def _refund_actions(controls: Controls) -> Actions:
    return {
        "complete": lambda name, _, now: render_refund(controls.complete_refund(name, now)),
        "fail": lambda name, body, now: render_refund(
            controls.fail_refund(name, now, body.reason or "expired_or_canceled_card")
        ),
    }


def _dispute_actions(controls: Controls) -> Actions:
    return {
        "escalate": lambda name, _, now: _shown(controls.escalate(name, now)),
        "answer": lambda name, _, now: _shown(controls.answer_dispute(name, now)),
        "decide": lambda name, body, now: _shown(controls.decide(name, now, won=body.succeeds, amount=body.amount)),
    }


def _review_actions(controls: Controls) -> Actions:
    return {
        "close": lambda name, body, now: render_review(controls.close_review(name, now, body.reason or "approved")),
    }


def _shown(dispute: Dispute) -> object:
    return {"id": dispute.id, "payment_intent": dispute.intent, "amount": dispute.amount, "status": dispute.status}


def _setup_actions(controls: Controls) -> Actions:
    return {
        "confirm": lambda name, body, now: controls.shopper.confirm_setup(name, now, body.method),
        "authenticate": lambda name, body, now: render_setup(
            controls.authenticate_setup(name, now, succeeds=body.succeeds)
        ),
    }


def _configuration_actions(controls: Controls) -> Actions:
    return {
        "activate": lambda name, _, __: controls.set_configuration_active(name, active=True),
        "archive": lambda name, _, __: controls.set_configuration_active(name, active=False),
    }
