"""invariants_events — what listeners made of what was said: I4 to I6, and that nothing was given up."""
import collections

from ground import SERVICES
from judges import judge

TOLD_OF_A_COMPLAINT = 2  # that it has come, and its answer


def differences(what, ours, theirs):
    return ["%s: not %s" % (code, what) for code in sorted(ours - theirs)] + [
        "%s: %s, and no dossier" % (code, what) for code in sorted(theirs - ours)]


@judge("I4", "a dossier and what was said about it exist together")
def dossier_and_event(e):
    ours = set(e.dossiers)
    return len(ours), differences("a case", ours, set(e.cases)) + differences("known to status-sync", ours, set(e.records)) + \
        differences("known to feedback", ours, e.facts)


@judge("I5", "every event was applied once by every listener: the portal and the mailbox say so")
def applied_once(e):
    told = set(e.dossiers) | e.filed
    untold = differences("told by mail", told - e.unmailed, set(e.mails))
    broken = differences("at the portal", told, set(e.creates)) + (untold if len(untold) > e.mails_refused else [])
    broken += ["%s: %d records at the portal" % (code, n) for code, n in e.creates.items() if n != 1]
    waiting = {s: e.ground.count(s, "SELECT count(*) FROM outbox") for s in SERVICES}
    broken += ["%s still has %d messages to say" % (s, n) for s, n in waiting.items() if n]
    return len(told), broken


@judge("I6", "a dossier's moves follow each other without a gap, and everybody shows the last")
def order_by_version(e):
    broken = ["%s: moves %s to %s, but %s of them" % (code, first, last, n) for code, n, first, last in e.moves.values()
              if (int(first), int(last)) != (1, int(n))]
    broken += ["%s: a case and no move" % code for code in set(e.cases) - set(e.moves)]
    for code, row in e.dossiers.items():
        case = e.cases.get(code)
        if case and (case[1], e.moves[code][3]) != (row[1], row[2]):
            broken.append("%s: state %s version %s, the citizen sees state %s version %s" % (
                code, case[1], e.moves[code][3], row[1], row[2]))
    return len(e.moves), broken


@judge("rated", "every rating that was answered is counted once, and none that nobody gave")
def rated_once(e):
    signed, spent, waiting, counted = e.tokens
    broken = ["%d tokens came back, %d were signed" % (spent, signed)] if spent > signed else []
    if waiting + counted != spent:
        broken.append("%d tokens came back, %d answers wait and %d are counted" % (spent, waiting, counted))
    if not e.ratings["rated"] <= spent <= e.ratings["rating"]:
        broken.append("%d ratings were answered of %d begun, %d are kept" % (e.ratings["rated"], e.ratings["rating"], spent))
    return spent, broken


@judge("heard", "every complaint that was taken is kept once, with its limit, and what is said of it is told once")
def complained_once(e):
    kept = collections.defaultdict(list)
    for title, code, due_ms in e.complaints:
        kept[title].append((code, int(due_ms)))
    broken = ["%s: kept %d times" % (title, len(rows)) for title, rows in kept.items() if len(rows) > 1]
    broken += ["%s: nobody sent it" % title for title in sorted(kept.keys() - e.complaining)]
    broken += ["%s: answered %s until %d, kept as %s" % (title, c["code"], c["due_ms"], kept[title])
               for title, c in e.complained.items() if (c["code"], c["due_ms"]) not in kept[title]]
    missing = {code: TOLD_OF_A_COMPLAINT - len(e.complaint_mails[code]) for code in e.heard}
    broken += ["%s: %d mails too many" % (code, -n) for code, n in missing.items() if n < 0]
    if sum(n for n in missing.values() if n > 0) > e.mails_refused:
        broken += ["%s: %d mails are missing" % (code, n) for code, n in missing.items() if n > 0]
    return len(e.complained), broken


@judge("dead", "no message was given up but those that could not be read")
def nothing_given_up(e):
    sql = "SELECT id, type, key, reason FROM dead_letter"
    letters = [(s, *row) for s in SERVICES for row in e.rows(s, sql)]
    broken = ["%s: %s of %s: %s" % (letter[0], *letter[2:5]) for letter in letters if letter[1] not in e.run.poison]
    missing = e.run.poison - {letter[1] for letter in letters}
    return 1 + len(e.run.poison), broken + ["poison %s is in no dead letter" % p for p in sorted(missing)]
