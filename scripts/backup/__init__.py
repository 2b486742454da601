"""backup — `motcua backup` and `motcua restore`: every service's database at one moment, the files, the keys.

Services speak by messages, so a copy is good only if it cuts every conversation at the same point: a message must be in its
sender's outbox or applied by its listener, in one and the same moment (cut.py). Then what was under way is sent again after a
restore, and the inboxes drop what had arrived. `motcua balance` is computed on that very moment and written down with it, and so
is the content of each table; a restore is proved by finding the same again.

    <folder>/files/ab/cd/<sha256>       files by content, shared by all backups of the folder
    <folder>/<moment>/<service>.dump    pg_dump's own format
    <folder>/<moment>/files.list        which files belong to it
    <folder>/<moment>/secrets.enc       keys and configuration, sealed with the passphrase
    <folder>/<moment>/manifest.json     sums of all that, counts, equations; manifest.seal proves that it is ours
"""
