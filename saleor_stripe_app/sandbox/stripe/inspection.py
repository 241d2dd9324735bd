"""The validator at work: what is wrong with what passes is written down."""

from collections.abc import Mapping
from functools import cache

from saleor_stripe_app.sandbox.stripe.description import load
from saleor_stripe_app.sandbox.stripe.errors import StripeFailure
from saleor_stripe_app.sandbox.stripe.form import Json
from saleor_stripe_app.sandbox.stripe.keys import PUBLISHABLE, Key
from saleor_stripe_app.sandbox.stripe.problem import Finding, Problem
from saleor_stripe_app.sandbox.stripe.validator import Validator
from saleor_stripe_app.sandbox.stripe.wire import Request

_STRIPE_JS = frozenset(
    """key client_secret _stripe_version _stripe_account expected_payment_method_type client_attribution_metadata
    payment_user_agent time_on_page guid muid sid referrer pasted_fields client_context""".split()
)
_STRIPE_JS_PATHS = {"/v1/confirmation_tokens": "/v1/test_helpers/confirmation_tokens"}
"""What Stripe.js alone asks for, and where the description has the same."""
_WITHOUT_CODE = ("bad_enum", "bad_type", "too_long")


@cache
def default_validator() -> Validator:
    """The validator for the installed SDK's version, made once."""
    return Validator(load())


class Inspection:
    """Checks requests, answers and events; `findings` is empty as long as nothing was wrong.

    Without a validator nothing is checked, as for a load test.
    """

    def __init__(self, validator: Validator | None) -> None:
        self._validator = validator
        self.findings: list[Finding] = []

    def request(self, request: Request, key: Key) -> None:
        """400 for a request that does not validate; what Stripe.js adds of its own is let pass."""
        if self._validator is None:
            return
        if key.kind == PUBLISHABLE:
            path = _STRIPE_JS_PATHS.get(request.path, request.path)
            template, operation = self._validator.find(request.method, path)
            assert operation is not None
            parameters = _named_by_the_description(request.parameters)
            problems = request.problems + self._validator.parameters(request.method, template, operation, parameters)
        else:
            url = f"{request.path}?{request.query}" if request.query else request.path
            problems = self._validator.request(request.method, url, request.body, request.headers)
        self._note("request", request, problems)
        if problems:
            raise refused(problems[0])

    def unserved(self, request: Request) -> None:
        """An endpoint that Stripe may have and the stand-in has not."""
        problem = Problem("not_served", request.path, "The stand-in does not serve this endpoint")
        self._note("request", request, [problem])

    def answer(self, request: Request, shown: Mapping[str, Json], *, public: bool) -> None:
        """Objects answered are whole, but for publishable keys, which see a part."""
        if self._validator is None or public:
            return
        self._note("answer", request, self._validator.response(request.method, request.path, shown))

    def failure(self, request: Request, failure: StripeFailure) -> None:
        """Objects that come with an error are whole too."""
        for name in ("payment_intent", "setup_intent", "payment_method"):
            shown = failure.error.get(name)
            if self._validator and isinstance(shown, Mapping):
                self._note("answer", request, self._validator.object(shown))

    def event(self, event_type: str, snapshot: Mapping[str, Json]) -> None:
        """Objects in events are whole, and the type is one of Stripe's."""
        if self._validator is None:
            return
        problems = self._validator.object(snapshot)
        known = self._validator.description.schemas["resource event"].properties or {}
        if event_type not in known["type"].enum:
            problems.append(Problem("bad_enum", "type", event_type))
        self.findings += [Finding("event", "", event_type, problem) for problem in problems]

    def _note(self, subject: str, request: Request, problems: list[Problem]) -> None:
        self.findings += [Finding(subject, request.method, request.path, problem) for problem in problems]


def _named_by_the_description(parameters: Mapping[str, Json]) -> Mapping[str, Json]:
    """What Stripe.js sends, without what it adds of its own and the card data that only it may send."""
    data = parameters.get("payment_method_data")
    left_out = set(_STRIPE_JS)
    if isinstance(data, Mapping) and data.get("type") == "card":
        left_out.add("payment_method_data")
    return {name: value for name, value in parameters.items() if name not in left_out}


def refused(problem: Problem) -> StripeFailure:
    """Stripe's answer to a request that does not validate."""
    if problem.code == "unknown_path":
        return StripeFailure(404, f"Unrecognized request URL ({problem.param}).", keeps=False)
    plain = problem.code in _WITHOUT_CODE or problem.code.startswith("rule:")
    code = None if plain else problem.code
    return StripeFailure(400, problem.message, code=code, param=problem.param or None, keeps=False)
