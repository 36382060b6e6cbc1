"""Random messages repeat by their seed and can be encoded in every version."""

from __future__ import annotations

import random

import pytest
from fuzzing.catalogue import all_apis, all_messages
from fuzzing.values import random_message
from wirekafka_protocol.codec import encode
from wirekafka_protocol.messages.fetch import FetchRequest
from wirekafka_protocol.messages.metadata import MetadataRequest
from wirekafka_protocol.schema import Message


@pytest.mark.parametrize("kind", all_messages(), ids=lambda kind: kind.__name__)
def test_a_random_message_of_every_version_can_be_encoded(kind: type[Message]) -> None:
    for version in (kind.VERSIONS.first, kind.VERSIONS.last):
        encode(random_message(kind, version, random.Random(3)), version)


def test_the_same_seed_gives_the_same_message() -> None:
    one, other = (random_message(FetchRequest, 18, random.Random(5)) for _ in range(2))
    assert one == other


def test_a_field_of_another_version_keeps_its_default() -> None:
    for seed in range(20):
        message = random_message(MetadataRequest, 3, random.Random(seed))
        assert message.allow_auto_topic_creation is True
        assert message.include_topic_authorized_operations is False


def test_the_catalogue_knows_requests_by_their_key_and_skips_records() -> None:
    apis = all_apis()
    assert apis[0].name == "Produce"
    assert apis[3].response.__name__ == "MetadataResponse"
    assert list(apis) == sorted(apis)
