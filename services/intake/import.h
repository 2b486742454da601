/* import.h — a catalogue file as changes to the catalogue. Pure: what is known is given, what is new comes
 * out.
 *
 * A file brings whole procedures (JSON) or columns of them (CSV). A row changes the procedure it names, or
 * makes a new one; a row that cannot be used is refused with line, field and remedy, the others go on. A code
 * that comes again is refused: nobody could say which of the two is meant.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "catalogue.h"
#include "catalogue_csv.h"

struct candidate { /* one row or object of the file */
    size_t line;   /* CSV: line; JSON: number of the object, from 1 */
    const char *code;
    const json_t *patch;
    bool is_rough; /* from a table: gives way to what is known better */
};

struct import {
    size_t count, refused_rows; /* refused_rows: already while reading */
    struct candidate *candidates;
    json_t *refused; /* [{line, column, code, remedy_vi, remedy_en}] */
    json_t *lines;   /* code → where it stands first */
    struct warnings warnings;
};

/* Read the file. Everything belongs to ctx. E_INVALID only if nothing of it can be read. */
int import_read(const void *ctx, const char *text, size_t size, bool is_csv, struct import **out,
                struct err *err);

struct known_version { /* what the catalogue has of a code; version 0: nothing */
    uint32_t version;
    uint8_t digest[16];
    const char *definition;
};

enum outcome { IMPORT_ADDED, IMPORT_CHANGED, IMPORT_SAME, IMPORT_REFUSED };

struct new_version {
    struct procedure procedure;
    const char *definition; /* JSON */
    uint8_t digest[16];
    json_t *members; /* IMPORT_CHANGED: the names of those that differ */
};

/* What the candidate makes of the known version. IMPORT_REFUSED: said in in->refused. Owner: ctx. */
enum outcome import_apply(const void *ctx, struct import *in, const struct candidate *c,
                          const struct known_version *known, struct new_version *out);

#endif
