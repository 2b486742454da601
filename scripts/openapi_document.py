"""openapi_document — what a service's openapi.yaml says, with what every service has in common (common/openapi.yaml): the
problem answer of every operation, parameters, schemas."""
import os

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
METHODS = ("get", "post", "put", "patch", "delete", "options")


def read(path):
    with open(path, encoding="utf-8") as f:
        return yaml.safe_load(f)


def load(path):
    """The complete document of one service."""
    document, shared = read(path), read(os.path.join(ROOT, "common", "openapi.yaml"))
    for kind, parts in shared["components"].items():
        own = document.setdefault("components", {}).setdefault(kind, {})
        for name, part in parts.items():
            own.setdefault(name, part)
    document.setdefault("security", shared["security"])
    document.setdefault("servers", shared["servers"])
    for _, _, operation in operations(document):
        operation["responses"].setdefault("default", {"$ref": "#/components/responses/Problem"})
    return document


def operations(document):
    """(method, path, operation) of each."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]
