"""Who is asking: an app, a user, or nobody."""

from dataclasses import dataclass

from saleor_stripe_app.sandbox.saleor.apps import App
from saleor_stripe_app.sandbox.saleor.errors import PermissionDenied
from saleor_stripe_app.sandbox.saleor.shop import User


@dataclass(frozen=True, slots=True)
class Requestor:
    app: App | None = None
    user: User | None = None
    permissions: frozenset[str] = frozenset()

    @classmethod
    def of_app(cls, app: App) -> "Requestor":
        return cls(app=app, permissions=app.permissions)

    @classmethod
    def of_user(cls, user: User, permissions: frozenset[str] | None = None) -> "Requestor":
        """Staff with their own permissions, or those that a token grants them."""
        return cls(user=user, permissions=user.permissions if permissions is None else permissions)

    @property
    def principal(self) -> User | App | None:
        return self.app or self.user

    def must_have(self, *permissions: str) -> None:
        """Raises PermissionDenied unless one of the permissions is held."""
        if self.permissions.isdisjoint(permissions):
            raise PermissionDenied(*permissions)


ANONYMOUS = Requestor()
