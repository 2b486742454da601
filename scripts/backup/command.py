"""command — `motcua backup` and `motcua restore` as people see them."""
import contextlib
import os
import sys
import time

import psycopg2
from operator_api import STORES, Refused, Unreachable

from . import restore, sealed, take
from .places import Places

MIB = 1 << 20
NEW_PASSPHRASE = ("! mật khẩu sao lưu vừa được tạo / a passphrase was made: %s\n"
                  "! Hãy cất một bản ở nơi khác: thiếu nó không mở lại được bản sao lưu nào. / Keep a copy elsewhere: without it"
                  " no backup can be opened.")


def tell_prometheus(args, name, help_text):
    """For a node exporter's folder of text files: when it was done, so that its age can be an alert."""
    if args.textfile:
        path = os.path.join(args.textfile, name + ".prom")
        with open(path + ".new", "w", encoding="utf-8") as f:
            f.write("# HELP {0} {1}\n# TYPE {0} gauge\n{0} {2:.0f}\n".format(name, help_text, time.time()))
        os.chmod(path + ".new", 0o644)  # whoever reads it is somebody else
        os.replace(path + ".new", path)


def rows_of(tables):
    return sum(rows for rows, _ in tables.values())


@contextlib.contextmanager
def told_plainly():
    """A database that goes away half-way, a disk that is full: one sentence, and what was begun is no backup."""
    try:
        yield
    except psycopg2.Error as error:
        raise Unreachable("a database went away: %s" % str(error).strip()) from None


def backup(op, args):
    places = Places(args.config)
    if args.keep < 1:
        raise Refused("--keep: at least 1")
    folder = os.path.abspath(args.to or os.path.join(places.run, "backups"))
    passphrase_file = args.passphrase_file or places.passphrase
    if not args.passphrase_file and sealed.make_passphrase(passphrase_file):
        print(NEW_PASSPHRASE % passphrase_file, file=sys.stderr)
    with take.alone(folder), told_plainly():
        path, told, away = take.take(op, places, folder, passphrase_file)
        gone = take.prune(folder, args.keep)
    code = say_taken(path, told, away, gone)
    if code == 0:
        tell_prometheus(args, "motcua_backup_done_timestamp_seconds", "When the last good backup was made")
    return code


def say_taken(path, told, away, gone):
    print("%-13s %7s %10s %10s" % ("dịch vụ", "bảng", "dòng/rows", "MiB"))
    for service, tables in told["tables"].items():
        print("%-13s %7d %10d %10.1f" % (service, len(tables), rows_of(tables), told["parts"][service + ".dump"]["bytes"] / MIB))
    files, broken = told["files"], [name for name, e in told["equations"].items() if e["verdict"] == "broken"]
    print("%-13s %7s %10d %10.1f" % ("files", "", files["count"], files["bytes"] / MIB))
    print("ghi bị giữ lại / saves were held for %.0f ms; tin nhắn đang trên đường / messages under way: %d" % (
        told["held_ms"], sum(e["in_flight"] for e in told["equations"].values())))
    for why in away:
        print("! %s; its equations are not part of the proof" % why, file=sys.stderr)
    if broken:
        print("! không cân / not balanced at that moment: %s (motcua balance names what)" % ", ".join(broken), file=sys.stderr)
    for name in files["damaged"]:
        print("! files: %s is damaged and not in the backup" % name, file=sys.stderr)
    print("%s%s" % (path, "  (đã xóa / gone: %s)" % ", ".join(gone) if gone else ""))
    return 1 if files["damaged"] or broken else 0


def chosen(text):
    """The services that --only names; none: all."""
    names = text.split(",") if text else []
    unknown = [name for name in names if name not in STORES]
    if unknown:
        raise Refused("--only: there is no service %s with a database; there are %s" % (", ".join(unknown), ", ".join(STORES)))
    return names


def restored(op_of, args):
    """op_of(): the operator, who is needed only where a suite stands already."""
    if args.prove + bool(args.into) + args.here != 1:
        raise Refused("say where to: --prove (a throw-away place), --into FOLDER (a new suite), or --here (the configured, empty one)")
    places = Places(args.config)
    found = restore.Backup(args.backup, args.passphrase_file or places.passphrase)
    print("%s: nguyên vẹn / whole: %d phần / parts, %d tệp / files" % (
        found.path, len(found.manifest["parts"]), found.manifest["files"]["count"]))
    with told_plainly():
        rows = put_back(op_of, args, places, found)
    code = say_compared(found.manifest, rows)
    if code == 0 and args.prove:
        tell_prometheus(args, "motcua_backup_proved_timestamp_seconds", "When a backup was last restored and found whole")
    if code == 0 and args.into:
        print("RUN_DIR=%s make run" % args.into)
    return code


def put_back(op_of, args, places, found):
    if args.into:
        return restore.into_folder(found, os.path.abspath(args.into), args.leap)
    if args.here:
        return restore.in_place(op_of(), found, places, chosen(args.only), args.keys, args.leap)
    rows, keys = restore.prove(found)
    print("khóa và cấu hình mở được / keys and configuration open: %d" % keys)
    return rows


def say_compared(manifest, rows):
    differs = [row for row in rows if row[2] != row[3]]
    tables = [row for row in rows if row[0] == "table"]
    print("%-13s %7s %10s   %s" % ("dịch vụ", "bảng", "dòng/rows", "so với lúc sao lưu / beside the backup"))
    for service in [s for s in STORES if any(row[1].startswith(s + ".") for row in tables)]:
        mine = [row for row in tables if row[1].startswith(service + ".")]
        wrong = [row for row in mine if row[2] != row[3]]
        print("%-13s %7d %10d   %s" % (service, len(mine), sum(row[3][0] for row in mine if row[3]),
                                       "KHÁC / DIFFERS" if wrong else "giống từng dòng / the same, row by row"))
    for what, name, then, now in [row for row in rows if row[0] == "equation"]:
        print("  %-12s %-9s %s" % (name, now["verdict"], "giống / same" if then == now else "KHÁC / DIFFERS"))
    for what, name, then, now in differs:
        print("✗ %s %s: was %s, is %s" % (what, name, then, now), file=sys.stderr)
    lost = [name for name, e in manifest["equations"].items() if e["verdict"] == "unknown"]
    print("%s (%s)%s" % ("KHÔNG KHỚP / NOT THE SAME" if differs else "ĐÃ CHỨNG MINH / PROVED", manifest["at"],
                         "; not asked at that time: " + ", ".join(lost) if lost else ""))
    return 1 if differs else 0
