"""CRC-32C: known values, continuing, and what happens when the wheel is laid out differently."""

from __future__ import annotations

from wirekafka_protocol.records import crc
from wirekafka_protocol.records.crc import crc32c


def test_known_values():
    assert crc32c(b"") == 0
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, B.4


def test_it_continues():
    assert crc32c(b"6789", crc32c(memoryview(b"12345"))) == 0xE3069283


def test_without_the_extension_module_the_package_is_imported(monkeypatch):
    monkeypatch.setattr(crc, "_EXTENSION", "_nothing")
    assert crc._load()(b"123456789") == 0xE3069283
