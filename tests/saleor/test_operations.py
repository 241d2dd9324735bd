import pytest
from graphql import OperationType

from saleor_stripe_app.saleor import operations, versions
from saleor_stripe_app.saleor.operations import NotInThisSaleor, UnknownOperation

OPERATIONS = operations.names()


def test_the_operations_are_the_files():
    files = {path.stem for path in operations.shipped("graphql").glob("*.graphql")}
    assert set(OPERATIONS) == files - {"settings"}
    assert "settings" not in OPERATIONS
    assert "transaction-event-report" in OPERATIONS


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_mark_of_ours_leaves_for_saleor_and_only_used_fragments_do(name):
    for version in versions.KNOWN:
        if version < operations.first_version(name):
            continue
        text = operations.operation(name, version).text
        assert "@since" not in text
        for line in text.splitlines():
            if line.startswith("fragment "):
                assert f"...{line.split()[1]}\n" in text


def test_a_field_is_left_out_for_a_saleor_that_lacks_it():
    assert "identifier" not in operations.operation("app-webhooks", (3, 22)).text
    assert "identifier" in operations.operation("app-webhooks", (3, 23)).text


def test_an_argument_goes_with_the_variable_that_fills_it():
    assert "paymentMethodDetails" not in operations.operation("transaction-event-report", (3, 21)).text
    assert (
        "paymentMethodDetails: $paymentMethodDetails" in operations.operation("transaction-event-report", (3, 22)).text
    )


def test_an_operation_that_a_saleor_lacks_is_refused_with_both_versions():
    with pytest.raises(NotInThisSaleor, match=r"app-deleted needs Saleor 3\.23; this one is 3\.22"):
        operations.operation("app-deleted", (3, 22))
    assert operations.first_version("app-deleted") == (3, 23)
    assert operations.first_version("transaction") == (3, 21)


@pytest.mark.parametrize("name", ["no-such", "../manifest", "fragments/Money", "settings"])
def test_an_unknown_operation_is_named(name):
    with pytest.raises(UnknownOperation, match=name):
        operations.operation(name, (3, 24))


def test_an_operation_is_made_once_per_version():
    assert operations.operation("transaction", (3, 24)) is operations.operation("transaction", (3, 24))


def test_a_newer_saleor_is_spoken_to_like_the_newest_known_and_an_older_one_like_the_oldest():
    assert operations.operation("transaction", (4, 0)) is operations.operation("transaction", versions.NEWEST)
    assert operations.operation("transaction", (3, 20)) is operations.operation("transaction", versions.OLDEST)


def test_kinds_are_told_apart():
    assert operations.operation("app-deleted", (3, 24)).kind is OperationType.SUBSCRIPTION
    assert operations.operation("channels", (3, 24)).kind is OperationType.QUERY
    assert operations.operation("webhook-delete", (3, 24)).kind is OperationType.MUTATION


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.24", (3, 24)),
        ("3.24.0-a.0", (3, 24)),
        ("3.3.1", (3, 3)),
        (" 3.21", (3, 21)),
        ("v4.0", (4, 0)),
        (None, None),
        ("", None),
        ("three", None),
        ("3", None),
        ("3.x", None),
    ],
)
def test_a_version_is_two_numbers(text, version):
    assert versions.parse(text) == version


def test_no_version_is_taken_for_the_oldest():
    assert versions.nearest(None) == versions.OLDEST
    assert versions.nearest((3, 99)) == versions.NEWEST
    assert versions.nearest((3, 3)) == versions.OLDEST
