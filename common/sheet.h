/* sheet.h — an official paper as data: its head, its title, and blocks from top to bottom. Pure.
 *
 * A form is written as a list of blocks; where lines and pages break is the drawing's business (draw/draw.h).
 * Texts are UTF-8 in NFC and belong to whoever owns the sheet. sheet_reply.h turns a sheet into an answer.
 */
#ifndef SHEET_H
#define SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum sheet_size {
    SHEET_A5,     /* 148 × 210 mm: forms 01 to 05, receipts */
    SHEET_A4_WIDE /* 297 × 210 mm: registers */
};

enum { SHEET_BOLD = 1, SHEET_ITALIC = 2, SHEET_CENTRE = 4, SHEET_HALF = 8 };

struct sheet_column {
    const char *title;
    unsigned weight; /* share of the width */
    unsigned style;
};

enum sheet_kind { SHEET_FIELD, SHEET_TEXT, SHEET_TABLE, SHEET_SIGNATURES };

struct sheet_block {
    enum sheet_kind kind;
    unsigned style;
    const char *label, *text; /* FIELD: "label: text", dots to write on if the text is empty; TEXT: text */
    const struct sheet_column *columns; /* TABLE: lives as long as the program; SIGNATURES: none */
    size_t columns_count, rows_count;
    const char **cells; /* rows_count × columns_count; SIGNATURES: one row of roles, one of names */
};

struct sheet {
    enum sheet_size size;
    const char *agency, *unit; /* above and under: who the unit belongs to ("": nobody says), the unit */
    const char *number;        /* "Số: 12/2026/TNHS" */
    const char *dated;         /* "Vĩnh Long, ngày 21 tháng 4 năm 2026" */
    const char *title, *subtitle;
    const char *qr;      /* text of the QR code; NULL: none */
    const char *foot;    /* at the foot of every page, beside its number */
    int64_t dated_at_ms; /* the file says it was made then: the same paper is the same bytes */
    size_t blocks_count;
    struct sheet_block *blocks;
};

struct sheet *sheet_new(const void *ctx, enum sheet_size size);

/* Who issues it, when: the unit in capitals, "Vĩnh Long, ngày 05 tháng 02 năm 2026". agency, place: "" where
 * nobody says. */
void sheet_issued(struct sheet *s, const char *agency, const char *unit, const char *place, int64_t at_ms);

/* A line "label: text". SHEET_HALF: it shares its line with another half that follows. */
void sheet_field(struct sheet *s, unsigned style, const char *label, const char *text);
void sheet_text(struct sheet *s, unsigned style, const char *text);

/* A table without rows; sheet_row adds one to the last table: a cell for each column. */
void sheet_table(struct sheet *s, const struct sheet_column *columns, size_t columns_count);
void sheet_row(struct sheet *s, const char *const *cells);

/* The papers of a dossier as a table: which, how many of each. */
struct sheet_paper {
    const char *name;
    int originals, copies;
    bool has_file;
};
void sheet_papers(struct sheet *s, const struct sheet_paper *papers, size_t count);

/* Who signs, side by side: roles above, names below ("": to be written by hand). */
void sheet_signatures(struct sheet *s, const char *const *roles, const char *const *names, size_t count);

/* The sheet with all its texts, for a life of its own. */
struct sheet *sheet_copy(const void *ctx, const struct sheet *s);

/* A number for everything on the sheet: the same for the same paper. */
uint64_t sheet_fingerprint(const struct sheet *s);

#endif
