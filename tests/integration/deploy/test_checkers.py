"""The deployment files before the programs that read them: promtool, kustomize, sh."""

from pathlib import Path
from typing import Any

import yaml

from contracts.catalog import SERVICES
from tests.kit.tools import need, run

DEPLOY = Path(__file__).parents[3] / "deploy"
PROMETHEUS = DEPLOY / "prometheus"


def test_prometheus_takes_its_configuration() -> None:
    run(need("promtool"), "check", "config", str(PROMETHEUS / "prometheus.yml"))


def test_every_alert_rings_when_it_should_and_not_before() -> None:
    run(need("promtool"), "test", "rules", str(PROMETHEUS / "alerts.test.yml"))


def test_kustomize_builds_both_roles_of_every_service() -> None:
    text = run(need("kubectl"), "kustomize", str(DEPLOY / "kubernetes"))
    found = [resource for resource in yaml.safe_load_all(text) if resource["kind"] == "Deployment"]
    arguments = {r["metadata"]["name"]: container(r)["args"] for r in found}
    assert arguments == {
        f"{service}-{role}": ["serve", service, "--role", role]
        for service in SERVICES
        for role in ("api", "worker")
    }
    secrets = {r["metadata"]["name"]: container(r)["envFrom"][1] for r in found}
    assert secrets["lab-api"] == {"secretRef": {"name": "lab"}}


def test_kustomize_gives_every_selector_the_labels_of_its_pods() -> None:
    text = run(need("kubectl"), "kustomize", str(DEPLOY / "kubernetes"))
    built = list(yaml.safe_load_all(text))
    pods = [r["spec"]["template"]["metadata"]["labels"] for r in built if r["kind"] == "Deployment"]
    services = [r for r in built if r["kind"] == "Service"]
    assert len(services) == len(SERVICES)
    for service in services:
        wanted = service["spec"]["selector"].items()
        assert sum(wanted <= labels.items() for labels in pods) == 1, service["metadata"]["name"]


def container(deployment: Any) -> Any:
    return deployment["spec"]["template"]["spec"]["containers"][0]


def test_the_script_for_postgresql_is_one_a_small_shell_understands() -> None:
    run(need("sh"), "-n", str(DEPLOY / "postgres" / "init.sh"))
