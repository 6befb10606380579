"""compose.yaml and the Dockerfile keep their promises on paper: this machine cannot run them."""

import re
from typing import Any

import pytest
import yaml

from launcher import paths

SERVICES = {"app", "caddy", "migrate", "postgres", "redis", "worker"}
OURS = ("app", "migrate", "worker")
SECRETS = {"card_key", "database_url", "log_signing_key", "postgres_password", "secret_key"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    content = yaml.safe_load((paths.ROOT / "compose.yaml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


@pytest.fixture(scope="module")
def dockerfile() -> str:
    return (paths.ROOT / "Dockerfile").read_text(encoding="utf-8")


def test_services_are_those_of_the_architecture(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == SERVICES


def test_images_are_pinned_to_a_version(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        _, _, tag = service["image"].partition(":")
        assert re.match(r"(\$\{MACHMIT_VERSION:-)?\d+\.\d+", tag), name


def test_every_service_has_a_health_check_or_says_why_not(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        check = service["healthcheck"]
        assert check.get("disable") is (True if name in {"migrate", "worker"} else None), name
        assert check.get("disable") or {"test", "interval", "timeout", "retries"} <= set(check), name


def test_dependencies_wait_for_health(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        for other, rule in service.get("depends_on", {}).items():
            assert other in SERVICES, name
            assert rule["condition"] in {"service_healthy", "service_completed_successfully"}, name


def test_only_caddy_opens_ports_and_on_loopback_by_default(compose: dict[str, Any]) -> None:
    for name, service in compose["services"].items():
        ports = service.get("ports", [])
        assert bool(ports) == (name == "caddy")
        assert all(port.startswith("${MACHMIT_BIND:-127.0.0.1}:") for port in ports)


def test_secrets_come_from_files_and_never_from_the_environment(compose: dict[str, Any]) -> None:
    assert set(compose["secrets"]) == SECRETS
    assert all(secret["file"].startswith("./secrets/") for secret in compose["secrets"].values())
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= SECRETS
        for variable, value in service.get("environment", {}).items():
            if re.search(r"KEY|PASSWORD|DATABASE_URL", variable):
                assert variable.endswith("_FILE")
                assert value.startswith("/run/secrets/")


def test_our_containers_have_no_rights(compose: dict[str, Any]) -> None:
    for name in OURS:
        service = compose["services"][name]
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in service["security_opt"]


def test_database_and_redis_are_on_the_inside_network_only(compose: dict[str, Any]) -> None:
    assert compose["networks"]["inside"]["internal"] is True
    assert all(compose["services"][name]["networks"] == ["inside"] for name in ("postgres", "redis"))


def test_volumes_are_declared(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert source in compose["volumes"] or (paths.ROOT / source).is_file()


def test_example_environment_names_what_compose_asks_for(compose: dict[str, Any]) -> None:
    asked = set(re.findall(r"\$\{(MACHMIT_\w+)", (paths.ROOT / "compose.yaml").read_text(encoding="utf-8")))
    given = set(re.findall(r"^(MACHMIT_\w+)=", (paths.ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert asked - {"MACHMIT_VERSION"} == given


def test_dockerfile_installs_by_hash_and_drops_root(dockerfile: str) -> None:
    installs = [line for line in dockerfile.splitlines() if "pip install" in line and ".lock" in line]
    assert installs
    assert all("--require-hashes" in line and "--only-binary :all:" in line for line in installs)
    assert dockerfile.rindex("\nUSER machmit") > dockerfile.rindex("\nFROM ")
    assert dockerfile.rindex("\nUSER machmit") < dockerfile.rindex("\nCMD ")
    assert "HEALTHCHECK" in dockerfile


def test_dockerfile_copies_only_what_exists_and_is_not_ignored(dockerfile: str) -> None:
    allowed = set(re.findall(r"^!(\S+)$", (paths.ROOT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    for arguments in re.findall(r"^COPY (?!--from)(.+) \S+$", dockerfile, re.MULTILINE):
        for source in arguments.split():
            assert source.split("/")[0] in allowed, source
            assert (paths.ROOT / source).exists(), source


def test_base_images_are_pinned_to_a_version(dockerfile: str) -> None:
    bases = re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)
    assert bases
    assert all(re.search(r":\d+\.\d+", base) for base in bases)
