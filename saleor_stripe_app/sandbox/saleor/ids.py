"""Saleor's global ids: the type's name and the primary key in base 64."""

import base64
import binascii


def global_id(type_name: str, key: str | int) -> str:
    return base64.b64encode(f"{type_name}:{key}".encode()).decode()


def parse_global_id(value: str) -> tuple[str, str]:
    """Type and key; raises ValueError for what is no global id."""
    try:
        type_name, separator, key = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ValueError(f"{value!r} is no global id") from error
    if not separator:
        raise ValueError(f"{value!r} is no global id")
    return type_name, key
