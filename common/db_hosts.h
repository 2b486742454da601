/* db_hosts.h — connecting to the one of several hosts that takes writes (host=a,b,c target_session_attrs=
 * read-write).
 *
 * libpq asks the hosts in turn, but waits for each without an end: one whose machine has lost its power, or
 * stands still, never says no. Whoever has lost his patience begins at another one.
 */
#ifndef DB_HOSTS_H
#define DB_HOSTS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

/* A list "a,b,c" that begins `turn` places later: "b,c,a". False: it does not fit into out. */
bool hosts_turned(const char *list, unsigned turn, char *out, size_t size);

/* How long a host may keep us waiting before it is another one's turn: connect_timeout, which libpq does not
 * heed while somebody else waits for its socket. 0: it is not said. */
unsigned hosts_patience_ms(const char *conninfo);

/* PQconnectStart, beginning at another host. The hosts are those of conninfo, else of PGHOST. */
PGconn *hosts_connect_start(const char *conninfo, unsigned turn);

#endif
