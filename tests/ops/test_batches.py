"""Batches keep the order, lose nothing, and spread the links of a host."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from factdesk.ops.batches import host_of, plan_batches, plan_gathering
from factdesk.sources.gather import SourceRequest

URLS = st.builds("http://{}.example/{}".format, st.sampled_from("abcdef"), st.integers(0, 40))


@given(st.lists(st.integers()), st.integers(1, 9))
def test_batches_hold_everything_in_order(things, size):
    batches = plan_batches(things, size)
    assert [thing for batch in batches for thing in batch] == things
    assert all(1 <= len(batch) <= size for batch in batches)


@given(st.lists(URLS, unique=True), st.integers(1, 9))
def test_gathering_loses_no_link_and_spreads_every_host(urls, size):
    batches = plan_gathering([SourceRequest(url) for url in urls], size)
    assert sorted(request.url for batch in batches for request in batch) == sorted(urls)
    assert all(1 <= len(batch) <= size for batch in batches)
    for host in {host_of(SourceRequest(url)) for url in urls}:
        links = [url for url in urls if host_of(SourceRequest(url)) == host]
        for batch in batches:
            here = sum(host_of(request) == host for request in batch)
            assert here <= len(batch) / len(urls) * len(links) + 6  # six hosts: each may round up once


def test_a_host_with_many_links_does_not_fill_a_batch():
    links = [f"http://a.example/{number}" for number in range(50)]
    links += [f"http://b.example/{number}" for number in range(50)]
    batches = plan_gathering([SourceRequest(url) for url in links], 10)
    assert [sum("//a." in request.url for request in batch) for batch in batches] == [5] * 10


def test_hosts_are_told_without_names_and_passwords():
    assert host_of(SourceRequest("https://ann:secret@News.Example:8080/a")) == "news.example:8080"
    assert host_of(SourceRequest("http://[broken")) == "unreadable"
    assert host_of(SourceRequest("javascript:alert(1)")) == "unreadable"
    assert host_of(SourceRequest("notes.txt", Path("notes.txt"))) == "file"
