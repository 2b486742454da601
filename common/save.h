/* save.h — one save: the change, what it tells others, and what caused it, in one statement.
 *
 * Every saving statement of the suite starts with the same nine arguments, so the same three fragments serve
 * all:
 *
 *     static const struct sql SAVE = { "case_save", SQL_WRITE,
 *         "WITH d AS (UPDATE dossier SET … WHERE code = $10 AND version = $11 AND " SAVE_IS_NEW " RETURNING
 * code)," SAVE_ROWS("d") " SELECT code FROM d" };
 *
 *     struct save *s = save_new(t, cause);
 *     TRY(save_say(s, code, version, &progressed.base));
 *     TRY(db_run(t, &SAVE, &rows, SAVE_ARGS(s), db_text(code), …));
 *     if (db_count(rows) > 0)
 *         save_done(s);             // committed: what it tells leaves at once, from memory
 */
#ifndef SAVE_H
#define SAVE_H

#include <protobuf-c/protobuf-c.h>
#include <stdint.h>

#include "db.h"
#include "ids.h"

/* Why a save happens: an event that arrived, a command somebody sent, or neither (timed work). */
struct cause {
    const struct id *event;   /* goes to the inbox */
    const struct id *command; /* goes to the commands, with the answer */
    int64_t fingerprint;
    int status;
    const char *answer;
};

struct save;
/* cause may be NULL; it must live until save_done. Owner: t. */
struct save *save_new(struct task *t, const struct cause *cause);
/* One envelope for each listener of the message (proto/listeners.def). version grows by one per key.
 * E_TOO_LARGE: no broker would take it, so it must not be saved. */
__attribute__((warn_unused_result)) int save_say(struct save *s, const char *key, uint64_t version,
                                                 const ProtobufCMessage *msg);
/* The statement has committed and did change something. */
void save_done(struct save *s);

/* $1–$4: outbox. $5: event. $6–$9: command. */
#define SAVE_ARGS(s) \
    save_lane(s), save_seqs(s), save_destinations(s), save_packets(s), save_event(s), save_command(s), \
        save_fingerprint(s), save_status(s), save_answer(s)
struct db_arg save_lane(const struct save *s);
struct db_arg save_seqs(const struct save *s);
struct db_arg save_destinations(const struct save *s);
struct db_arg save_packets(const struct save *s);
struct db_arg save_event(const struct save *s);
struct db_arg save_command(const struct save *s);
struct db_arg save_fingerprint(const struct save *s);
struct db_arg save_status(const struct save *s);
struct db_arg save_answer(const struct save *s);

/* A cause that is already done changes nothing. */
#define SAVE_IS_NEW \
    "NOT EXISTS (SELECT FROM inbox WHERE id = $5::uuid) AND NOT EXISTS (SELECT FROM command WHERE id = $6::uuid)"

/* The rows that go with the change; `from` is the name of the WITH part that yields a row if there was
 * one. */
#define SAVE_ROWS(from) \
    " save_outbox AS (INSERT INTO outbox (lane, seq, destination, packet)" \
    " SELECT $1::bigint, m.seq, m.destination, m.packet" \
    " FROM unnest($2::bigint[], $3::text[], $4::bytea[]) AS m(seq, destination, packet)" \
    " WHERE EXISTS (SELECT FROM " from "))," \
    " save_event AS (INSERT INTO inbox (id) SELECT $5::uuid WHERE $5::uuid IS NOT NULL AND EXISTS (SELECT" \
    " FROM " from "))," \
    " save_command AS (INSERT INTO command (id, fingerprint, status, answer)" \
    " SELECT $6::uuid, $7::bigint, $8::int, $9::text WHERE $6::uuid IS NOT NULL AND EXISTS (SELECT FROM " from \
    "))"

/* ---- the same for sets (db.h): eleven arguments first, then the statement's own from $12 ----
 *
 *     static const struct sql SAVE = { "case_open", SQL_SET,
 *         "WITH " SAVE_SET_ASKED("unnest($12::text[]) AS code, unnest($13::bigint[]) AS version") ","
 *         " d AS (INSERT INTO dossier (code, version) SELECT code, version FROM asked ON CONFLICT DO NOTHING
 * RETURNING code)," SAVE_SET_DONE("code") SAVE_SET_ROWS " SELECT ord FROM done" };
 *
 * fresh: those whose cause is not done yet; asked: what they say; done: those that did change something. Each
 * has ord. The arrays stand in SELECT lists, not in FROM: so PostgreSQL hands on element by element, where
 * from a function it would first make a table of them (a quarter of what a filing costs it). fresh is
 * materialized: its rows are then hashed, where a join inside would compare each call with each. */

/* $10 says whose each element of $2 to $4 is, $11 the calls' own places. */
#define SAVE_SET_ARGS(s) SAVE_ARGS(s), db_owners(2), db_place()

/* clang-format off */
/* What stands at each place of the calls' arrays. */
#define SAVE_SET_COLUMNS(columns) "(SELECT " columns ", unnest($11::bigint[]) AS ord) AS each_call"

#define SAVE_SET_ASKED(columns) \
    "fresh AS MATERIALIZED (SELECT ord FROM " \
    SAVE_SET_COLUMNS("unnest($5::uuid[]) AS event, unnest($6::uuid[]) AS command") \
    " WHERE NOT EXISTS (SELECT FROM inbox WHERE id = each_call.event)" \
    " AND NOT EXISTS (SELECT FROM command WHERE id = each_call.command))," \
    " asked AS (SELECT * FROM " SAVE_SET_COLUMNS(columns) " WHERE ord IN (SELECT ord FROM fresh))"

/* done: those whose key has a row in d. The condition is hashed; of a join PostgreSQL expects so few rows
 * that it would compare each with each. */
#define SAVE_SET_DONE(key) " done AS (SELECT * FROM asked WHERE (" key " IN (SELECT " key " FROM d)) IS TRUE),"

#define SAVE_SET_ROWS \
    " save_outbox AS (INSERT INTO outbox (lane, seq, destination, packet)" \
    " SELECT ($1::bigint[])[1], seq, destination, packet FROM (SELECT unnest($2::bigint[]) AS seq," \
    " unnest($3::text[]) AS destination, unnest($4::bytea[]) AS packet, unnest($10::bigint[]) AS ord) AS m" \
    " WHERE ord IN (SELECT ord FROM done))," \
    " save_event AS (INSERT INTO inbox (id) SELECT event FROM " SAVE_SET_COLUMNS("unnest($5::uuid[]) AS event") \
    " WHERE event IS NOT NULL AND ord IN (SELECT ord FROM done))," \
    " save_command AS (INSERT INTO command (id, fingerprint, status, answer)" \
    " SELECT command, fingerprint, status, answer FROM " \
    SAVE_SET_COLUMNS("unnest($6::uuid[]) AS command, unnest($7::bigint[]) AS fingerprint," \
                     " unnest($8::bigint[]) AS status, unnest($9::text[]) AS answer") \
    " WHERE command IS NOT NULL AND ord IN (SELECT ord FROM done))"
/* clang-format on */

#endif
