"""Typed access to the parameters of a request."""

import re
from collections.abc import Mapping, Sequence

from saleor_stripe_app.sandbox.stripe.errors import invalid
from saleor_stripe_app.sandbox.stripe.form import Json

_NUMBERS = re.compile(r"(^|_)(amount|quantity|cost|days|at|after_days|expires_after_days)$")


class Parameters:
    """Parameters by name. Everything travels as text; an empty text clears what was set before."""

    def __init__(self, values: Mapping[str, Json]) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str) -> str | None:
        """A text; None when it is absent or cleared."""
        value = self.values.get(name)
        return value if isinstance(value, str) and value else None

    def integer(self, name: str) -> int | None:
        """A whole number; None when it is absent or cleared."""
        text = self.text(name)
        if text is None:
            return None
        if not re.fullmatch(r"-?\d+", text):
            raise invalid(f"Invalid integer: {text}", name, "parameter_invalid_integer")
        return int(text)

    def required_integer(self, name: str) -> int:
        """A whole number that must be there."""
        value = self.integer(name)
        if value is None:
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
        return value

    def required_text(self, name: str) -> str:
        """A text that must be there."""
        value = self.text(name)
        if value is None:
            raise invalid(f"Missing required param: {name}.", name, "parameter_missing")
        return value

    def flag(self, name: str) -> bool | None:
        """true or false; None when it is absent."""
        text = self.text(name)
        return None if text is None else text == "true"

    def hash(self, name: str) -> "Parameters":
        """A nested hash, empty when it is absent."""
        value = self.values.get(name)
        return Parameters(value if isinstance(value, Mapping) else {})

    def texts(self, name: str) -> list[str]:
        """A list of texts, empty when it is absent."""
        value = self.values.get(name)
        if isinstance(value, str) or not isinstance(value, Sequence):
            return []
        return [item for item in value if isinstance(item, str)]

    def value(self, name: str) -> Json:
        """A value of any kind as an object shows it: numbers and flags typed, what is cleared None."""
        return _typed(name, self.values.get(name))


def merged_metadata(current: Mapping[str, str], parameters: Parameters) -> dict[str, str]:
    """Metadata after an update: keys are added, an empty value unsets a key, an empty map unsets all.

    https://docs.stripe.com/api/metadata
    """
    if "metadata" not in parameters:
        return dict(current)
    sent = parameters.values["metadata"]
    if sent == "":
        return {}
    if isinstance(sent, Sequence) and not isinstance(sent, str):
        sent = {str(index): item for index, item in enumerate(sent)}
    assert isinstance(sent, Mapping)
    merged = {**current, **{key: str(value) for key, value in sent.items()}}
    return {key: value for key, value in merged.items() if value != ""}


def _typed(name: str, value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _typed(key, item) for key, item in value.items()}
    if isinstance(value, str):
        if value in ("true", "false"):
            return value == "true"
        if _NUMBERS.search(name) and value.isdigit():
            return int(value)
        return value or None
    if isinstance(value, Sequence):
        return [_typed(name, item) for item in value]
    return value
