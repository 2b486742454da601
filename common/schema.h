/* schema.h — a service's tables, brought up to date when it starts. Files are applied once, in order of their
 * names, each in a transaction, under a lock, so many replicas may start at once. Files only expand or
 * contract, so the version before and the version after can run side by side.
 */
#ifndef SCHEMA_H
#define SCHEMA_H

#include "err.h"

struct schema_file { /* made by the Makefile from schema/NNN_*.sql; ends with { 0 } */
    const char *name, *sql;
};

extern const struct schema_file skeleton_schema[]; /* common/schema */

/* Apply what is missing of both sets. Waits up to wait_ms for the server. E_INVALID says which file does not
 * fit and why, that a file was changed after it was applied, or that the server runs with fsync=off. */
int schema_apply(const char *conninfo, const struct schema_file *skeleton, const struct schema_file *own,
                 unsigned wait_ms, struct err *err);

#endif
