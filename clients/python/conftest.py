"""Makes the fixture known where the module is not installed."""

from mockimds import mockimds  # noqa: F401
