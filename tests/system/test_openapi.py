"""test_openapi — the descriptions are complete: every route of a program is in its service's openapi.yaml and no other, every
object says whether it may hold more than it names, and what is common is written once."""
import os
import subprocess

import pytest
import yaml

from lib import ROOT
import openapi_document
from embedded.layout import SERVICES

BUILD = os.path.join(ROOT, os.environ.get("BUILD_DIR") or "build")


def document_of(service):
    return openapi_document.load(os.path.join(ROOT, "services", service, "openapi.yaml"))


def objects(node, where=""):
    """(place, schema) of every object below node."""
    if isinstance(node, dict) and node.get("type") == "object":
        yield where, node
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from objects(value, "%s/%s" % (where, key))


def broken(tmp_path, **components):
    """The path of a document with these components and one operation that refers to "Here"."""
    reference = {"$ref": "#/components/schemas/Here"}
    answer = {"description": "", "content": {"application/json": {"schema": reference}}}
    path = tmp_path / "openapi.yaml"
    path.write_text(yaml.safe_dump({"paths": {"/x": {"get": {"responses": {"200": answer}}}}, "components": components}))
    return str(path)


@pytest.mark.parametrize("service", SERVICES)
def test_every_route_is_described_and_no_other(service):
    printed = subprocess.run([os.path.join(BUILD, service), "--routes"], capture_output=True, text=True, check=True).stdout
    described = {"%s %s" % (method, path) for method, path, _ in openapi_document.operations(document_of(service))}
    assert {row for row in described if not row.startswith("HEAD ")} == set(printed.splitlines())


@pytest.mark.parametrize("service", SERVICES)
def test_every_object_says_whether_it_may_hold_more(service):
    assert [where for where, schema in objects(document_of(service)) if "additionalProperties" not in schema] == []


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_has_a_name_of_its_own(service):
    names = [operation["operationId"] for _, _, operation in openapi_document.operations(document_of(service))]
    assert len(set(names)) == len(names)


def test_a_part_that_is_common_is_not_written_twice(tmp_path):
    with pytest.raises(ValueError, match="schemas Moment is in common/openapi.yaml already"):
        openapi_document.load(broken(tmp_path, schemas={"Here": {}, "Moment": {}}))


def test_a_reference_to_nothing_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="there is no #/components/schemas/Here"):
        openapi_document.load(broken(tmp_path, schemas={}))
