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


@judge("I8", "nobody is told twice, or only with the same Message-ID and only where that very send was cut off; what was refused is known")
def told_once(e):
    told = [code for code in set(e.mails) | set(e.walked) if code not in e.unfinished]
    broken = ["%s: %d mails instead of %d" % (code, len(e.mails[code]), mails_wanted(e, code)) for code in told
              if len(e.mails[code]) > mails_wanted(e, code)]
    missing = {code: mails_wanted(e, code) - len(e.mails[code]) for code in told if len(e.mails[code]) < mails_wanted(e, code)}
    if sum(missing.values()) > e.mails_refused:
        broken += ["%s: %d mails are missing" % item for item in missing.items()]
    broken += ["Message-ID %s was two mails" % m for m, texts in e.texts.items() if len(texts) > 1]
    broken += taken_again(e)
    return sum(map(len, e.mails.values())), broken, (
        "%d came again with their Message-ID; %d missing, %d were refused for good by the mail server"
        % (sum(len(taken) - 1 for taken in e.taken.values()), sum(missing.values()), e.mails_refused))


def taken_again(e):
    """A mail may be taken again if notification had begun to send it and does not know the end (its own journal), and if there
    is an outside reason for that: the mail server cut the line, or notification or its store was hurt at that moment."""
    begun = e.unfinished_sends()
    for m, taken in e.taken.items():
        if len(taken) - 1 > begun.get(m, 0):
            yield "Message-ID %s was taken %d times, and %d sends of it were cut off" % (m, len(taken), begun.get(m, 0))
        yield from ("Message-ID %s was taken again, and nothing had happened when it was first, at %.1f" % (m, at)
                    for at, answered in taken[:-1] if answered and not e.run.may_cut_a_mail(at))


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
