"""What every peer has to check, told once: the same rules as ``sample.contract``."""

HEADER = (
    "id", "reference", "created_at", "customer", "amount", "status", "country", "weight",
    "express", "due", "note",
)  # fmt: skip
STATUSES = ("new", "paid", "packed", "shipped", "delivered", "returned")
REQUIRED = ("id", "reference", "created_at", "customer", "status")
INTEGER = r"^-?[0-9]{1,18}$"
DECIMAL = r"^[+-]?[0-9]{1,10}(\.[0-9]{1,2})?$"
DOUBLE = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$"
TIMESTAMP = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
REFERENCE = r"^OR-[0-9A-F]{8}$"
COUNTRY = r"^[A-Z]{2}$"
NOTE_CHARACTERS = 80


def is_json(name: str) -> bool:
    """Whether a sample is lines of JSON (all its values are read as text), and not CSV."""
    return name.endswith(".ndjson.gz")


def surplus_rule(name: str) -> tuple[str, str]:
    """Return column and rule of what the header, or the contract, does not know."""
    return ("surplus", "unknown-column") if is_json(name) else ("", "field-count")
