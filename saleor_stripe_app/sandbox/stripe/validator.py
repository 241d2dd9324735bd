"""Strict checks of requests to Stripe and of objects answered, against Stripe's API description."""

import json
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit

from saleor_stripe_app.sandbox.stripe import object_check, parameter_check
from saleor_stripe_app.sandbox.stripe.form import Json, decode
from saleor_stripe_app.sandbox.stripe.problem import Problem
from saleor_stripe_app.sandbox.stripe.rules import documented_rules
from saleor_stripe_app.sandbox.stripe.schema import Description, Operation, Schema

_JSON = "application/json"


class Validator:
    """Knows every operation of a description.

    `open_enums` lets values pass that Stripe may add without a new version; `rules` adds the documented rules.
    """

    def __init__(self, description: Description, *, open_enums: bool = False, rules: bool = True) -> None:
        self.description = description
        self._open_enums = open_enums
        self._rules = rules
        self._paths: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        for template in sorted(description.operations, key=lambda path: path.count("{")):
            pattern = re.compile(re.sub(r"\{\w+\}", "([^/]+)", template) + "$")
            self._paths.setdefault(template.count("/"), []).append((pattern, template))

    def request(
        self, method: str, url: str, body: bytes | str = b"", headers: Mapping[str, str] | None = None
    ) -> list[Problem]:
        """All that is wrong with a request; empty when it is valid."""
        parts = urlsplit(url)
        path = unquote(parts.path)
        template, operation = self.find(method, path)
        if operation is None:
            reason = f"No {method} on {template}" if template else f"{method} is not in the description"
            return [Problem("unknown_path", path, reason)]
        text = body.decode() if isinstance(body, bytes) else body
        sent = {name.lower(): value for name, value in (headers or {}).items()}
        parameters, problems = _parameters(method, parts.query, text, sent, operation)
        return problems + self.parameters(method, template, operation, parameters, sent)

    def parameters(
        self,
        method: str,
        template: str,
        operation: Operation,
        parameters: Mapping[str, Json],
        headers: Mapping[str, str] | None = None,
    ) -> list[Problem]:
        """All that is wrong with the parameters of an operation; rules of headers are left out without headers."""
        typed = operation.content == _JSON and method == "POST"
        check = parameter_check.Check(self.description, open_enums=self._open_enums, typed=typed)
        problems = check.run(parameters, operation.parameters)
        if self._rules:
            problems += documented_rules(method, template, parameters, headers or {})
        return problems

    def response(self, method: str, path: str, payload: Json) -> list[Problem]:
        """All that is wrong with the object answered to a request."""
        _, operation = self.find(method, urlsplit(path).path)
        if operation is None:
            return [Problem("unknown_path", path, method)]
        if operation.answer is None:
            return []
        return object_check.check(self.description, payload, operation.answer)

    def object(self, payload: Mapping[str, Json]) -> list[Problem]:
        """All that is wrong with an object that stands elsewhere than in an answer: in an event or an error."""
        name = f"resource {payload.get('object')}"
        if name not in self.description.schemas:
            return [Problem("unknown_object", "object", str(payload.get("object")))]
        return object_check.check(self.description, payload, Schema(ref=name))

    def find(self, method: str, path: str) -> tuple[str, Operation | None]:
        """The template that a path matches, and the operation; templates with fewer places come first."""
        matched = ""
        for pattern, template in self._paths.get(path.count("/"), []):
            if pattern.match(path):
                operation = self.description.operations[template].get(method.lower())
                if operation:
                    return template, operation
                matched = matched or template
        return matched, None


def _parameters(
    method: str, query: str, body: str, headers: Mapping[str, str], operation: Operation
) -> tuple[Mapping[str, Json], list[Problem]]:
    if method != "POST":
        parameters, problems = decode(query)
        if body:
            problems.append(Problem(f"body_on_{method.lower()}", "", "Parameters belong in the query"))
        return parameters, problems
    if operation.content == _JSON:
        content: Mapping[str, Json] = json.loads(body) if body else {}
        return content, []
    parameters, problems = decode(body)
    sent = headers.get("content-type", "")
    if body and sent and not sent.startswith((operation.content, "multipart/form-data")):
        problems.append(Problem("content_type", "", f"{sent} instead of {operation.content}"))
    if query:
        problems.append(Problem("query_on_post", query, "Parameters belong in the body"))
    return parameters, problems
