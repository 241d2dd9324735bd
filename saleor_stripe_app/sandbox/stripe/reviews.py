"""Reviews of Radar (https://docs.stripe.com/radar/reviews): payments held up for a person to look at."""

from saleor_stripe_app.sandbox.stripe.call import Call
from saleor_stripe_app.sandbox.stripe.context import Context
from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.objects import PaymentIntent
from saleor_stripe_app.sandbox.stripe.pages import page
from saleor_stripe_app.sandbox.stripe.radar_objects import Review


def retrieve(call: Call) -> dict[str, Json]:
    """GET /v1/reviews/{review}."""
    return render(call.books.review(call.path[0]))


def list_all(call: Call) -> dict[str, Json]:
    """GET /v1/reviews: the open ones, newest first."""
    return page(call, [found for found in reversed(call.books.reviews.values()) if found.closed_reason is None], render)


def approve(call: Call) -> dict[str, Json]:
    """POST /v1/reviews/{review}/approve."""
    review = call.books.review(call.path[0])
    end(call.context, review, "approved")
    return render(review)


def begin(context: Context, intent: PaymentIntent, reason: str = "rule") -> Review:
    """A rule of Radar, or a person, has a payment looked at."""
    if intent.latest_charge is None or intent.review is not None:
        raise invalid(f"PaymentIntent {intent.id} cannot be reviewed: it has no charge, or was reviewed.")
    review = Review(
        id=context.ids.new("prv"),
        charge=intent.latest_charge,
        intent=intent.id,
        created=context.now,
        livemode=intent.livemode,
        opened_reason=reason,
    )
    context.books.reviews[review.id] = review
    intent.review = review.id
    context.emit("review.opened", render(review))
    return review


def end(context: Context, review: Review, reason: str) -> None:
    """Somebody decided, or the payment made the question moot."""
    if review.closed_reason is not None:
        raise invalid(f"Review {review.id} is closed: {review.closed_reason}.")
    review.closed_reason = reason
    context.emit("review.closed", render(review), {"open": True})


def render(review: Review) -> dict[str, Json]:
    """https://docs.stripe.com/api/radar/reviews/object."""
    return {
        "id": review.id,
        "object": "review",
        "billing_zip": None,
        "charge": review.charge,
        "closed_reason": review.closed_reason,
        "created": review.created,
        "ip_address": None,
        "ip_address_location": None,
        "livemode": review.livemode,
        "open": review.closed_reason is None,
        "opened_reason": review.opened_reason,
        "payment_intent": review.intent,
        "reason": review.closed_reason or review.opened_reason,
        "session": None,
    }
