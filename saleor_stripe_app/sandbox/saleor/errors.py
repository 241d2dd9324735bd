"""How Saleor says no.

SaleorError
├── MutationError       in the mutation's own `errors`
├── PermissionDenied    at the top of the GraphQL answer
└── InternalServerError at the top of the GraphQL answer: Saleor itself crashed
"""


class SaleorError(Exception):
    """What the stand-in answers with, as Saleor would."""


class MutationError(SaleorError):
    """A value that a mutation refuses; `field` in camel case or None, `code` of the mutation's error enum."""

    def __init__(self, field: str | None, message: str, code: str) -> None:
        super().__init__(message)
        self.field = field
        self.message = message
        self.code = code


class PermissionDenied(SaleorError):
    """Who asks lacks every one of `permissions`."""

    def __init__(self, *permissions: str) -> None:
        wanted = ", ".join(permissions)
        super().__init__(f"To access this path, you need one of the following permissions: {wanted}")
        self.permissions = permissions


class InternalServerError(SaleorError):
    """An exception that Saleor does not catch."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
