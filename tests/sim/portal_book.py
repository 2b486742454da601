"""portal_book — what the simulated national portal knows: sessions, dossiers, procedures seen in them.

All of it is made from ledger lines (record() writes one and applies it), so a restart forgets nothing. Texts
stay in the ledger; a dossier here holds line numbers.
"""
import hashlib
import time

from portal_rules import RECEIVED_STATUSES, is_accepted

LINE_IDENTITY = ("MaHoSo", "ThoiDiemXuLy", "TrangThai", "NoiDungXuLy", "NguoiXuLy")


def line_digest(line):
    """Two progress lines with the same digest are the same line sent again."""
    text = "\x1f".join(line[name] for name in LINE_IDENTITY)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class Dossier:
    def __init__(self):
        self.record_n = 0
        self.status = ""
        self.accepted = False
        self.progress_n = []
        self.line_digests = set()
        self.creates = self.updates = self.duplicate_creates = self.duplicate_progress = 0


class Book:
    def __init__(self, ledger):
        self.ledger = ledger
        self.dossiers = {}
        self.procedures = {}
        self.sessions = {}
        self._apply_kind = {
            "login": self._apply_login, "created": self._apply_created, "updated": self._apply_updated,
            "progress": self._apply_progress, "duplicate_create": self._apply_duplicate_create,
            "duplicate_progress": self._apply_duplicate_progress,
        }
        for entry in ledger.read():
            self._apply(entry)

    def record(self, kind, key="", **fields):
        entry = self.ledger.add(kind, key, **fields)
        self._apply(entry)

    def _apply(self, entry):
        apply = self._apply_kind.get(entry["kind"])
        if apply:
            apply(entry)

    def _apply_login(self, entry):
        self.sessions[entry["session"]] = entry["since_s"]

    def _apply_created(self, entry):
        dossier = self.dossiers[entry["key"]] = Dossier()
        dossier.creates = 1
        self._take_record(dossier, entry)

    def _apply_updated(self, entry):
        dossier = self.dossiers[entry["key"]]
        dossier.updates += 1
        self._take_record(dossier, entry)

    def _take_record(self, dossier, entry):
        record = entry["record"]
        dossier.record_n = entry["n"]
        dossier.status = record["TrangThaiHoSo"]
        dossier.accepted = dossier.accepted or is_accepted(record)
        self.procedures[record["MaTTHC"]] = {
            name: record[name] for name in ("MaTTHC", "TenTTHC", "MaLinhVuc", "TenLinhVuc")}

    def _apply_progress(self, entry):
        dossier, line = self.dossiers[entry["key"]], entry["line"]
        dossier.progress_n.append(entry["n"])
        dossier.line_digests.add(line_digest(line))
        dossier.status = line["TrangThai"]
        dossier.accepted = dossier.accepted or line["TrangThai"] in RECEIVED_STATUSES

    def _apply_duplicate_create(self, entry):
        self.dossiers[entry["key"]].duplicate_creates += 1

    def _apply_duplicate_progress(self, entry):
        self.dossiers[entry["key"]].duplicate_progress += 1

    def open_session(self, username, session):
        self.record("login", username, session=session, since_s=time.time())

    def is_session(self, session, ttl_s):
        since_s = self.sessions.get(session)
        return since_s is not None and time.time() - since_s < ttl_s

    def has_line(self, line):
        return line_digest(line) in self.dossiers[line["MaHoSo"]].line_digests

    def describe(self, code):
        """Everything about one dossier, for tests and people."""
        dossier = self.dossiers[code]
        return {"record": self.ledger.get(dossier.record_n)["record"],
                "progress": [self.ledger.get(n)["line"] for n in dossier.progress_n], **self.summary(code)}

    def summary(self, code):
        dossier = self.dossiers[code]
        return {"MaHoSo": code, "TrangThaiHoSo": dossier.status, "creates": dossier.creates,
                "updates": dossier.updates, "progress_lines": len(dossier.progress_n),
                "duplicate_creates": dossier.duplicate_creates,
                "duplicate_progress": dossier.duplicate_progress}
