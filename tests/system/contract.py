"""contract — every answer a system test gets is held against the OpenAPI document of its service: the operation exists, the
status is one it names, the body has the shape it says."""
import functools
import json
import os
import re
import sys
import urllib.parse

import jsonschema

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))
import openapi_document  # noqa: E402


def as_json_schema(node):
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(node, list):
        return [as_json_schema(n) for n in node]
    if not isinstance(node, dict):
        return node
    out = {k: as_json_schema(v) for k, v in node.items() if k != "nullable"}
    if node.get("nullable") is True:
        out = {"anyOf": [{"type": "null"}, out]}
    return out


@functools.cache
def document_of(service):
    path = os.path.join(ROOT, "services", service, "openapi.yaml")
    return as_json_schema(openapi_document.load(path)) if os.path.exists(path) else None


@functools.cache
def templates_of(service):
    listing = []
    for method, path, operation in openapi_document.operations(document_of(service)):
        pattern = re.sub(r"\\\{[a-z_]+\\\}", "[^/]+", re.escape(path))
        listing.append((method, re.compile(pattern + "$"), path, operation))
    return sorted(listing, key=lambda row: row[2].count("{"))  # a fixed segment wins over a parameter


def resolve(document, part):
    while "$ref" in part:
        part = openapi_document.resolve(document, part["$ref"])
    return part


def operation_of(service, method, path):
    for row_method, pattern, _, operation in templates_of(service):
        if row_method == method and pattern.match(path):
            return operation
    return None


def check(method, url, status, content_type, body):
    """Raises AssertionError where the answer is not what the document promises."""
    path = urllib.parse.urlsplit(url).path
    found = re.match(r"/api/([a-z-]+)/(?!openapi\.json)", path)
    if not found or not document_of(found[1]):
        return
    document, operation = document_of(found[1]), operation_of(found[1], method, path)
    if operation is None:
        assert status in (401, 404, 405, 503), "%s %s is not in openapi.yaml of %s" % (method, path, found[1])
        return
    responses = operation["responses"]
    is_problem = content_type.startswith("application/problem+json")
    assert str(status) in responses or is_problem, "%s %s: %d is not in openapi.yaml" % (method, path, status)
    content = resolve(document, responses.get(str(status)) or responses["default"]).get("content", {})
    media = content.get(content_type.split(";")[0])
    assert media or not body or "*/*" in content, "%s %s: %d: %s is not in openapi.yaml" % (method, path, status, content_type)
    if media and "json" in content_type and "schema" in media:
        jsonschema.validate(json.loads(body), {**media["schema"], "components": document["components"]})
