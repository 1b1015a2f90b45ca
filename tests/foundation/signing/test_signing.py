"""One contract of the signer, over the fake, a key in a file, moto and the local AWS."""

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.faults.faulty_proxy import Burst
from fakes.ports.kms import with_kms_key
from fakes.ports.settings import fake_settings
from fakes.ports.signer import FakeSigner
from foundation.errors import InvalidData, NotFound, Unavailable
from foundation.settings import Settings
from foundation.signing.signing import P256_ORDER, Signature, Signer, open_signer

Opens = Callable[[], Signer]
REMOTE = ["moto_settings", "local_aws"]
DATA = "who, what, why — 1 ✓".encode()


@pytest.fixture(scope="module")
def makers(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    def local() -> Opens:
        state = tmp_path_factory.mktemp("state")
        return lambda: open_signer(fake_settings(state))

    def kms(name: str) -> Opens:
        there = with_kms_key(request.getfixturevalue(name))
        return lambda: open_signer(there)

    def fake() -> Opens:
        secret = str(tmp_path_factory.mktemp("secret"))
        return lambda: FakeSigner(secret)

    return {"fake": fake, "local": local, **{name: lambda n=name: kms(n) for name in REMOTE}}


@pytest.fixture(scope="module", params=["fake", "local", *REMOTE])
def opens(request: pytest.FixtureRequest, makers: Any) -> Opens:
    """Open one key, the same each time."""
    found: Opens = makers[request.param]()
    return found


@pytest.fixture(params=REMOTE)
def remote(request: pytest.FixtureRequest) -> Settings:
    return with_kms_key(request.getfixturevalue(request.param))


@pytest.fixture
def bursting(remote: Settings) -> Iterator[tuple[Burst, Settings]]:
    burst = Burst(str(remote.aws_endpoint_url))
    yield burst, remote.model_copy(update={"aws_endpoint_url": burst.url})
    burst.stop()


def test_what_a_key_signed_is_valid_whoever_opens_it(opens: Opens) -> None:
    signature = opens().sign(DATA)

    assert opens().is_valid(DATA, signature)
    assert base64.b64decode(signature.value, validate=True)


@pytest.mark.parametrize("size", [0, 1, 4097, 100_000])
def test_bytes_of_any_length_can_be_signed(opens: Opens, size: int) -> None:
    data = bytes(size)

    signature = opens().sign(data)

    assert opens().is_valid(data, signature)
    assert not opens().is_valid(data + b"\0", signature)


def test_a_signature_vouches_for_exactly_these_bytes(opens: Opens) -> None:
    signer = opens()
    signature = signer.sign(DATA)

    for place in range(len(DATA)):
        changed = bytearray(DATA)
        changed[place] ^= 1
        assert not signer.is_valid(bytes(changed), signature)


def test_no_character_of_a_signature_can_change(opens: Opens) -> None:
    signer = opens()
    signature = signer.sign(DATA)
    whole = signature.model_dump()

    for field, text in whole.items():
        for place in range(len(text)):
            other = "B" if text[place] == "A" else "A"
            changed = f"{text[:place]}{other}{text[place + 1 :]}"
            assert not signer.is_valid(DATA, Signature(**{**whole, field: changed}))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(text=st.text(max_size=100))
def test_what_is_no_signature_is_not_valid_and_raises_nothing(opens: Opens, text: str) -> None:
    signer = opens()
    true = signer.sign(DATA)
    in_base64 = base64.b64encode(text.encode("utf-8", "ignore")).decode()
    for change in (
        {"value": text},
        {"value": in_base64},
        {"value": f"{true.value}\n"},
        {"value": true.value + in_base64 + "="},
        {"key": text},
        {"algorithm": text},
    ):
        assert not signer.is_valid(DATA, true.model_copy(update=change))


def test_what_another_key_signed_is_not_valid(opens: Opens, makers: Any) -> None:
    for make in makers.values():
        assert not opens().is_valid(DATA, make()().sign(DATA))


# KMS


def test_a_signature_of_kms_names_the_key_itself_not_its_alias(remote: Settings) -> None:
    signature = open_signer(remote).sign(DATA)

    assert signature.key.startswith("arn:aws:kms:")
    assert "alias" not in signature.key
    assert signature.algorithm == "ECDSA_SHA_256"


def test_verifying_many_signatures_asks_kms_for_its_key_once(
    bursting: tuple[Burst, Settings],
) -> None:
    burst, through = bursting
    signatures = [open_signer(through).sign(bytes([number])) for number in range(5)]
    signer = open_signer(through)
    burst.does("kms", delay_ms=0)

    assert all(signer.is_valid(bytes([number]), each) for number, each in enumerate(signatures))
    assert burst.faults == 2  # its name and its public half


def test_the_other_form_of_the_same_signature_is_not_valid(remote: Settings) -> None:
    signer = open_signer(remote)
    signature = signer.sign(DATA)
    r, s = decode_dss_signature(base64.b64decode(signature.value))
    other = base64.b64encode(encode_dss_signature(r, P256_ORDER - s)).decode()

    assert not signer.is_valid(DATA, signature.model_copy(update={"value": other}))


def test_a_key_that_is_not_there_is_not_found(remote: Settings) -> None:
    signer = open_signer(remote.model_copy(update={"audit_key": "alias/nothing"}))

    with pytest.raises(NotFound, match="alias/nothing"):
        signer.sign(DATA)


@pytest.mark.parametrize("name", REMOTE)
def test_a_key_of_another_kind_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    signer = open_signer(with_kms_key(request.getfixturevalue(name), "RSA_2048"))

    with pytest.raises(InvalidData, match="not of the kind ECC_NIST_P256"):
        signer.is_valid(DATA, Signature(key="k", algorithm="ECDSA_SHA_256", value="AAAA"))


def test_a_kms_that_cannot_be_reached_is_unavailable() -> None:
    random.seed(1233915)  # the first shares of botocore's waits that it gives are near a fifth
    nowhere = {"aws_endpoint_url": "http://127.0.0.1:1", "audit_key": "alias/audit"}
    signer = open_signer(fake_settings().model_copy(update=nowhere))

    with pytest.raises(Unavailable, match="alias/audit"):
        signer.is_valid(DATA, Signature(key="k", algorithm="ECDSA_SHA_256", value="AAAA"))
