"""What `bench.imports` measured, as it is printed and judged."""

FLAT = 1.5
"""A row of the largest file costs at most so many times a row of the smallest."""


def table(measured: list[dict[str, float]]) -> str:
    """The lines of the files as they are printed."""
    head = f"{'import_people':42}{'rows':>7}{'ms/row':>9}{'CPU ms/row':>12}{'peak MB':>9}{'of it file':>12}"
    lines = [
        f"{'':42}{one['rows']:7,}{one['seconds'] / one['rows'] * 1000:9.2f}{one['cpu'] / one['rows'] * 1000:12.2f}"
        f"{one['peak']:9.0f}{one['peak'] - one['before']:12.0f}"
        for one in measured
    ]
    return "\n".join([head, *lines])


def flat(measured: list[dict[str, float]]) -> bool:
    """Whether a row costs about the same in every file."""
    costs = [one["cpu"] / one["rows"] for one in measured]
    return costs[-1] <= FLAT * costs[0]
