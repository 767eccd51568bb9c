"""The supervisor with its real components."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from azure.cosmos import CosmosClient
from azure.data.tables import TableServiceClient
from azure.servicebus import ServiceBusClient, ServiceBusMessage

from local.ports import free_ports, is_free
from tests.integration.stack.running import RunningStack, get, is_alive
from tests.support.detour import Detour
from tests.support.patience import eventually

Start = Callable[..., RunningStack]


def send(components: dict[str, dict[str, str]], queue: str, message_id: str) -> None:
    with (
        ServiceBusClient.from_connection_string(components["servicebus"]["connection"]) as bus,
        bus.get_queue_sender(queue) as sender,
    ):
        sender.send_messages(ServiceBusMessage("x", message_id=message_id))


def port_of(connection: str) -> int:
    found = re.search(r"sb://127\.0\.0\.1:(\d+)", connection)
    assert found, connection
    return int(found[1])


def answers(url: str) -> bool:
    try:
        return get(url).is_success
    except httpx.TransportError:
        return False


def test_everything_is_started_provisioned_and_described(start_stack: Start) -> None:
    stack = start_stack(
        FUNCTIONS_WORKER_PROCESS_COUNT="2", RESERVATION_EXPIRY_SECONDS="5", OPEN_HOLDS_PER_CLIENT="3"
    ).ready()
    components = stack.components()
    assert set(components) == {"servicebus", "cosmos", "storage", "functions", "web"}
    assert all(component["restarts"] == 0 for component in components.values())
    assert len(components["functions"]["pids"]) == 2
    assert all(is_alive(pid) for pid in stack.pids())

    tables = TableServiceClient.from_connection_string(components["storage"]["connection"])
    with tables:
        assert [table.name for table in tables.list_tables()] == ["orders"]
    with CosmosClient(components["cosmos"]["url"], components["cosmos"]["key"]) as cosmos:
        (container,) = cosmos.get_database_client("contoso").list_containers()
    assert container["uniqueKeyPolicy"]["uniqueKeys"] == [{"paths": ["/version"]}]

    api, web = components["functions"]["url"], components["web"]["url"]
    settings = {
        name: get(f"{api}/api/environment/{name}").text
        for name in (
            "FROM_VALUES",
            "PUBLIC_BASE_URL",
            "RESERVATION_EXPIRY_SECONDS",
            "OPEN_HOLDS_PER_CLIENT",
            "WRONG_TRIES_PER_CLIENT",
            "TRUSTED_PROXIES",
            "ServiceBusConnection",
            "SQL_URL",
        )
    }
    assert settings == {
        "FROM_VALUES": "yes",
        "PUBLIC_BASE_URL": web,
        "RESERVATION_EXPIRY_SECONDS": "5",
        "OPEN_HOLDS_PER_CLIENT": "3",
        "WRONG_TRIES_PER_CLIENT": "0",
        "TRUSTED_PROXIES": "1",
        "ServiceBusConnection": components["servicebus"]["connection"],
        "SQL_URL": f"sqlite:///{stack.state}/contoso.db",
    }
    send(components, "work", "m-1")
    eventually(lambda: any(get(f"{api}/api/seen").json() == ["m-1"] for _ in range(4)), "the call")


def test_the_site_serves_files_falls_back_and_passes_the_api_on(shared_stack: RunningStack) -> None:
    web = shared_stack.components()["web"]["url"]
    for path, status, content in [
        ("/", 200, "<h1>Conferences</h1>"),
        ("/conferences/some-page", 200, "<h1>Conferences</h1>"),
        ("/site.css", 200, "h1 { color: navy }"),
        ("/absent.css", 404, "Not found"),
        ("/staticwebapp.config.json", 200, "<h1>Conferences</h1>"),
        ("/../function_app.py", 200, "<h1>Conferences</h1>"),
        ("/api/health/ready", 200, "{}"),
        ("/api/nowhere", 404, ""),
    ]:
        answer = get(f"{web}{path}")
        assert (path, answer.status_code, answer.text) == (path, status, content)
        assert path.startswith("/api/") or answer.headers["x-frame-options"] == "DENY"


def test_while_the_functions_are_away_the_site_answers_503_as_a_problem(shared_stack: RunningStack) -> None:
    stack = shared_stack
    components = stack.components()
    (pid,) = components["functions"]["pids"]
    web = components["web"]["url"]
    stack.pause()
    os.kill(pid, signal.SIGKILL)
    eventually(lambda: not is_alive(pid), "the end of the functions host")
    answer = get(f"{web}/api/health/ready")
    stack.resume()
    assert answer.status_code == 503
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["status"] == 503
    eventually(lambda: get(f"{web}/api/health/ready").status_code == 200, "the functions' return")
    eventually(lambda: stack.components()["functions"]["state"] == "ready", "the notice of it")


@pytest.mark.parametrize("name", ["servicebus", "cosmos", "storage", "functions", "web"])
def test_a_killed_component_is_restarted_at_its_address(shared_stack: RunningStack, name: str) -> None:
    before = shared_stack.components()
    after = shared_stack.kill_component(name)
    assert after["url"] == before[name]["url"]
    assert after["pid"] != before[name]["pid"]
    assert get(f"{before['functions']['url']}/api/health/ready").status_code == 200


def test_a_component_is_restarted_though_that_cannot_be_written_down(shared_stack: RunningStack) -> None:
    before = shared_stack.components()["web"]
    obstacle = shared_stack.state / "stack.new"
    obstacle.mkdir()
    os.kill(before["pid"], signal.SIGKILL)
    eventually(lambda: answers(before["url"]), "the site's return")
    assert shared_stack.components()["web"] == before
    obstacle.rmdir()
    shared_stack.kill_component("cosmos")
    after = shared_stack.components()["web"]
    assert (after["restarts"], after["state"]) == (before["restarts"] + 1, "ready")


def test_storage_that_was_killed_before_it_saved_its_tables_has_them_again(start_stack: Start) -> None:
    stack = start_stack().ready()
    storage = stack.components()["storage"]
    stack.pause()
    os.kill(storage["pid"], signal.SIGKILL)
    eventually(lambda: not is_alive(storage["pid"]), "the end of storage")
    for saved in (stack.state / "azurite").glob("__azurite_db_*"):
        saved.unlink()
    stack.resume()
    eventually(lambda: stack.components()["storage"]["restarts"] == 1, "the notice of it")
    eventually(lambda: stack.components()["storage"]["state"] == "ready", "the return of storage")
    with TableServiceClient.from_connection_string(storage["connection"]) as tables:
        assert [table.name for table in tables.list_tables()] == ["orders"]


def test_the_state_is_for_its_owner_alone(shared_stack: RunningStack) -> None:
    assert stat.S_IMODE(shared_stack.state.stat().st_mode) == 0o700


@pytest.fixture
def hangup_counts() -> Iterator[None]:
    """Also where these tests were started with nohup, which its processes inherit."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.usefixtures("hangup_counts")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_in_order(start_stack: Start, sign: signal.Signals) -> None:
    stack = start_stack().ready()
    pids = stack.pids()
    assert stack.stop(sign) == 0
    assert not [pid for pid in pids if is_alive(pid)]
    lines = stack.output.splitlines()
    stopped = [line.split()[0] for line in lines if line.endswith(" stopped")]
    assert stopped.index("functions") < stopped.index("servicebus") < min(map(stopped.index, ("cosmos", "storage")))
    assert stack.pids() == []


