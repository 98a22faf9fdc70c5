"""Whether the process can do its work: the store answers, and there is an inventory in it."""

from sqlalchemy.exc import SQLAlchemyError

from api.context import Context


def revision_in_force(context: Context) -> int | None:
    """Number of the inventory's revision, 0 before the first write; null when the store does not answer."""
    try:
        return context.inventory.revision()
    except SQLAlchemyError:
        return None
