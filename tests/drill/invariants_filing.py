"""invariants_filing — what was answered to whoever filed: I1 to I3."""
import collections

from judges import judge


@judge("I1", "every 201 is exactly one dossier, with what was filed under that key")
def every_201_is_a_dossier(e):
    broken = []
    for key, codes in e.codes_by_key.items():
        for code in codes:
            row = e.dossiers.get(code)
            if row is None:
                broken.append("%s is lost (key %s)" % (code, key))
            elif row[3] != key:
                broken.append("%s holds %s instead of %s" % (code, row[3], key))
    return len(e.codes_by_key), broken


@judge("I2", "one Idempotency-Key is one dossier, however often it was sent")
def one_key_one_dossier(e):
    broken = ["key %s: %s" % (key, ", ".join(sorted(codes))) for key, codes in e.codes_by_key.items() if len(codes) > 1]
    seen = {}
    for code, row in e.dossiers.items():
        if row[3] in seen:
            broken.append("key %s: %s and %s" % (row[3], seen[row[3]], code))
        seen[row[3]] = code
    told = collections.Counter(code for codes in e.codes_by_key.values() for code in codes)
    broken += ["%s was answered to two keys" % code for code, n in told.items() if n > 1]
    return len(e.asked_keys), broken


@judge("I3", "a dossier nobody was told of was asked for with a key that was never answered")
def untold_dossiers_were_asked_for(e):
    open_keys = {key for key in e.asked_keys - e.refused_keys if not e.codes_by_key.get(key)}
    untold = {code: row[3] for code, row in e.dossiers.items() if code not in e.filed}
    broken = ["%s: nobody was told of it, and its key %s was %s" % (
        code, key, "answered otherwise" if key in e.asked_keys else "never asked with")
        for code, key in untold.items() if key not in open_keys]
    return len(e.dossiers), broken, "%d untold, %d keys never answered" % (len(untold), len(open_keys))
