"""scaling — how many replicas a service should have, as a rule without a clock or a network: what was measured goes in, a decision
comes out.

It is slow to judge and slower to take back: several measurements in a row must say the same, those that ask for less must be more
of them, and after a change it looks away until the change shows. Between "too slow" and "idle" lies a band in which nothing is
done; so a load that stays where it is moves nothing."""
import dataclasses


@dataclasses.dataclass(frozen=True)
class Policy:
    least: int = 1
    most: int = 8
    high_ms: float = 250  # 95th percentile of accepted requests: above it people wait
    low_ms: float = 60
    high_age_s: float = 5  # of the oldest message that waits for the service
    low_age_s: float = 1
    up_after: int = 2  # measurements in a row
    down_after: int = 12
    rest_after: int = 4  # measurements not looked at after a change


@dataclasses.dataclass(frozen=True)
class Measured:
    """None: nobody could tell. A service nobody asks has a latency of 0. refused: answers 5xx a second."""
    replicas: int | None
    latency_ms: float | None
    age_s: float | None
    refused_per_s: float = 0


@dataclasses.dataclass(frozen=True)
class State:
    busy: int = 0  # in a row
    idle: int = 0
    rest: int = 0


def mood(policy, m):
    if m.refused_per_s > 0 or m.latency_ms > policy.high_ms or m.age_s > policy.high_age_s:
        return "busy"
    return "idle" if m.latency_ms < policy.low_ms and m.age_s < policy.low_age_s else "even"


def decide(policy, state, m):
    """(the next state, replicas wanted or None: leave it, why)."""
    if m.replicas is None or m.latency_ms is None or m.age_s is None:
        return State(rest=state.rest), None, "not everything could be measured"
    if not policy.least <= m.replicas <= policy.most:
        return State(rest=policy.rest_after), min(max(m.replicas, policy.least), policy.most), "outside the limits"
    if state.rest:
        return State(rest=state.rest - 1), None, "the last change shall show first"
    return judge(policy, count(state, mood(policy, m)), m)


def count(state, now):
    return State(busy=state.busy + 1 if now == "busy" else 0, idle=state.idle + 1 if now == "idle" else 0)


def judge(policy, state, m):
    if state.busy >= policy.up_after and m.replicas < policy.most:
        return State(rest=policy.rest_after), m.replicas + 1, "%d times busy" % state.busy
    if state.idle >= policy.down_after and m.replicas > policy.least:
        return State(rest=policy.rest_after), m.replicas - 1, "%d times idle" % state.idle
    if state.busy and m.replicas == policy.most:
        return state, None, "busy, but there are as many as may be"
    return state, None, "busy" if state.busy else "idle" if state.idle else "even"
