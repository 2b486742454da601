"""certificate — what a drill found, as JSON for machines and as a page of text for people."""
import datetime
import json
import os
import shutil
import subprocess

from ground import ROOT

SHOWN = 20  # of what breaks an invariant


def commit():
    if not shutil.which("git"):
        return "unknown"
    asked = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or "unknown"


def gather(options, runs, seconds):
    """runs: (Run, its findings). One verdict over all."""
    injected = [f for run, _ in runs for f in run.injected]
    invariants = merge([f for _, findings in runs for f in findings])
    holds = all(f["proof"] for f in injected) and all(i["state"] != "BROKEN" for i in invariants)
    return {
        "seed": options.seed, "commit": commit(), "build": os.environ.get("BUILD_DIR") or "build", "seconds": round(seconds),
        "at": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
        "load": {"walked": sum(run.walked for run, _ in runs), "filed": [run.load for run, _ in runs]},
        "faults": injected, "not_here": [f for run, _ in runs for f in run.not_here],
        "invariants": invariants, "verdict": "holds" if holds else "broken"}


def merge(findings):
    """One line for each invariant: the suites' counts together. Where nothing was looked at, nothing has held."""
    merged = {}
    for f in findings:
        line = merged.setdefault(f.id, {"id": f.id, "title": f.title, "checked": 0, "violations": 0, "broken": [], "notes": []})
        line["checked"] += f.checked
        line["violations"] += len(f.broken)
        line["broken"] += f.broken[:SHOWN]
        line["notes"] += [f.note] if f.note else []
        line["state"] = ("BROKEN" if line["violations"] else "holds" if line["checked"] else "BROKEN" if f.always else "-")
    return list(merged.values())


def rates_of(load):
    return ", ".join("%s: %d a second (at most %d)" % (kind, r["mean_per_s"], r["most_per_s"]) for kind, r in load.items()) or "none"


def as_text(c):
    lines = ["GIẤY CHỨNG NHẬN DIỄN TẬP SỰ CỐ / CERTIFICATE OF THE DRILL", "",
             "seed %d   commit %s   %s   %d s   %s" % (c["seed"], c["commit"], c["build"], c["seconds"], c["at"]),
             "%d dossiers walked to their end; beside them %s" % (c["load"]["walked"], "; ".join(map(rates_of, c["load"]["filed"]))),
             "",
             "SỰ CỐ ĐÃ GÂY / FAULTS INJECTED (%d)" % len(c["faults"])]
    lines += ["  %-4s %-34s held %5.1f s, ready after %4.1f s   %s" % (
        f["id"], f["name"], f["held_s"], f["ready_s"], f["proof"] or "NOT INJECTED " + f["trouble"]) for f in c["faults"]]
    if c["not_here"]:
        lines += ["", "KHÔNG GÂY ĐƯỢC Ở MÁY NÀY / NOT POSSIBLE HERE"]
        lines += ["  %-4s %-34s %s" % (f["id"], f["name"], f["why_not"]) for f in c["not_here"]]
    lines += ["", "BẤT BIẾN / INVARIANTS"]
    for i in c["invariants"]:
        lines.append("  %-5s %-6s %7d checked, %d violations   %s" % (
            i["id"], i["state"], i["checked"], i["violations"], i["title"]))
        lines += ["                %s" % note for note in i["notes"]]
        lines += ["        - %s" % b for b in i["broken"]]
    lines += ["", "KẾT LUẬN / VERDICT: %s" % ("không mất, không trùng / nothing lost, nothing doubled" if c["verdict"] == "holds" else
                                              "CÓ VI PHẠM / BROKEN")]
    return "\n".join(lines) + "\n"


def write(certificate, folder):
    """The path of the text."""
    os.makedirs(folder, exist_ok=True)
    base = os.path.join(folder, "certificate-%d" % certificate["seed"])
    with open(base + ".json", "w", encoding="utf-8") as f:
        json.dump(certificate, f, ensure_ascii=False, indent=1)
    with open(base + ".txt", "w", encoding="utf-8") as f:
        f.write(as_text(certificate))
    return base + ".txt"
