#!/usr/bin/python3
"""pages — gives nginx this release's pages and routes, into the volume it reads. A page is replaced whole and after what it asks
for; parts of earlier releases stay, because a page that is open somewhere still asks for them."""
import os
import shutil

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
FROM, TO = os.path.join(ROOT, "web"), "/var/lib/motcua/web"


def order(name):
    """First what pages ask for, then the pages, last what nginx watches."""
    return (name.startswith("nginx/"), not name.startswith("pages/assets/"), name)


def main():
    names = [os.path.relpath(os.path.join(folder, file), FROM) for folder, _, files in os.walk(FROM) for file in files]
    for name in sorted(names, key=order):
        target = os.path.join(TO, name)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        shutil.copyfile(os.path.join(FROM, name), target + ".new")
        os.rename(target + ".new", target)


if __name__ == "__main__":
    main()
