"""The shapes of Stripe's API: what each operation takes and answers, as read from the SDK's own types."""

import msgspec


class Schema(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The shape of one value. `ref` names another shape; an empty `type` without `ref` or `any_of` takes anything."""

    type: str = ""
    ref: str = ""
    enum: list[str | int | bool] = []
    properties: dict[str, "Schema"] | None = None
    required: list[str] = []
    items: "Schema | None" = None
    values: "Schema | None" = None
    """The shape of every value of a map with free keys."""
    any_of: list["Schema"] = []
    nullable: bool = False
    open_enum: bool = False
    decimal: bool = False
    max_length: int | None = None


class Operation(msgspec.Struct, omit_defaults=True, kw_only=True):
    """One verb on one path. `parameters` travel in the query of GET and DELETE, in the body of POST."""

    parameters: Schema
    content: str = "application/x-www-form-urlencoded"
    answer: Schema | None = None


class Description(msgspec.Struct, kw_only=True):
    """Stripe's API at one version: operations by path and lower-case verb, named shapes by name."""

    api_version: str
    sdk_version: str
    operations: dict[str, dict[str, Operation]]
    schemas: dict[str, Schema]

    def resolve(self, schema: Schema) -> Schema:
        """The shape itself, references followed."""
        while schema.ref:
            schema = self.schemas[schema.ref]
        return schema
