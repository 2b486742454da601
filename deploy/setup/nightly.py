#!/usr/bin/python3
"""nightly — a backup every night at BACKUP_AT (01:30), the newest BACKUP_KEEP (14) of which stay. One that fails is said, and tried
again within the hour, for as long as it is night."""
import datetime
import os
import signal
import subprocess
import sys
import time

COMMAND = ["/opt/motcua/scripts/motcua", "backup", "--to", "/var/lib/motcua/backups", "--keep", os.environ["BACKUP_KEEP"],
           "--textfile", "/var/lib/motcua/metrics"]
AGAIN_S, TRIES = 1800, 6


def seconds_until(clock, now):
    hour, minute = map(int, clock.split(":"))
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then - now).total_seconds() % 86400 or 86400


def back_up():
    for _ in range(TRIES):
        if subprocess.run(COMMAND, check=False).returncode == 0:
            return
        print("nightly: the backup failed; again in half an hour", file=sys.stderr, flush=True)
        time.sleep(AGAIN_S)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    while True:
        time.sleep(seconds_until(os.environ["BACKUP_AT"], datetime.datetime.now()))
        back_up()


if __name__ == "__main__":
    main()
