"""The schema of the settings API, its limits, and its text for graphql/settings.graphql."""

import strawberry
from graphql import GraphQLError
from strawberry.extensions import MaxAliasesLimiter, MaxTokensLimiter, QueryDepthLimiter
from strawberry.types import ExecutionContext

from saleor_stripe_app.web.settings_api.mutations import Mutation
from saleor_stripe_app.web.settings_api.queries import Query

DEEPEST = 12  # what a client's introspection needs
MOST_TOKENS = 2000
MOST_ALIASES = 20


class SettingsSchema(strawberry.Schema):
    """Leaves errors to the door: the library would log their texts, which can hold what a client sent."""

    def process_errors(self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None) -> None:
        """Nothing here."""


SCHEMA = SettingsSchema(
    query=Query,
    mutation=Mutation,
    extensions=[
        lambda: QueryDepthLimiter(max_depth=DEEPEST),
        lambda: MaxTokensLimiter(max_token_count=MOST_TOKENS),
        lambda: MaxAliasesLimiter(max_alias_count=MOST_ALIASES),
    ],
)


def sdl() -> str:
    """The schema as text, as graphql/settings.graphql holds it."""
    return SCHEMA.as_str().strip() + "\n"
