/* json.h — JSON in, with errors that name the field and the remedy; trees of jansson where something is
 * composed.
 *
 * Reading goes field by field through a struct reader, so that every wrong field of a request is told at
 * once:
 *
 *     TRY(http_json(t, rq, &body));
 *     struct reader r = reader_of(t, body, "", task_err(t));
 *     in.name = read_text(&r, "name", 200, REQUIRED);
 *     in.fee = read_int(&r, "fee", 0, MONEY_MAX, OPTIONAL);
 *     TRY(reader_close(&r));        // also refuses fields nobody asked for
 *
 * Text comes out cleaned and in NFC (text.h). Owner of all that is returned: the reader's ctx.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>

#include "json_text.h"

enum presence { REQUIRED, OPTIONAL };

enum { READER_FIELDS_MAX = 64 };

struct reader {
    const void *ctx;
    const struct json_node *object;
    const char *path; /* "" or "applicant." or "papers[2]." */
    struct err *err;
    const char *asked[READER_FIELDS_MAX];
    size_t asked_count;
};

/* A tree of n bytes from elsewhere, under the rules of json_check. *out belongs to ctx. */
int json_parse(const void *ctx, const char *text, size_t n, json_t **out, struct err *err);
/* json_check of a copy. */
int json_read(const void *ctx, const char *text, size_t n, const struct json_node **out, struct err *err);
/* What a tree of ours says, as nodes; a value that is no object and no list is a null. Owner: ctx. */
const struct json_node *json_nodes(const void *ctx, const json_t *value);

/* A value this suite printed itself, read back from its store; NULL if text is NULL. Owner: ctx. */
json_t *json_stored(const void *ctx, const char *text);

/* Give a value to ctx: it is released with it. Returns value. */
json_t *json_own(const void *ctx, json_t *value);

/* Compact text of value. Owner: ctx. */
char *json_print(const void *ctx, const json_t *value);

struct reader reader_of(const void *ctx, const struct json_node *object, const char *path, struct err *err);
/* A fault for each field nobody asked for; then the code of the reader's err. */
int reader_close(struct reader *r);
/* The path of a field as faults name it. Owner: ctx of r. */
char *reader_path(const struct reader *r, const char *name);

const char *read_text(struct reader *r, const char *name, size_t max_length,
                      enum presence presence); /* or NULL */
/* The same for what stands on one line: names, numbers, addresses. */
const char *read_text_line(struct reader *r, const char *name, size_t max_length, enum presence presence);
int64_t read_int(struct reader *r, const char *name, int64_t min, int64_t max,
                 enum presence presence); /* absent: 0 */
bool read_bool(struct reader *r, const char *name, bool fallback);
/* One of the names in `choices` (ends with NULL): its index, or -1. A name "" only holds a place. */
int read_choice(struct reader *r, const char *name, const char *const *choices, enum presence presence);
bool read_object(struct reader *r, const char *name, enum presence presence, struct reader *child);
/* Length of the array (0 if absent); at most max. */
size_t read_list(struct reader *r, const char *name, size_t max, enum presence presence);
/* The i-th element of the array as an object; false (and a fault) if it is not one. */
bool read_item(struct reader *r, const char *name, size_t i, struct reader *child);
const char *read_item_text(struct reader *r, const char *name, size_t i, size_t max_length);
/* Any value, or NULL. */
const struct json_node *read_any(struct reader *r, const char *name, enum presence presence);

#endif
