"""SCRAM credentials in the metadata: keys, what is kept of a password, and the image."""

from __future__ import annotations

import base64
import hashlib

import pytest
from wirekafka_protocol.errors import ApiError, ErrorCode

from wirekafka.metadata.engine import Batch, Event, Item, Snapshot
from wirekafka.metadata.image import MetadataImage
from wirekafka.metadata.scram_credentials import (
    ScramMechanism,
    Upsertion,
    alter_credentials,
    credential_key,
    credential_of,
    decode_credential,
    encode_credential,
    parse_credential_key,
)

SHA_256, SHA_512 = ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512


def upsertion(user: str = "user", mechanism: int = 1) -> Upsertion:
    """With the password "pencil" and the salt of RFC 7677's example."""
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    name = "sha256" if mechanism == 1 else "sha512"
    return Upsertion(user, mechanism, 4096, salt, hashlib.pbkdf2_hmac(name, b"pencil", salt, 4096))


def test_the_kept_keys_verify_the_example_of_rfc_7677() -> None:
    """The client's proof and the server's signature of the example come out of what is kept."""
    import hmac

    kept = credential_of(upsertion())
    message = (
        b"n=user,r=rOprNGfwEbeRWgbNEkqO,"
        b"r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
        b"c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
    )
    proof = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
    signature = hmac.digest(kept.stored_key, message, "sha256")
    client_key = bytes(a ^ b for a, b in zip(proof, signature, strict=True))
    assert hashlib.sha256(client_key).digest() == kept.stored_key
    server_signature = hmac.digest(kept.server_key, message, "sha256")
    assert base64.b64encode(server_signature) == b"6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_the_salted_password_is_not_kept() -> None:
    change = upsertion()
    value = encode_credential(credential_of(change))
    assert change.salted_password.hex().encode() not in value
    assert "…" in repr(credential_of(change))


def test_keys_and_values_are_read_back() -> None:
    for key in (("a/b", SHA_256), ("ü", SHA_512)):
        assert parse_credential_key(credential_key(key)) == key
    assert credential_key(("alice", SHA_512)) == b"scram/SCRAM-SHA-512/alice"
    kept = credential_of(upsertion(mechanism=2))
    assert decode_credential(encode_credential(kept)) == kept
    assert len(kept.stored_key) == 64


def test_the_image_follows_its_keys_and_says_that_credentials_changed() -> None:
    plan = alter_credentials({}, [], [upsertion("alice")])
    assert plan.result == {"alice": None}
    ((write,),) = plan.steps
    assert write.value is not None
    item = Item(write.value, 1, 1)
    image, delta = MetadataImage().apply(Batch(1, (Event(write.key, item),)))
    assert list(image.scram_credentials) == [("alice", SHA_256)]
    assert delta.scram_changed == {("alice", SHA_256)}
    assert delta
    assert image == MetadataImage.from_snapshot(Snapshot(1, {write.key: item}))
    gone, delta = image.apply(Batch(2, (Event(write.key, None),)))
    assert gone.scram_credentials == {}
    assert delta.scram_changed


def test_ten_thousand_credentials_are_the_most_in_one_request() -> None:
    """Kafka has this answer for it."""
    rows = [upsertion(f"u{number}") for number in range(10_001)]
    with pytest.raises(ApiError) as refused:
        alter_credentials({}, [], rows)
    assert refused.value.code is ErrorCode.UNKNOWN_SERVER_ERROR
    assert set(alter_credentials({}, [], rows[1:]).result.values()) == {None}


def test_an_empty_salted_password_is_refused() -> None:
    """Kafka has this error for it; nobody could log in."""
    row = Upsertion("user", 1, 4096, b"salt", b"")
    (error,) = alter_credentials({}, [], [row]).result.values()
    assert error is not None
    assert error.code is ErrorCode.UNKNOWN_SERVER_ERROR
