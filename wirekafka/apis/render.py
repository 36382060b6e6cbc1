"""docs/apis.md: the table of APIs as people read it, made from the dispatch table."""

from __future__ import annotations

from wirekafka.apis.table import APIS, NEVER_FLEXIBLE, Api

_INTRODUCTION = """\
# The APIs that are served

Made by `bin/generate` from `wirekafka/apis/table.py`, which is also the dispatch table and what
ApiVersions answers. What is not listed here is not advertised and closes the connection.
"Differences" are those that the module's docstring names.

"""

_HEADER = """\
| key | API | versions | flexible from | what differs from Kafka |
|--:|---|---|---|---|
"""


def render() -> str:
    """The whole document."""
    return _INTRODUCTION + _HEADER + "\n".join(_row(api) for api in APIS) + "\n"


def _row(api: Api) -> str:
    versions = f"{api.min_version}-{api.max_version}"
    if api.advertised_min != api.min_version:
        versions += f" (advertised from {api.advertised_min})"
    flexible = "never" if api.flexible_from == NEVER_FLEXIBLE else f"{api.flexible_from}"
    return f"| {api.key} | {api.name} | {versions} | {flexible} | {_differences(api)} |"


def _differences(api: Api) -> str:
    """The paragraph of the docstring that begins with "Differs from Kafka:"."""
    paragraphs = (api.module.__doc__ or "").split("\n\n")
    for paragraph in paragraphs:
        if paragraph.startswith("Differs from Kafka:"):
            text = " ".join(paragraph.split()).removeprefix("Differs from Kafka: ")
            return text.replace("|", "\\|")
    return "nothing that a client can see"