def test_everything_is_stopped_though_nobody_reads_what_is_printed(app_root: Path, tmp_path: Path) -> None:
    reader, writer = os.pipe()
    stack = RunningStack(app_root, tmp_path / "state", {}, stdout=writer)
    try:
        os.close(writer)
        with open(reader, encoding="utf-8") as printed:
            assert any("stop with Ctrl+C" in line for line in printed), stack.output
        pids = stack.pids()
    finally:
        code = stack.stop()
    assert code == 0
    assert not [pid for pid in pids if is_alive(pid)]


def test_no_process_outlives_a_killed_supervisor(start_stack: Start) -> None:
    stack = start_stack(FUNCTIONS_WORKER_PROCESS_COUNT="2").ready()
    pids = stack.pids()
    assert len(pids) == 6
    stack.kill()
    eventually(lambda: not [pid for pid in pids if is_alive(pid)], "the end of all processes")


def test_a_restart_goes_on_with_the_same_state(start_stack: Start) -> None:
    first = start_stack().ready()
    components = first.components()
    send(components, "kept", "kept")
    with TableServiceClient.from_connection_string(components["storage"]["connection"]) as tables:
        tables.get_table_client("orders").create_entity({"PartitionKey": "a", "RowKey": "b", "n": 1})
    with CosmosClient(components["cosmos"]["url"], components["cosmos"]["key"]) as cosmos:
        events = cosmos.get_database_client("contoso").get_container_client("events")
        events.create_item({"id": "1", "streamId": "s", "version": 1})
    secret = get(f"{components['functions']['url']}/api/environment/PAYMENT_CALLBACK_SECRET").text
    assert first.stop() == 0

    components = start_stack().ready().components()
    with (
        ServiceBusClient.from_connection_string(components["servicebus"]["connection"]) as bus,
        bus.get_queue_receiver("kept") as receiver,
    ):
        assert [message.message_id for message in receiver.peek_messages(5)] == ["kept"]
    with TableServiceClient.from_connection_string(components["storage"]["connection"]) as tables:
        assert tables.get_table_client("orders").get_entity("a", "b")["n"] == 1
    with CosmosClient(components["cosmos"]["url"], components["cosmos"]["key"]) as cosmos:
        events = cosmos.get_database_client("contoso").get_container_client("events")
        assert events.read_item("1", "s")["version"] == 1
    again = get(f"{components['functions']['url']}/api/environment/PAYMENT_CALLBACK_SECRET").text
    assert len(secret) >= 32
    assert again == secret


