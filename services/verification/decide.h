/* decide.h — a move and everything that follows from it: dates, steps, fees. Pure: the office's facts come
 * in, the case as it will be and the moves that make it so come out; the caller stores both with one
 * conditional write. */
#ifndef DECIDE_H
#define DECIDE_H

#include "calendar.h"
#include "case.h"

struct office { /* what a decision looks at */
    const struct calendar *calendar;
    const Motcua__ProcedurePublished *procedure;
};

struct move { /* one line of history */
    Motcua__Transition transition;
    int status_before, status;
    int64_t version, at_ms, due_before;
    const char *note;
};

enum { MOVES_MAX = 2 };
struct decision {
    struct case_file next; /* after the moves; texts point into the case, the act and the office */
    size_t moves_count;    /* a move may bring another: accepted with a fee to pay is two */
    struct move moves[MOVES_MAX];
    bool asks_fee; /* tell FeeDue with these lines, under next.fee_no */
    size_t fee_lines_count;
    Motcua__FeeLine **fee_lines;
    bool ends_fee; /* tell RefundDue for fee_no: nothing is owed any more */
    const char *end_reason;
    bool explains; /* next.due_at is new; why says how it came about */
    struct explanation why;
};

/* Errors as case_check, and E_INVALID if a date is needed that the procedure does not give. Owner of new
 * texts: ctx. */
int decide(const void *ctx, const struct case_file *c, const struct act *a, const struct office *o,
           struct decision *out, struct err *err);

/* The first moves of a case: filed online, or received at the counter. c has everything but status and
 * dates. */
int decide_new(const void *ctx, const struct case_file *c, const struct act *a, const struct office *o,
               struct decision *out, struct err *err);

#endif
