"""Products, as far as a payment app reads them: names, identifiers, metadata, attributes."""

from dataclasses import dataclass, field

from saleor_stripe_app.sandbox.saleor.ids import global_id

Metadata = dict[str, str]


@dataclass(slots=True, eq=False)
class Named:
    """A product type, category or collection."""

    key: int
    name: str
    slug: str
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)


class ProductType(Named):
    @property
    def id(self) -> str:
        return global_id("ProductType", self.key)


@dataclass(slots=True, eq=False)
class Category(Named):
    parent: "Category | None" = None

    @property
    def id(self) -> str:
        return global_id("Category", self.key)

    @property
    def above(self) -> list["Category"]:
        """From the root down to its parent."""
        return [*self.parent.above, self.parent] if self.parent else []


class Collection(Named):
    @property
    def id(self) -> str:
        return global_id("Collection", self.key)


@dataclass(frozen=True, slots=True)
class Attribute:
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class AttributeValue:
    """`reference` is the id of the page that it refers to, None for a value that is text."""

    slug: str
    name: str
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class SelectedAttribute:
    attribute: Attribute
    values: tuple[AttributeValue, ...]


@dataclass(slots=True, eq=False)
class Product:
    key: int
    name: str
    slug: str
    product_type: ProductType
    category: Category | None = None
    collections: list[Collection] = field(default_factory=list)
    attributes: list[SelectedAttribute] = field(default_factory=list)
    external_reference: str | None = None
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("Product", self.key)


@dataclass(slots=True, eq=False)
class ProductVariant:
    key: int
    name: str
    sku: str | None
    product: Product
    external_reference: str | None = None
    stock: int | None = None
    """Pieces that can still be sold; None where the shop does not count them."""
    is_available: bool = True
    """Published and for sale in the channel."""
    metadata: Metadata = field(default_factory=dict)
    private_metadata: Metadata = field(default_factory=dict)

    @property
    def id(self) -> str:
        return global_id("ProductVariant", self.key)
