/* sheets.h — a sheet as the words that stand on it, for tests: a line for each field and row. */
#ifndef SHEETS_H
#define SHEETS_H

#include <talloc.h>

#include "sheet.h"

static inline char *sheet_block_words(char *out, const struct sheet_block *b)
{
    if (b->kind == SHEET_FIELD)
        return talloc_asprintf_append(out, "%s: %s\n", b->label, b->text);
    if (b->kind == SHEET_TEXT)
        return talloc_asprintf_append(out, "%s\n", b->text);
    for (size_t i = 0; i < b->rows_count * b->columns_count; i++)
        out = talloc_asprintf_append(out, "%s%s", b->cells[i], (i + 1) % b->columns_count ? "|" : "\n");
    return out;
}

static inline char *sheet_words(const void *ctx, const struct sheet *s)
{
    char *out = talloc_asprintf(ctx, "%s\n%s\n%s\n%s\n%s\n%s\n", s->agency, s->unit, s->number, s->dated,
                                s->title, s->subtitle);
    for (size_t i = 0; i < s->blocks_count; i++)
        out = sheet_block_words(out, &s->blocks[i]);
    return out;
}

#endif
