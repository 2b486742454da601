/* mapping_parts.h — what mapping.c (fields) and mapping_lists.c (lists) share; nobody else includes it. */
#ifndef MAPPING_PARTS_H
#define MAPPING_PARTS_H

#include "mapping.h"

/* NFC without control characters, at most `most` code points (0: any number). Never NULL. Owner: ctx. */
const char *portal_text(const void *ctx, const char *text, size_t most);
/* "" for 0. Owner: ctx. */
const char *portal_time(const void *ctx, int64_t ms);

bool has_file(const Motcua__Paper *p);
bool was_filed_on_paper(const struct facts *f); /* at the counter or by post */

/* The lists of the record, put into it. */
void put_lists(const void *ctx, const struct facts *f, json_t *record);

#endif
