"""invariants_outside — what the bank, the mailbox and the national portal have in their own books: I7 to I9."""
from judges import judge


@judge("I7", "one capture for each payment in the bank's ledger, of the right amount, and none besides")
def one_capture(e):
    broken = []
    for code, walk in e.walked.items():
        wanted = [walk["paid"]] if walk["paid"] else []
        if e.captures.get(code, []) != wanted:
            broken.append("%s: the bank took %s instead of %s" % (code, e.captures.get(code, []), wanted))
    for code, amounts in e.captures.items():
        if len(amounts) > 1:
            broken.append("%s: the bank took money %d times" % (code, len(amounts)))
        if code not in e.paying:
            broken.append("%s: the bank took money that nobody paid" % code)
    return sum(map(len, e.captures.values())), broken


def mails_wanted(e, code):
    return e.walked[code]["mails"] if code in e.walked else 1


@judge("I8", "nobody is told twice, or only with the same Message-ID where a send was cut off; what was refused is known")
def told_once(e):
    told = [code for code in set(e.mails) | set(e.walked) if code not in e.unfinished]
    broken = ["%s: %d mails instead of %d" % (code, len(e.mails[code]), mails_wanted(e, code)) for code in told
              if len(e.mails[code]) > mails_wanted(e, code)]
    missing = {code: mails_wanted(e, code) - len(e.mails[code]) for code in told if len(e.mails[code]) < mails_wanted(e, code)}
    if sum(missing.values()) > e.mails_refused:
        broken += ["%s: %d mails are missing" % item for item in missing.items()]
    twice = sum(n - 1 for ids in e.mails.values() for n in ids.values())
    broken += ["Message-ID %s was two mails" % m for m, texts in e.texts.items() if len(texts) > 1]
    if twice > e.run.mail_windows:
        broken.append("%d mails came again, and a send was cut off at most %d times" % (twice, e.run.mail_windows))
    return sum(map(len, e.mails.values())), broken, (
        "%d came again with their Message-ID, %d sends may have been cut off; %d missing, %d were refused for good by the mail server"
        % (twice, e.run.mail_windows, sum(missing.values()), e.mails_refused))


@judge("I9", "the national portal shows what happened, move by move, once")
def portal_equals(e):
    broken = ["%s: the portal has lines %s instead of %s" % (code, e.lines[code], walk["states"])
              for code, walk in e.walked.items() if e.lines[code] != walk["states"]]
    broken += ["%s: the portal says %s, the case %s" % (code, e.record_status.get(code), case[1])
               for code, case in e.cases.items() if e.record_status.get(code) != int(case[1])]
    broken += ["the portal refused: %s" % v for v in e.violations]
    if e.run.portal_s > e.run.portal_limit_s:
        broken.append("equal only after %.1f s" % e.run.portal_s)
    return len(e.creates), broken, "equal %.1f s after the last fault was healed" % e.run.portal_s