def test_a_key_may_begin_with_a_dash(start_stack: Start, tmp_path: Path) -> None:
    drawn = {"paymentCallbackSecret": "-" * 32, "serviceBusKey": "-key"}
    (tmp_path / "state").mkdir()
    (tmp_path / "state/secrets.json").write_text(json.dumps(drawn), encoding="utf-8")
    assert "SharedAccessKey=-key;" in start_stack().ready().components()["servicebus"]["connection"]


def test_a_second_stack_on_the_same_state_is_refused(app_root: Path, shared_stack: RunningStack) -> None:
    second = RunningStack(app_root, shared_stack.state, {})
    assert second.wait() == 1
    assert "is in use by a running stack" in second.output


def test_ports_in_use_are_refused_naming_their_owner(start_stack: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        api, web = one.getsockname()[1], other.getsockname()[1]
        stack = start_stack(API_PORT=str(api), WEB_PORT=str(web))
        assert stack.wait() == 1
    owner = f"is in use by pid {os.getpid()} ("
    assert [line.split(owner)[0] for line in stack.output.splitlines()] == [
        f"error: port {api} ",
        f"error: port {web} ",
    ]
    assert all(f"set {setting} to another" in stack.output for setting in ("API_PORT", "WEB_PORT"))


def test_a_second_stack_on_the_same_port_is_refused_while_the_first_is_still_starting(
    app_root: Path, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    first = RunningStack(app_root, tmp_path / "first", {"API_PORT": str(port)})
    try:
        eventually((first.state / "local.settings.json").exists, "its choice of ports")
        second = RunningStack(app_root, tmp_path / "second", {"API_PORT": str(port)})
        assert second.wait() == 1
        assert f"error: port {port} is in use by " in second.output
        assert "set API_PORT to another" in second.output
        first.ready()
        functions = first.kill_component("functions")
        assert functions["url"] == f"http://127.0.0.1:{port}"
    finally:
        code = first.stop()
    assert code == 0
    assert is_free(port)


def test_two_stacks_run_at_once(app_root: Path, tmp_path: Path) -> None:
    stacks = [RunningStack(app_root, tmp_path / name, {}) for name in ("one", "other")]
    try:
        one, other = [stack.ready().components() for stack in stacks]
        send(one, "work", "of-one")
        send(other, "work", "of-the-other")
        for components, message in ((one, "of-one"), (other, "of-the-other")):
            seen = f"{components['functions']['url']}/api/seen"
            eventually(lambda seen=seen, message=message: get(seen).json() == [message], message)
    finally:
        codes = [stack.stop() for stack in stacks]
    assert codes == [0, 0]


def test_the_app_is_sent_where_a_detour_says(start_stack: Start) -> None:
    with Detour(lambda: port_of(stack.components()["servicebus"]["connection"])).running() as detour:
        stack = start_stack(DETOURS=f"servicebus={detour.port}").ready()
        components = stack.components()
        api = components["functions"]["url"]
        told = get(f"{api}/api/environment/ServiceBusConnection").text
        assert port_of(told) == detour.port
        send(components, "work", "m-1")
        eventually(lambda: get(f"{api}/api/seen").json() == ["m-1"], "the call")
        stack.stop()


def test_an_app_that_cannot_be_indexed_ends_the_start_with_its_reason(tmp_path: Path, app_root: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(app_root, broken)
    (broken / "function_app.py").write_text("import nowhere", encoding="utf-8")
    stack = RunningStack(broken, tmp_path / "state", {})
    assert stack.wait() == 1
    assert "functions did not start" in stack.output
    assert "ModuleNotFoundError: No module named 'nowhere'" in stack.output
    assert stack.pids() == []
