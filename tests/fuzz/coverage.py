"""coverage — how many lines of the decoders the corpora reach: the seeds, and what earlier runs found worth keeping
(build/fuzz/found). Run by `make fuzz-coverage`, on the build with VARIANT=coverage."""
import os
import shutil
import subprocess
import sys

import seeds

BUILD = "build/coverage"
FOUND = os.environ.get("FUZZ_FOUND", "build/fuzz/found")
# What of the repository a target is there for.
DECODERS = {
    "envelope": ["common/pb.c", "common/bundle.c", "common/bus.c"],
    "broker": ["services/broker/router.c", "services/broker/passing.c", "services/broker/peers.c"],
    "json": ["common/json_text.c", "common/json.c", "common/text.c"],
    "catalogue": ["common/csv_file.c", "services/intake/catalogue_csv.c", "services/intake/catalogue_read.c",
                  "services/intake/import.c", "services/intake/form.c"],
    "gateway": ["services/payment/vnpay.c", "services/payment/statement.c", "services/payment/purpose.c"],
    "portal": ["services/status-sync/portal.c", "services/status-sync/inbound.c"],
    "tokens": ["common/paseto.c", "common/auth.c", "services/intake/receipt.c"],
    "config": ["common/conf.c", "common/curve.c"],
}
HTTP = ["common/http.c", "common/http_begin.c", "common/http_request.c", "common/http_reply.c", "common/http_drain.c"]


def files_of(target):
    if target in DECODERS:
        return DECODERS[target]
    folder = os.path.join("services", target)
    return HTTP + sorted(os.path.join(folder, f) for f in os.listdir(folder)
                         if f.endswith(".c") and f.startswith(("http_", "handle_", "admin_")))


def profile(target):
    """Run every input once; the path of what was counted."""
    program, raw = os.path.join(BUILD, "targets", target), os.path.join(BUILD, target + ".raw")
    folders = [os.path.join(BUILD, "seeds", target), os.path.join(FOUND, target)]
    seeds.make(target, folders[0])
    seeds.make_rows(target, os.path.join(BUILD, "rows"))
    environ = dict(os.environ, LLVM_PROFILE_FILE=raw, FUZZ_ROWS=os.path.join(BUILD, "rows"), ASAN_OPTIONS="detect_leaks=0")
    subprocess.run([program, "-runs=0", *(f for f in folders if os.path.isdir(f))], env=environ, check=True,
                   capture_output=True)
    subprocess.run(["llvm-profdata-14", "merge", "-sparse", raw, "-o", raw + ".data"], check=True)
    os.remove(raw)
    return program, raw + ".data"


def lines_of(target):
    """[(file, lines, lines reached)]"""
    program, data = profile(target)
    report = subprocess.run(["llvm-cov-14", "export", "-summary-only", "-format=lcov", program, "-instr-profile=" + data,
                             *files_of(target)], check=True, capture_output=True, text=True).stdout
    rows, name, found = [], "", 0
    for line in report.splitlines():
        key, _, value = line.partition(":")
        name = os.path.relpath(value) if key == "SF" else name
        found = int(value) if key == "LF" else found
        if key == "LH":
            rows.append((name, found, int(value)))
    return rows


def main():
    if not shutil.which("llvm-cov-14"):
        sys.exit("coverage needs llvm-cov-14: apt-get install llvm-14")
    for target in sys.argv[1:] or sorted(os.listdir(os.path.join(BUILD, "targets"))):
        rows = lines_of(target)
        print("%-13s %5.1f %% of %d lines" % (target, 100 * sum(r[2] for r in rows) / sum(r[1] for r in rows),
                                              sum(r[1] for r in rows)))
        for name, lines, reached in rows:
            print("    %5.1f %%  %s" % (100 * reached / lines, name))


main()
