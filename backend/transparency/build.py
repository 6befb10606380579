"""Wire the log of an installation."""

from backend.kit.keyring import Keyring
from backend.kit.settings import Settings
from backend.kit.storage import Storage
from backend.kit.uow import Work
from backend.transparency.last_signed import LastSigned
from backend.transparency.policy import Policy
from backend.transparency.publisher import Publisher
from backend.transparency.service import LogService
from backend.transparency.signer import LogSigner
from backend.transparency.witnessing import WitnessRing


def build_log(settings: Settings, *, work: Work, keyring: Keyring, storage: Storage) -> LogService:
    """Return the log service of an installation; it starts with `run` or `flush`."""
    signer = LogSigner.at(
        settings.log_url or settings.public_url, keyring.log_key(), keyring.receipt_key().public_key()
    )
    last_signed = LastSigned(settings.poll_key_dirs[0])
    publisher = Publisher(work, storage=storage, signer=signer, last_signed=last_signed, witnesses=_witnesses(settings))
    return LogService(work, signer=signer, publisher=publisher)


def _witnesses(settings: Settings) -> WitnessRing:
    if settings.log_policy is None:
        return WitnessRing()
    policy = Policy.parse(settings.log_policy.read_text(encoding="utf-8"))
    return WitnessRing(policy.witnesses.values())
