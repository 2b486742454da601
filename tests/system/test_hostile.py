"""What strangers send: bytes that are no text, places nobody was told of, bodies that never end. Each is refused as the
caller's fault, the process goes on, nobody else notices."""
import os
import socket
import struct
import urllib.parse

import pytest

from intake import DISTRICT, open_for_filing, procedure
from lib import call, file_dossier, wait_for, web


@pytest.fixture(scope="module")
def suite(new_suite):
    return open_for_filing(new_suite, procedure())


# ---- what the tests say and see ----

def connect(suite, service="INTAKE"):
    """A line to the service itself, past nginx."""
    line = socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(suite.local(service + "_HTTP")).port), timeout=20)
    line.settimeout(20)
    return line


def say(suite, raw):
    """The status line of the answer to these very bytes."""
    with connect(suite) as line:
        line.sendall(raw)
        return line.recv(4096).split(b"\r\n")[0]


# ---- lines that are too long ----

def test_too_many_parameters_are_refused_before_the_service(suite):
    answer = web.send("GET", suite.url("/api/intake/procedures?" + "a=1&" * 1000))
    assert answer.status == 414


def test_parameters_beyond_a_connections_memory_end_it(suite):
    """Past nginx: libmicrohttpd 0.9.75 has no room left to say why, and must not keep the line open either."""
    query = "&".join("a%d=1" % i for i in range(450))
    assert say(suite, ("GET /api/intake/procedures?%s HTTP/1.1\r\nHost: x\r\n\r\n" % query).encode()) == b""
    assert say(suite, b"GET /api/intake/procedures?limit=1 HTTP/1.1\r\nHost: x\r\n\r\n") == b"HTTP/1.1 200 OK"


# ---- addresses ----

NO_TEXT = ["%ff", "%C3", "%ED%A0%80", "%F4%90%80%80"]  # never UTF-8; half a character; a surrogate; beyond Unicode


@pytest.mark.parametrize("path", ["procedures/", "lookup/", "dossiers/", "uploads/"])
def test_a_path_that_is_no_text_is_no_address(suite, citizen, path):
    answers = [call("GET", suite.url("/api/intake/%s%s" % (path, bad)), token=citizen) for bad in NO_TEXT]
    assert [(answer.status, answer["code"]) for answer in answers] == [(404, "no_such_address")] * len(NO_TEXT)


def test_a_method_that_is_no_text_is_no_address(suite):
    assert say(suite, b"G\xff\xfeT /api/intake/procedures HTTP/1.1\r\nHost: x\r\n\r\n").split()[1] == b"404"


# ---- methods ----

@pytest.mark.parametrize("method, path, allowed", [
    ("DELETE", "intake/procedures", "GET, HEAD"), ("PUT", "intake/dossiers", "POST, GET, HEAD"),
    ("GET", "intake/lookup", "POST"), ("POST", "intake/uploads/1", "GET, HEAD, PATCH, DELETE")])
def test_a_method_the_address_does_not_take_is_refused_with_those_it_takes(suite, method, path, allowed):
    answer = call(method, suite.url("/api/" + path))
    assert (answer.status, answer["code"], answer.headers["Allow"]) == (405, "method_not_allowed", allowed)


# ---- bodies where none is expected ----

@pytest.mark.parametrize("raw", [b"", b"{}", b" { \r\n} \n"])
def test_an_empty_body_is_no_body(suite, raw):
    assert call("POST", suite.url("/api/identity/tokens"), raw=raw).status == 401  # no cookie: it came as far as that


@pytest.mark.parametrize("raw, status", [(b'{"a":1}', 400), (b"{", 400), (b"{}}", 400), (b"{}\0", 400), (b"x" * 1000, 413)])
def test_a_body_where_none_is_expected_is_refused(suite, raw, status):
    answer = call("POST", suite.url("/api/identity/tokens"), raw=raw)
    assert (answer.status, answer["code"]) == (status, "body_not_expected")


# ---- places in a list ----

@pytest.mark.parametrize("after", ["x", "1", "1,", ",1", "-1,a", "9223372036854775807,a", "253402300800000,a",
                                   "1," + "%E1%BA%BF" * 30, "2 a b", "0 a", "0  b", "99999999999 a b"])
@pytest.mark.parametrize("path", ["procedures", "dossiers"])
def test_a_place_that_no_page_named_is_refused(suite, citizen, path, after):
    answer = call("GET", suite.url("/api/intake/%s?after=%s" % (path, after.replace(" ", "%20"))), token=citizen)
    assert answer.status == 422 and [fault["field"] for fault in answer["errors"]] == ["after"]


# ---- callers who leave ----

def open_files(suite):
    """How many stored files intake holds open."""
    folder = "/proc/%d/fd/" % suite.children["intake"][1].pid
    names = [os.path.realpath(folder + fd) for fd in os.listdir(folder)]
    return sum("/by-content/" in name for name in names)


def test_a_file_whose_reader_left_does_not_stay_open(suite, citizen):
    code = file_dossier(suite, citizen, "1.900001", DISTRICT)
    path = "/api/intake/dossiers/%s/papers/1" % code
    for _ in range(200):
        with connect(suite) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # gone with a reset
            line.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n" % (path, citizen)).encode())
    assert call("GET", suite.url(path), token=citizen).status == 200
    wait_for(lambda: open_files(suite) == 0, 10, "the files to be closed")
