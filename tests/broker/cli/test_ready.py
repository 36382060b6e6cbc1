"""Which broker `wirekafka ready` asks: in a container the one that its variables describe."""

from __future__ import annotations

import socket
import threading

import pytest

from wirekafka.cli.main import main

LISTENERS = ("KAFKA_LISTENERS", "KAFKA_CFG_LISTENERS")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in LISTENERS:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("listeners", "server"),
    [
        ("PLAINTEXT://:19092", "localhost:19092"),
        ("PLAINTEXT://0.0.0.0:9093,BROKER://0.0.0.0:9092", "localhost:9093"),
        ("CONTROLLER://:9094, PLAINTEXT://[::]:19092", "localhost:19092"),
        ("PLAINTEXT://127.0.0.1:19092", "127.0.0.1:19092"),
        ("PLAINTEXT://[::1]:19092", "[::1]:19092"),
        ("PLAINTEXT://127.0.0.1:0", "localhost:9092"),
        ("nonsense", "localhost:9092"),
        ("", "localhost:9092"),
    ],
)
@pytest.mark.parametrize("variable", LISTENERS)
def test_the_default_is_the_first_listener_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    variable: str,
    listeners: str,
    server: str,
) -> None:
    monkeypatch.setenv(variable, listeners)
    with pytest.raises(SystemExit):
        main(["ready", "--help"])
    assert f"here {server})" in " ".join(capsys.readouterr().out.split())


def test_a_listener_that_answers_something_else_is_not_ready(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        thread = threading.Thread(target=answer)
        thread.start()
        monkeypatch.setenv("KAFKA_LISTENERS", f"PLAINTEXT://127.0.0.1:{server.getsockname()[1]}")
        assert main(["ready"]) == 1
        thread.join()
    assert "is not ready: the answer is not Kafka's" in capsys.readouterr().err
