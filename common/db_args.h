/* db_args.h — PostgreSQL's binary arrays, for db_args.c (a call's own) and db_set.c (the calls of a set). */
#ifndef DB_ARGS_H
#define DB_ARGS_H

#include "db.h"

enum { OID_BYTEA = 17, OID_INT8 = 20, OID_TEXT = 25, OID_UUID = 2950, ARRAY_HEAD = 20, EMPTY_ARRAY = 12 };

/* Each writes at `at` and returns the place behind. */
char *put_u32(char *at, uint32_t v);
char *put_u64(char *at, uint64_t v);
char *put_array_head(char *at, uint32_t oid, size_t n); /* EMPTY_ARRAY bytes if n is 0, else ARRAY_HEAD */

#endif
