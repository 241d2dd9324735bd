"""What an app does to itself: keep its webhooks up to date, report its problems and take them back."""

from collections.abc import Mapping
from typing import Any

from saleor_stripe_app.sandbox.saleor.apps import App, Webhook, dismiss_problems, report_problem
from saleor_stripe_app.sandbox.saleor.errors import MutationError, PermissionDenied
from saleor_stripe_app.sandbox.saleor.manifest_rules import is_absolute
from saleor_stripe_app.sandbox.saleor.resolvers import Context
from saleor_stripe_app.sandbox.saleor.subscriptions import InvalidSubscription, events, parse_subscription

Payload = Mapping[str, object]


def webhook_create(context: Context, *, input: dict[str, Any]) -> Payload:  # noqa: A002
    """An app makes webhooks for itself; staff with MANAGE_APPS name the app."""
    app = _app(context, input.get("app"))
    for field in ("name", "targetUrl", "query"):
        if not input.get(field):
            raise MutationError(field, "This field is required.", "REQUIRED")
    webhook = Webhook(context.saleor.number("Webhook"), app, "", "", "", ())
    _apply(context, webhook, input)
    app.webhooks.append(webhook)
    return {"webhook": webhook, "errors": []}


def webhook_update(
    context: Context,
    *,
    input: dict[str, Any],  # noqa: A002
    id: str | None = None,  # noqa: A002
    identifier: str | None = None,
) -> Payload:
    webhook = _webhook(context, id, identifier)
    _apply(context, webhook, input)
    return {"webhook": webhook, "errors": []}


def webhook_delete(context: Context, *, id: str | None = None, identifier: str | None = None) -> Payload:  # noqa: A002
    webhook = _webhook(context, id, identifier)
    webhook.app.webhooks.remove(webhook)
    return {"webhook": webhook, "errors": []}


def _app(context: Context, id_: str | None) -> App:
    own = context.requestor.app
    if own is not None:
        return own
    context.requestor.must_have("MANAGE_APPS")
    app = next((app for app in context.saleor.apps if app.id == id_ and app.alive), None)
    if app is None:
        raise MutationError("app", f"Couldn't resolve to a node: {id_}", "NOT_FOUND")
    return app


def _webhook(context: Context, id_: str | None, identifier: str | None) -> Webhook:
    """One of the caller's own webhooks; staff with MANAGE_APPS reach any."""
    own = context.requestor.app
    if own is None:
        if context.requestor.principal is None:
            raise PermissionDenied("MANAGE_APPS", "AUTHENTICATED_APP")
        context.requestor.must_have("MANAGE_APPS")
    reachable = [own] if own is not None else [app for app in context.saleor.apps if app.alive]
    for app in reachable:
        for webhook in app.webhooks:
            if id_ == webhook.id or (identifier is not None and identifier == webhook.identifier):
                return webhook
    raise MutationError("id", f"Couldn't resolve to a node: {id_ or identifier}", "NOT_FOUND")


def _apply(context: Context, webhook: Webhook, given: Mapping[str, Any]) -> None:
    """Check everything first, then write: a refused update changes nothing."""
    query, target_url = given.get("query"), given.get("targetUrl")
    listed = [*(given.get("syncEvents") or ()), *(given.get("asyncEvents") or ()), *(given.get("events") or ())]
    derived: tuple[str, ...] = ()
    if target_url is not None and not is_absolute(target_url):
        raise MutationError("targetUrl", "Enter a valid URL.", "INVALID")
    if query is not None:
        try:
            derived = events(parse_subscription(query, context.saleor.schema))
        except InvalidSubscription as invalid:
            raise MutationError("query", str(invalid), "INVALID") from invalid
    webhook.name = given.get("name") or webhook.name
    webhook.target_url = target_url or webhook.target_url
    webhook.query = query or webhook.query
    webhook.event_types = tuple(listed) or derived or webhook.event_types
    webhook.is_active = webhook.is_active if given.get("isActive") is None else bool(given["isActive"])
    webhook.identifier = given.get("identifier") or webhook.identifier


def _own_app(context: Context) -> App:
    if context.requestor.app is None:
        raise PermissionDenied("AUTHENTICATED_APP")
    return context.requestor.app


def problem_create(context: Context, *, input: dict[str, Any]) -> Payload:  # noqa: A002
    problem = report_problem(
        _own_app(context),
        context.saleor.number("AppProblem"),
        context.saleor.now(),
        message=input["message"],
        key=input["key"],
        critical_threshold=input.get("criticalThreshold"),
        aggregation_minutes=input.get("aggregationPeriod", 60),
    )
    return {"appProblem": problem, "errors": []}


def problem_dismiss(context: Context, *, input: dict[str, Any]) -> Payload:  # noqa: A002
    by_app = input.get("byApp")
    if by_app is None:
        raise MutationError("byApp", "App callers must use this input.", "REQUIRED")
    dismiss_problems(_own_app(context), ids=by_app.get("ids"), keys=by_app.get("keys"))
    return {"errors": []}
