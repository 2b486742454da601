"""swarm — the same file as a stack on a swarm of one machine: it comes up without an order of start, takes a new release while
people file, and scales."""
import pytest

from crowd import Crowd
from embedded.web import wait_for
from project import Project, free_ports
from test_3_changes import next_release


class Stack(Project):
    """As Project, but what runs is tasks of a swarm."""

    def deploy(self):
        file = self.write_settings()
        stack = self.engine.call("deploy/bin/stack", "--profile", "simulators", "--env-file", file, more=self.settings).stdout
        self.engine.call("docker", "stack", "deploy", "-c", "-", self.name, text=stack, seconds=120)

    def containers(self, service):
        return self.inspect("label=com.docker.swarm.service.name=%s_%s" % (self.name, service))

    def sample_is_in(self):
        states = self.engine.docker("service", "ps", "-f", "desired-state=shutdown", "--format", "{{.CurrentState}}",
                                    self.name + "_sample", check=False)
        return "Complete" in states

    def update_state(self, service):
        return self.engine.docker("service", "inspect", "-f", "{{if .UpdateStatus}}{{.UpdateStatus.State}}{{end}}",
                                  "%s_%s" % (self.name, service))

    def down(self):
        self.engine.call("docker", "stack", "rm", self.name, check=False)
        wait_for(lambda: not self.engine.docker("ps", "-q", "-f", "label=com.docker.stack.namespace=" + self.name), 120,
                 "the end of the stack", pause=0.5)


@pytest.fixture(scope="module")
def stack(engine, project):
    project.down()
    engine.call("docker", "swarm", "init", "--advertise-addr", "127.0.0.1")
    engine.docker("node", "update", "--label-add", "motcua.store=yes", "--label-add", "motcua.front=yes",
                  engine.docker("node", "ls", "-q"))
    stack = Stack(engine, engine.path("stack"), "swarmed", *free_ports(), project.release)
    stack.deploy()
    yield stack
    stack.down()
    engine.call("docker", "swarm", "leave", "--force")


def test_a_stack_comes_up_and_takes_dossiers(stack):
    wait_for(stack.sample_is_in, 240, "the sample data", pause=0.5)
    stack.learn()
    with Crowd(stack, callers=2) as crowd:
        wait_for(lambda: len(crowd.codes) > 10, 60, "dossiers")
    assert crowd.failed == []


def test_a_stack_takes_a_new_release_without_a_failed_request(stack, engine):
    next_release(engine, stack.release)
    stack.settings["MOTCUA_VERSION"] = "next"
    with Crowd(stack, callers=2) as crowd:
        stack.deploy()
        wait_for(lambda: stack.update_state("intake") == "completed", 240, "the new intake", pause=0.5)
        wait_for(lambda: stack.update_state("identity") == "completed", 240, "the new identity", pause=0.5)
        seen = len(crowd.codes)
        wait_for(lambda: len(crowd.codes) > seen + 10, 60, "more dossiers")
    print(crowd.told())
    assert [c["Config"]["Image"].split("@")[0] for c in stack.containers("intake")] == ["motcua-service:next"]
    assert crowd.failed == []


def test_a_stack_scales(stack, engine):
    with Crowd(stack, callers=2) as crowd:
        engine.call("docker", "service", "scale", "-d", stack.name + "_intake=3")
        stack.wait_healthy("intake", 3, seconds=120)
        engine.call("docker", "service", "scale", "-d", stack.name + "_intake=1")
        wait_for(lambda: len(stack.containers("intake")) == 1, 60, "one that is left", pause=0.2)
    print(crowd.told())
    assert crowd.failed == []
