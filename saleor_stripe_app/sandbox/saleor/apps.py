"""Installed apps: identity, permissions, webhooks, problems.

Source of the problem rules: saleor/graphql/app/mutations/app_problem_create.py (3.22).
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from saleor_stripe_app.sandbox.saleor.catalogue import Metadata
from saleor_stripe_app.sandbox.saleor.errors import MutationError
from saleor_stripe_app.sandbox.saleor.event_permissions import PERMISSION_OF_EVENT, SYNC_EVENTS
from saleor_stripe_app.sandbox.saleor.ids import global_id

HANDLE_PAYMENTS = "HANDLE_PAYMENTS"


@dataclass(frozen=True, slots=True)
class Permission:
    code: str

    @property
    def name(self) -> str:
        return self.code.capitalize().replace("_", " ")


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    event_type: str

    @property
    def name(self) -> str:
        return self.event_type.capitalize().replace("_", " ")


class SyncEvent(WebhookEvent):
    pass


class AsyncEvent(WebhookEvent):
    pass


@dataclass(slots=True, eq=False)
class Webhook:
    key: int
    app: "App"
    name: str
    target_url: str
    query: str
    event_types: tuple[str, ...]
    is_active: bool = True
    identifier: str | None = None

    @property
    def id(self) -> str:
        return global_id("Webhook", self.key)

    @property
    def subscription_query(self) -> str:
        return self.query

    @property
    def events(self) -> list[WebhookEvent]:
        return [WebhookEvent(name) for name in self.event_types]

    @property
    def sync_events(self) -> list[SyncEvent]:
        return [SyncEvent(name) for name in self.event_types if name in SYNC_EVENTS]

    @property
    def async_events(self) -> list[AsyncEvent]:
        return [AsyncEvent(name) for name in self.event_types if name not in SYNC_EVENTS]


@dataclass(slots=True, eq=False)
class Problem:
    key_id: int
    key: str
    message: str
    created_at: datetime
    updated_at: datetime
    count: int = 1
    is_critical: bool = False
    dismissed: "Dismissed | None" = None

    @property
    def id(self) -> str:
        return global_id("AppProblem", self.key_id)


@dataclass(frozen=True, slots=True)
class Dismissed:
    by: Literal["APP", "STAFF"] = "APP"
    user: None = None
    user_email: None = None


@dataclass(slots=True, eq=False)
class App:
    key: int
    identifier: str
    name: str
    version: str
    permissions: frozenset[str]
    created: datetime
    manifest_url: str
    app_url: str | None = None
    about_app: str | None = None
    author: str | None = None
    audience: str | None = None
    auth_token: str | None = None
    is_active: bool = True
    removed_at: datetime | None = None
    webhooks: list[Webhook] = field(default_factory=list)
    problem_list: list[Problem] = field(default_factory=list)
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("App", self.key)

    @property
    def alive(self) -> bool:
        return self.is_active and self.removed_at is None

    def webhook_for(self, event: str) -> Webhook | None:
        """The webhook that gets this event: none at all, silently, where the app lacks the event's permission."""
        needed = PERMISSION_OF_EVENT.get(event)
        if not self.alive or (needed is not None and needed not in self.permissions):
            return None
        return next((hook for hook in self.webhooks if hook.is_active and event in hook.event_types), None)


_MESSAGE_LIMIT, _PROBLEM_LIMIT = 2048, 100


def report_problem(
    app: App,
    key_id: int,
    now: datetime,
    *,
    message: str,
    key: str,
    critical_threshold: int | None = None,
    aggregation_minutes: int | None = 60,
) -> Problem:
    """`appProblemCreate`: an undismissed problem of that key within the period is counted up, else one is made."""
    if len(message) < 3:
        raise MutationError("message", "Message must be at least 3 characters.", "INVALID")
    if not 3 <= len(key) <= 128:
        raise MutationError("key", "Key must have between 3 and 128 characters.", "INVALID")
    message = message if len(message) <= _MESSAGE_LIMIT else message[: _MESSAGE_LIMIT - 3] + "..."
    same = next((p for p in reversed(app.problem_list) if p.key == key and p.dismissed is None), None)
    period = timedelta(minutes=aggregation_minutes or 0)
    if same is not None and period and now - same.updated_at <= period:
        same.count += 1
        same.message = message
        same.updated_at = now
        problem = same
    else:
        problem = Problem(key_id, key, message, now, now)
        app.problem_list.append(problem)
        del app.problem_list[:-_PROBLEM_LIMIT]
    problem.is_critical = problem.is_critical or (
        critical_threshold is not None and problem.count >= critical_threshold
    )
    return problem


def dismiss_problems(app: App, *, ids: list[str] | None = None, keys: list[str] | None = None) -> None:
    """`appProblemDismiss` by the app itself; a dismissed problem stays listed."""
    if bool(ids) == bool(keys):
        raise MutationError("byApp", "Must provide exactly one of: ids, keys.", "INVALID")
    if len(ids or keys or ()) > _PROBLEM_LIMIT:
        raise MutationError("byApp", f"Cannot specify more than {_PROBLEM_LIMIT} items.", "INVALID")
    for problem in app.problem_list:
        if problem.dismissed is None and (problem.id in (ids or ()) or problem.key in (keys or ())):
            problem.dismissed = Dismissed()
