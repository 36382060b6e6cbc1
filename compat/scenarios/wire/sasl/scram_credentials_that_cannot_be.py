"""Too few or too many iterations, unknown mechanisms, no name, and a deletion of nothing are
refused by user."""

from compat.wire import Wire


def run(broker: Wire) -> None:
    good = {
        "name": broker.name("u"),
        "mechanism": 1,
        "iterations": 4096,
        "salt": b"salt",
        "salted_password": b"password",
    }
    for change in (
        {"iterations": 4095},
        {"iterations": 16385},
        {"mechanism": 0},
        {"mechanism": 9},
        {"name": ""},
    ):
        broker.ask("AlterUserScramCredentials", 0, upsertions=[{**good, **change}])
    broker.ask("AlterUserScramCredentials", 0, upsertions=[good, good])
    nothing = {"name": broker.name("none"), "mechanism": 1}
    broker.ask("AlterUserScramCredentials", 0, deletions=[nothing])
    both = {"name": good["name"], "mechanism": 1}
    broker.ask("AlterUserScramCredentials", 0, deletions=[both], upsertions=[good])
