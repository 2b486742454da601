"""openapi_document — what a service's openapi.yaml says, with what every service has in common (common/openapi.yaml): the
problem answer of every operation, parameters, schemas."""
import functools
import os

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMMON = os.path.join(ROOT, "common", "openapi.yaml")
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


def read(path):
    with open(path, encoding="utf-8") as f:
        return yaml.safe_load(f)


def load(path):
    """The complete document of one service. A part that is common is written once: saying it again is an error, and so is
    referring to one that is not there."""
    document, shared = read(path), read(COMMON)
    for kind, parts in shared["components"].items():
        own = document.setdefault("components", {}).setdefault(kind, {})
        for name in own.keys() & parts.keys():
            raise ValueError("%s: %s %s is in common/openapi.yaml already" % (path, kind, name))
        own.update(parts)
    document.setdefault("security", shared["security"])
    document.setdefault("servers", shared["servers"])
    for _, _, operation in operations(document):
        operation["responses"].setdefault("default", {"$ref": "#/components/responses/Problem"})
    check_references(path, document, document)
    return document


def check_references(path, document, node):
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        check_references(path, document, value)
        if key == "$ref" and resolve(document, value) is None:
            raise ValueError("%s: there is no %s" % (path, value))


def resolve(document, reference):
    """The part "#/components/…" refers to, or None."""
    return functools.reduce(lambda node, key: (node or {}).get(key), reference[2:].split("/"), document)


def operations(document):
    """(method, path, operation) of each."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]
