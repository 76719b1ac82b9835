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
