/* legal.h — the six legal forms: what is known goes in, the paper comes out. Pure. Source: DOMAIN §7 (TT01
 * Đ9–10 and the templates in use).
 *
 * legal.c: 01 to 04, which a move issues; legal_books.c: 05, the slip that follows a dossier, and 06, the
 * register.
 */
#ifndef LEGAL_H
#define LEGAL_H

#include "issue.h"
#include "sheet.h"

struct legal_move { /* one line of history */
    Motcua__Transition transition;
    int status_before, status;
    int64_t at_ms;
    const char *by_name, *by_title;
};

struct letterhead {                      /* of the province */
    const char *agency, *place, *portal; /* "": not set */
};

struct legal {                 /* all texts without NULL; "" is unknown */
    const struct case_file *c; /* code "": nothing was filed */
    const Motcua__Applicant *applicant;
    const Motcua__ProcedurePublished *procedure;
    const struct calendar *calendar; /* 05: of the unit that handles it */
    struct letterhead head;
    enum form_kind kind;
    int year; /* of its number */
    int64_t no /* 0: not issued yet */, at_ms, due_at, due_before;
    const char *unit_name, *unit_phone; /* who issues it */
    const char *counter_name, *counter_address, *handling_name;
    const char *by_name, *by_title, *reason;
    bool is_stop; /* 03: refused after it was accepted */
    size_t asked_count, papers_count, moves_count;
    Motcua__AskedPaper **asked;
    const struct sheet_paper *papers;
    const struct legal_move *moves;
};

/* Forms 01 to 05. Owner: ctx. */
struct sheet *legal_sheet(const void *ctx, const struct legal *l);

struct register_row {
    int64_t no;
    const char *code, *procedure_name, *applicant_name, *address, *phone, *received_by, *handling_name;
    int64_t accepted_at, due_at, returned_at;
    int channel, status;
    bool by_post;
};
struct register_page {
    struct letterhead head;
    const char *unit_name;
    int year;
    int64_t now_ms; /* the day it is printed */
    size_t rows_count;
    const struct register_row *rows;
};
/* Form 06. Owner: ctx. */
struct sheet *legal_register(const void *ctx, const struct register_page *page);

/* legal_books.c, for legal.c: the rows of form 05. */
void legal_hand_overs(struct sheet *s, const struct legal *l);
/* "17:00 21/04/2026"; "" for 0. Owner: ctx. */
const char *legal_time(const void *ctx, int64_t ms);

#endif
