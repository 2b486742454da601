"""run — fuzz targets one beside the other, each so many seconds; says what each did, and fails if one found something.

  tests/fuzz/run.py --seconds 1800 json intake      all of them without names
  tests/fuzz/run.py --one build/fuzz/crashes/…      the input again, with all it prints

What libFuzzer finds worth keeping stays in build/fuzz/found and is used by the next run; an input that breaks something is
in build/fuzz/crashes. Each such input that was mended belongs into tests/fuzz/corpus.
"""
import argparse
import concurrent.futures
import os
import re
import subprocess
import sys

import seeds

BUILD = os.environ.get("FUZZ_DIR", "build/fuzz")
HANG_S = 120  # of an input; long, because whoever else works on the machine counts in
SIZE_MOST = {"catalogue": 8192, "intake": 8192}
ENVIRON = dict(os.environ, ASAN_OPTIONS="handle_abort=1:quarantine_size_mb=16", UBSAN_OPTIONS="print_stacktrace=1",
               FUZZ_ROWS=os.path.join(BUILD, "rows"))


def targets():
    return sorted(name for name in os.listdir(os.path.join(BUILD, "targets")) if not name.endswith(".so"))


def folder(kind, target=""):
    path = os.path.join(BUILD, kind, target)
    os.makedirs(path, exist_ok=True)
    return path


def prepare(target):
    seeds.make(target, os.path.join(BUILD, "seeds", target))
    seeds.make_rows(target, os.path.join(BUILD, "rows"))


def fuzz(target, seconds):
    """(exit code, what it printed)"""
    prepare(target)
    command = [os.path.join(BUILD, "targets", target), "-max_total_time=%d" % seconds, "-timeout=%d" % HANG_S, "-rss_limit_mb=1500",
               "-max_len=%d" % SIZE_MOST.get(target, 4096), "-print_final_stats=1", "-reload=0",
               "-artifact_prefix=%s/" % folder("crashes", target), folder("found", target),
               os.path.join(BUILD, "seeds", target)]
    words = os.path.join("tests/fuzz/words", target + ".dict")
    if os.path.exists(words):
        command.insert(1, "-dict=" + words)
    run = subprocess.run(command, env=ENVIRON, capture_output=True, text=True, errors="replace", check=False)
    return run.returncode, run.stderr


def line_of(target, code, text):
    runs = re.search(r"stat::number_of_executed_units: (\d+)", text)
    edges = re.findall(r"cov: (\d+)", text)
    return "%-13s %8s runs, %5s edges%s" % (target, runs[1] if runs else "?", edges[-1] if edges else "?",
                                            "" if code == 0 else "  FOUND SOMETHING")


def run_all(names, seconds, at_once):
    failed = []
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        running = {pool.submit(fuzz, name, seconds): name for name in names}
        for done in concurrent.futures.as_completed(running):
            name, (code, text) = running[done], done.result()
            print(line_of(name, code, text), flush=True)
            with open(os.path.join(BUILD, name + ".log"), "w", encoding="utf-8") as f:
                f.write(text)
            if code:
                failed.append(name)
                print("\n".join(text.splitlines()[-60:]), flush=True)
    return failed


def run_one(path):
    name = os.path.basename(os.path.dirname(os.path.abspath(path)))
    prepare(name)
    return subprocess.run([os.path.join(BUILD, "targets", name), path], env=dict(ENVIRON, FUZZ_LOG="1"), check=False).returncode


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("targets", nargs="*")
    p.add_argument("--seconds", type=int, default=10)
    p.add_argument("--at-once", type=int, default=os.cpu_count())
    p.add_argument("--one", metavar="INPUT")
    args = p.parse_args()
    if args.one:
        return run_one(args.one)
    unknown = set(args.targets) - set(targets())
    if unknown:
        p.error("no such target: %s; there are %s" % (", ".join(sorted(unknown)), " ".join(targets())))
    failed = run_all(args.targets or targets(), args.seconds, args.at_once)
    print("fuzz: %s" % ("found something in " + ", ".join(sorted(failed)) if failed else "nothing found"))
    return 1 if failed else 0


sys.exit(main())
