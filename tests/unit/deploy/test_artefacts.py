"""The deployment files against the code: services, ports, settings, metric names, probes."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

import chassis.metrics
from chassis.settings import Settings
from contracts.catalog import EVENTS, SERVICES

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
ALERTS = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text())
DASHBOARD = json.loads((DEPLOY / "grafana" / "dashboards" / "alur-today.json").read_text())
ROOM = DEPLOY / "kubernetes" / "room"
YAML = sorted(
    path
    for pattern in ("**/*.yaml", "**/*.yml", "facilities/Kustomization")
    for path in DEPLOY.glob(pattern)
)
#: Variables that are read elsewhere than in Settings; found in the code below.
ELSEWHERE = ("ALUR_HOST", "ALUR_PORT")


def expressions() -> list[str]:
    rules = [rule["expr"] for group in ALERTS["groups"] for rule in group["rules"]]
    return rules + [t["expr"] for panel in DASHBOARD["panels"] for t in panel["targets"]]


def sample_names() -> set[str]:
    """Every name Prometheus sees, with the `_total`, `_bucket` and so on it adds."""
    suffixes = {"counter": ("_total",), "gauge": ("",), "histogram": ("_bucket", "_count", "_sum")}
    assert chassis.metrics.PUBLISHED
    families = [family for family in REGISTRY.collect() if family.name.startswith("alur_")]
    return {family.name + suffix for family in families for suffix in suffixes[family.type]}


def resources(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load_all((ROOM / name).read_text()))


def container(name: str) -> Any:
    return resources(name)[0]["spec"]["template"]["spec"]["containers"][0]


@pytest.mark.parametrize("path", YAML, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_file_is_yaml(path: Path) -> None:
    assert all(document for document in yaml.safe_load_all(path.read_text()))


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_stands_in_every_file(service: str) -> None:
    assert COMPOSE["services"][service]["command"] == ["serve", service]
    assert service in COMPOSE["services"]["proxy"]["depends_on"]
    assert f"upstream {service} " in (DEPLOY / "proxy" / "upstreams.conf").read_text()
    kustomization = yaml.safe_load((DEPLOY / "kubernetes/kustomization.yaml").read_text())
    assert service in kustomization["resources"]


def test_places_that_list_all_services_list_no_others() -> None:
    found = re.search(r"for service in (.*);", (DEPLOY / "postgres" / "init.sh").read_text())
    assert found is not None
    assert found[1].split() == list(SERVICES)
    proxy = (DEPLOY / "proxy" / "nginx.conf").read_text()
    assert set(re.findall(r"\?<room>([a-z|]+)\)", proxy)) == {"|".join(SERVICES)}


def test_the_proxy_leaves_an_idle_connection_before_the_service_closes_it() -> None:
    closes = re.search(r"timeout_keep_alive=(\d+)", (DEPLOY / "web.py").read_text())
    assert closes is not None
    upstreams = (DEPLOY / "proxy" / "upstreams.conf").read_text()
    leaves = re.findall(r"keepalive_timeout (\d+)s;", upstreams)
    assert len(leaves) == len(SERVICES)
    assert max(map(int, leaves)) < int(closes[1])


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_gets_its_own_database_and_broker_user_only(service: str) -> None:
    environment = COMPOSE["services"][service]["environment"]
    database, amqp = environment["ALUR_DATABASE_URL"], environment["ALUR_AMQP_URL"]
    assert f"//alur_{service}:${{{service.upper()}_DB_PASSWORD:?" in database
    assert database.endswith(f"/alur_{service}")
    assert f"//alur_{service}:${{{service.upper()}_AMQP_PASSWORD:?" in amqp
    others = [name for name in SERVICES if name != service]
    assert not [name for name in others if name in database + amqp]


def test_only_registration_holds_the_signing_key() -> None:
    holders = [name for name in SERVICES if "ALUR_JWKS" not in _environment(name)]
    assert holders == ["registration"]
    mounted = [n for n in SERVICES if "signing" in str(COMPOSE["services"][n]["volumes"])]
    assert mounted == ["registration"]
    patched = [n for n in SERVICES if "alur-signing-key" in _kustomization(n)]
    assert patched == ["registration"]


def _environment(name: str) -> dict[str, str]:
    found: dict[str, str] = COMPOSE["services"][name]["environment"]
    return found


def _kustomization(name: str) -> str:
    return (DEPLOY / "kubernetes" / name / "kustomization.yaml").read_text()


def test_no_password_has_a_silent_default() -> None:
    text = "".join(path.read_text() for path in DEPLOY.glob("compose*.yaml"))
    asked = set(re.findall(r"\$\{(\w+)", text))
    silent = set(re.findall(r"\$\{(\w+):-", text))
    offered = dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / "env.example").read_text(), re.M))
    assert silent == {"IMAGE_TAG", "PROXY_LISTEN", "ALERTMANAGER_FILE", "AMQPS_LISTEN"}
    assert asked - silent <= set(offered)
    assert not any(value for name, value in offered.items() if name.endswith("PASSWORD"))


def test_containers_write_only_where_they_must() -> None:
    assert all(service["read_only"] for service in COMPOSE["services"].values())
    for name in ("api.yaml", "worker.yaml"):
        rights = container(name)["securityContext"]
        assert rights["readOnlyRootFilesystem"]
        assert not rights["allowPrivilegeEscalation"]
    assert "\nUSER 10001" in (DEPLOY / "Dockerfile").read_text()


def test_one_port_everywhere() -> None:
    assert "ALUR_PORT=8080" in (DEPLOY / "Dockerfile").read_text()
    upstreams = (DEPLOY / "proxy" / "upstreams.conf").read_text()
    assert set(re.findall(r"server \w+:(\d+)", upstreams)) == {"8080"}
    jobs = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    targets = {
        t
        for c in jobs
        if c["job_name"] == "alur"
        for s in c["static_configs"]
        for t in s["targets"]
    }
    assert targets == {f"{service}:8080" for service in SERVICES}
    for name in ("api.yaml", "worker.yaml"):
        assert container(name)["ports"] == [{"name": "http", "containerPort": 8080}]
    assert resources("service.yaml")[0]["spec"]["ports"][0]["port"] == 8080


def test_probes_ask_what_a_process_answers() -> None:
    source = (DEPLOY / "process.py").read_text()
    for name, role in (("api.yaml", "api"), ("worker.yaml", "worker")):
        pod = container(name)
        assert pod["args"] == ["serve", "ROOM", "--role", role]
        asked = {pod[p]["httpGet"]["path"] for p in ("startupProbe", "livenessProbe")}
        assert asked == {"/healthz"}
        assert pod["readinessProbe"]["httpGet"]["path"] == "/readyz"
    for path in ("/healthz", "/readyz", "/metrics"):
        assert f'Route("{path}"' in source


def test_kubernetes_lets_in_who_it_sends_people_through() -> None:
    (ingress,), (network,) = (resources(f"../{name}.yaml") for name in ("ingress", "network"))
    let_in = [
        source["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for source in network["spec"]["ingress"][0]["from"]
    ]
    assert ingress["spec"]["ingressClassName"] in let_in


def test_the_broker_of_compose_opens_no_port_until_it_is_asked_to() -> None:
    assert "ports" not in COMPOSE["services"]["rabbitmq"]
    extra = yaml.safe_load((DEPLOY / "compose.outside.yaml").read_text())["services"]
    assert extra.keys() == {"rabbitmq"}
    (port,) = extra["rabbitmq"]["ports"]
    assert port.endswith(":5671")
    assert "listeners.ssl.default = 5671" in (DEPLOY / "broker" / "tls.conf").read_text()


def test_the_broker_of_compose_has_what_the_manual_asks_of_it() -> None:
    plugins = (DEPLOY / "broker" / "enabled_plugins").read_text()
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert "set_parameter shovel" in manual
    assert "rabbitmq_shovel" in plugins
    assert "rabbitmq_prometheus" in plugins


@pytest.mark.parametrize("service", SERVICES)
def test_the_ingress_leads_each_prefix_to_its_service(service: str) -> None:
    ingress = yaml.safe_load((DEPLOY / "kubernetes" / "ingress.yaml").read_text())
    backends = {
        path["path"]: path["backend"]["service"]["name"]
        for path in ingress["spec"]["rules"][0]["http"]["paths"]
    }
    assert backends[f"/{service}"] == f"{service}-api"


def test_metrics_in_alerts_and_dashboard_are_counted_in_the_code() -> None:
    used = {name for text in expressions() for name in re.findall(r"\balur_\w+", text)}
    assert used
    assert used <= sample_names()


def test_event_types_in_the_dashboard_are_in_the_catalogue() -> None:
    used = {t for text in expressions() for t in re.findall(r'type="([^"]+)"', text)}
    assert used
    assert used <= set(EVENTS)


def test_every_alert_is_explained() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    names = [rule["alert"] for group in ALERTS["groups"] for rule in group["rules"]]
    assert not [name for name in names if f"`{name}`" not in manual]


def test_every_metric_is_explained() -> None:
    manual = (ROOT / "docs" / "operations.md").read_text()
    plain = {re.sub(r"_(bucket|count|sum)$", "", name) for name in sample_names()}
    assert not [name for name in plain if f"`{name}`" not in manual]


def test_every_setting_named_is_one_and_every_one_is_explained() -> None:
    known = {f"ALUR_{name.upper()}" for name in Settings.model_fields}
    code = (DEPLOY / "__main__.py").read_text()
    assert all(f'"{name}"' in code for name in ELSEWHERE)
    texts = [p.read_text() for p in [*YAML, DEPLOY / "Dockerfile", DEPLOY / "broker/__init__.py"]]
    used = {name for text in texts for name in re.findall(r"\bALUR_[A-Z_]+\b", text)}
    assert used <= known | set(ELSEWHERE)
    manual = (ROOT / "docs" / "operations.md").read_text()
    assert not [name for name in [*known, *ELSEWHERE] if f"`{name}`" not in manual]


def test_the_lock_of_the_image_is_part_of_the_lock_of_developers() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9][\w.\[\]-]*==[^\s;\\]+", (ROOT / name).read_text(), re.M))

    run = pins("requirements-run.lock")
    assert run
    assert run <= pins("requirements.lock")
    assert not [pin for pin in run if pin.startswith(("pytest", "mypy", "ruff"))]
