"""The page of the tables an inventory can be kept in, derived from the model as the tables themselves are."""

from api.reference.page import table
from inventory.sources.tables.columns import Column, Table, tables


def page() -> str:
    """Every table with its columns."""
    lines = ["# Tables of the inventory", ""]
    lines += ["CSV files and sheets of workbooks, as [files of the inventory](../guide/files.md) explains.", ""]
    for one in tables().values():
        lines += [f"## {one.name}", "", _about(one), ""]
        lines += [*table(("column", "how it is written", "needed for a new row"), map(_row, one.columns)), ""]
    return "\n".join(lines)


def _about(one: Table) -> str:
    if not one.inside:
        return "A row for each, named by `slug`."
    key = f"told apart by `{one.key}`" if one.key else "in order: the rows of an owner are its whole list"
    return f"A row for each of `{'.'.join(one.inside)}` of {one.noun}, {key}. `{one.owner}` names the owner."


def _row(column: Column) -> tuple[str, str, str]:
    return f"`{column.name}`", column.form.value, "yes" if column.required else ""
