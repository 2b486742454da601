"""mounts — disks of a drill's own: one in memory that can be filled, and one whose power can be cut. Folders of the suite are
bound to them before it starts. Both need root."""
import contextlib
import filecmp
import os
import shutil
import subprocess
import tempfile

IN_MEMORY = "/dev/shm"
SNAPSHOT_TRIES = 20


def mount(*words):
    done = subprocess.run(["mount", *words], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError("mount %s: %s" % (" ".join(words), done.stderr.strip()))


def unmount(point):
    subprocess.run(["umount", "--lazy", point], capture_output=True, check=False)


def why_no_mounts(loop=False):
    """None where a drill may mount, and have loop devices."""
    if os.geteuid() != 0:
        return "only root may mount a disk: run the drill as root"
    if loop and not (shutil.which("mkfs.ext4") and os.path.exists("/dev/loop-control")):
        return "no loop devices or no mkfs.ext4 (package e2fsprogs)"
    with tempfile.TemporaryDirectory() as point:
        try:
            mount("-t", "tmpfs", "tmpfs", point)
        except RuntimeError as refused:
            return str(refused)
        unmount(point)
    return None


class Disk:
    """Mounted beside the suite; the named folders of the suite lie on it."""

    def __init__(self, ground, folders):
        self.suite, self.folders, self.point = ground.suite, folders, os.path.join(ground.folder, "disk")
        os.makedirs(self.point, exist_ok=True)

    def bind(self):
        for name in self.folders:
            os.makedirs(self.suite.path(name), exist_ok=True)
            os.makedirs(os.path.join(self.point, name), exist_ok=True)
            mount("--bind", os.path.join(self.point, name), self.suite.path(name))

    def unbind(self):
        for name in self.folders:
            unmount(self.suite.path(name))
        unmount(self.point)

    def path(self, *parts):
        return os.path.join(self.point, *parts)


class SmallDisk(Disk):
    """In memory, of so many bytes. fill() leaves none."""

    def __init__(self, ground, folders, size_mib):
        super().__init__(ground, folders)
        mount("-t", "tmpfs", "-o", "mode=755,size=%dm" % size_mib, "tmpfs", self.point)
        self.bind()

    def fill(self):
        """In pieces: what others write meanwhile must not make it fail as a whole."""
        with open(self.path("filler"), "ab", buffering=0) as f:
            for piece in (8 << 20, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        os.posix_fallocate(f.fileno(), os.fstat(f.fileno()).st_size, piece)

    def free(self):
        state = os.statvfs(self.point)
        return state.f_bavail * state.f_frsize

    def empty(self):
        with contextlib.suppress(FileNotFoundError):
            os.remove(self.path("filler"))

    close = Disk.unbind


class CuttableDisk(Disk):
    """ext4 on a loop device whose backing file lies in memory: what the kernel has not written back is not in that file. The
    copy of the file is the disk as it would be found after the power came back."""

    def __init__(self, ground, folders, size_mib):
        super().__init__(ground, folders)
        self.image = os.path.join(IN_MEMORY, "motcua-drill-%d.img" % os.getpid())
        with open(self.image, "wb") as f:
            f.truncate(size_mib << 20)
        # Nothing is left for later: what writes in the background would never come to rest.
        subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", "-E", "lazy_itable_init=0,lazy_journal_init=0", self.image], check=True)
        self.plug_in()

    def plug_in(self):
        mount("-o", "loop", self.image, self.point)
        os.chmod(self.point, 0o755)
        self.bind()

    def snapshot(self):
        """Two copies one after the other that are equal: between them the disk stood still, so each is one moment of it."""
        copies = [self.image + ".a", self.image + ".b"]
        self.copy_to(copies[0])
        for _ in range(SNAPSHOT_TRIES):
            self.copy_to(copies[1])
            if filecmp.cmp(*copies, shallow=False):
                os.remove(copies[1])
                return copies[0]
            copies.reverse()
        raise RuntimeError("the disk did not come to rest for a copy")

    def copy_to(self, path):
        subprocess.run(["cp", "--sparse=always", self.image, path], check=True)

    def swap_for(self, snapshot):
        """The disk as it was at the snapshot; nobody may have it open."""
        self.unbind()
        os.replace(snapshot, self.image)
        self.plug_in()

    def close(self):
        self.unbind()
        for path in (self.image, self.image + ".a", self.image + ".b"):
            with contextlib.suppress(FileNotFoundError):
                os.remove(path)
