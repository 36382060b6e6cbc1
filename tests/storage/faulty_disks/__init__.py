"""Disks that fail on purpose, behind the port of `wirekafka_storage.files`."""

from faulty_disks.failing import FailingDisk, Fault
from faulty_disks.forgetful import ForgetfulDisk

__all__ = ["FailingDisk", "Fault", "ForgetfulDisk"]
