"""places — where a suite keeps what is backed up, as its services are told: MOTCUA_<SERVICE>_<NAME>, conf/<service>.conf; where
services have no files, motcua.conf may say it for all: database = dbname={role} user={role} …, keys_dir, files_dir."""
import os

import psycopg2.extensions
from operator_api import STORES, Refused

PASSPHRASE = "backup.passphrase"


def value_in(path, name):
    """A parameter's value in a file of `name = value` lines; None: it has none."""
    try:
        with open(path, encoding="utf-8") as f:
            lines = [line.partition("=") for line in f if not line.startswith("#")]
    except OSError:
        return None
    return next((value.strip() for key, _, value in lines if key.strip() == name), None)


class Places:
    """config: the operator's motcua.conf; the services' files lie beside it, or there is only the environment."""

    def __init__(self, config):
        self.config, self.conf_dir = config, os.path.dirname(os.path.abspath(config))

    def value(self, service, name):
        variable = "MOTCUA_%s_%s" % (service.upper().replace("-", "_"), name.upper())
        role = "motcua_" + service.replace("-", "_")
        found = os.environ.get(variable) or value_in(self._file(service), name) or (
            value_in(self.config, name) or "").replace("{role}", role)
        if not found:
            raise Refused("%s: there is no %s: set it in %s or as %s" % (service, name, self._file(service), variable))
        return found

    def _file(self, service):
        return os.path.join(self.conf_dir, service + ".conf")

    @property
    def databases(self):
        """{service: conninfo}."""
        return {service: self.value(service, "database") for service in STORES}

    @property
    def files(self):
        return self.value("intake", "files_dir")

    @property
    def keys(self):
        return self.value("intake", "keys_dir")

    @property
    def passphrase(self):
        return os.path.join(self.keys, PASSPHRASE)

    @property
    def run(self):
        return os.path.dirname(self.conf_dir)


def for_client(conninfo):
    """Arguments and environment of a PostgreSQL client program: the password stays off the command line."""
    parts = psycopg2.extensions.parse_dsn(conninfo)
    password = parts.pop("password", None)
    env = {**os.environ, **({"PGPASSWORD": password} if password else {})}
    return ["-d", psycopg2.extensions.make_dsn(**parts)], env
