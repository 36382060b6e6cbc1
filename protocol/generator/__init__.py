"""Makes `wirekafka_protocol/messages/` from `schemas/`. Development only: not part of the wheel."""
