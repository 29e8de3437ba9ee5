"""A message is posted whole, and a fault says whether another try may help, without the secret address."""

from __future__ import annotations

import socket

import pytest

from factdesk.errors import DeliveryError
from factdesk.ops.prefect_server import free_port
from factdesk.web.webhooks import host_of, post_json
from notification_sinks import http_sink


def test_a_message_arrives_whole():
    with http_sink() as sink:
        post_json(sink.address, {"text": "a fare of £5 — late", "id": "1"})
    assert sink.taken == [{"text": "a fare of £5 — late", "id": "1"}]


@pytest.mark.parametrize(
    ("code", "may_pass"), [(500, True), (503, True), (429, True), (400, False), (404, False), (302, False)]
)
def test_only_trouble_of_the_other_side_may_pass(code, may_pass):
    with http_sink() as sink:
        sink.codes = [code]
        with pytest.raises(DeliveryError, match=str(code)) as caught:
            post_json(sink.address, {})
    assert caught.value.may_pass is may_pass
    assert "s3cret" not in str(caught.value)
    assert f"127.0.0.1:{sink.port}" in str(caught.value)


def test_a_place_that_is_down_may_come_back():
    with pytest.raises(DeliveryError, match="cannot be reached") as caught:
        post_json(f"http://127.0.0.1:{free_port()}/s3cret", {})
    assert caught.value.may_pass
    assert "s3cret" not in str(caught.value)


def test_a_place_that_says_nothing_is_given_up_after_the_time_limit():
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(DeliveryError) as caught:
            post_json(address, {}, seconds=0.2)
    assert caught.value.may_pass


def test_a_proxy_is_not_asked_for_this_machine(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    with http_sink() as sink:
        post_json(sink.address, {"id": "1"})
    assert sink.taken


def test_a_password_in_an_address_is_not_shown():
    assert host_of("https://me:s3cret@hooks.example:8443/x") == "hooks.example:8443"
