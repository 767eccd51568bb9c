"""Which ports a stack may take, and how it keeps one."""

from __future__ import annotations

import socket

import pytest

from local import ports
from local.stack_settings import StackError


def listener_like_a_worker(port: int) -> socket.socket:
    return socket.create_server(("127.0.0.1", port), reuse_port=True)


def test_a_kept_port_is_taken_for_other_stacks_though_nobody_listens_on_it() -> None:
    (port,) = ports.free_ports(1)
    with ports.keep(port), pytest.raises(StackError, match=f"port {port} is in use by .*; set API_PORT to another"):
        ports.claim({"API_PORT": port})
    assert ports.claim({"API_PORT": port}) == [port]


def test_workers_share_a_kept_port_and_have_all_its_connections() -> None:
    (port,) = ports.free_ports(1)
    with ports.keep(port), listener_like_a_worker(port) as first:
        first.close()
        with listener_like_a_worker(port) as again, socket.create_connection(("127.0.0.1", port)):
            again.settimeout(5)
            again.accept()[0].close()
        assert not ports.is_free(port), "whoever has listened on it"


def test_a_port_where_connections_of_others_have_just_ended_is_free_though_it_cannot_be_kept() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            other.accept()[0].close()
            client.recv(1)
    with ports.keep(port):
        assert ports.claim({"API_PORT": port}) == [port]
