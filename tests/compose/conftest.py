"""The engine, the images and one suite for all tests of the folder, which go in the order of the files. MOTCUA_ENGINE names the
socket of an engine that runs already, and VERSION images it has: for whoever writes these tests."""
import os
import sys
import tempfile

import pytest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "scripts"))

from engine import Engine, NoEngine  # noqa: E402
from project import Project, free_ports  # noqa: E402

VERSION = os.environ.get("VERSION", "tested")


@pytest.fixture(scope="session")
def engine():
    ready = os.environ.get("MOTCUA_ENGINE")
    engine = Engine(tempfile.mkdtemp(prefix="motcua-engine-", dir="/var/tmp"), ready)
    try:
        engine.start()
    except NoEngine as why:
        engine.stop()
        pytest.skip("no engine can be started here: %s" % why)
    try:
        if not ready:
            engine.make_images(VERSION)
        yield engine
    finally:
        engine.stop()


@pytest.fixture(scope="session")
def project(engine):
    project = Project(engine, engine.path("project"), "motcua", *free_ports(), VERSION)
    yield project
    project.down()
