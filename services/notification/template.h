/* template.h — what people read, and how facts get into it. Pure.
 *
 * A text holds facts as {names}. [ … ] is said only if every fact in it is known; a fact outside brackets is
 * needed, and a letter without it is refused. Values are put in as they are: a "{" or "[" in them means
 * nothing.
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include <stdbool.h>

#include "err.h"

enum fact {
    FACT_NAME, /* of the applicant */
    FACT_CODE, /* of the dossier */
    FACT_PROCEDURE,
    FACT_UNIT,       /* where it was filed */
    FACT_HANDLER,    /* unit that works on it */
    FACT_AT,         /* when it happened */
    FACT_DUE,        /* appointment */
    FACT_DUE_BEFORE, /* the one it replaces */
    FACT_EARLY,      /* the appointment, if the result is there before */
    FACT_ANSWER_BY,  /* limit of the applicant */
    FACT_REASON,
    FACT_PAPERS, /* asked for, a line each */
    FACT_STEP,
    FACT_STEP_DUE,
    FACT_RESULT,
    FACT_AMOUNT,
    FACT_RECEIPT,
    FACT_LINK,      /* to the dossier's page */
    FACT_RATE_LINK, /* to the dossier's rating, with its secret */
    FACT_OFFICE,    /* who signs */
    FACT_PHONE,
    FACTS
};
extern const char *const fact_names[FACTS]; /* as texts name them */

struct facts {
    const char *value[FACTS]; /* NULL: not known */
};

enum template_id {
    TEMPLATE_SUBMITTED,
    TEMPLATE_RECEIVED,
    TEMPLATE_ACCEPTED,
    TEMPLATE_REFUSED,
    TEMPLATE_SUPPLEMENT_ASKED,
    TEMPLATE_SUPPLIED,
    TEMPLATE_SUPPLEMENT_ACCEPTED,
    TEMPLATE_SUPPLEMENT_EXPIRED,
    TEMPLATE_FORWARDED,
    TEMPLATE_STEP,
    TEMPLATE_PAYMENT_ASKED,
    TEMPLATE_PAID,
    TEMPLATE_PAYMENT_EXPIRED,
    TEMPLATE_REFUNDED,
    TEMPLATE_WITHDRAWAL_ASKED,
    TEMPLATE_WITHDRAWN,
    TEMPLATE_WITHDRAWAL_DECLINED,
    TEMPLATE_STOPPED,
    TEMPLATE_RESULT_READY,
    TEMPLATE_HANDED_OVER,
    TEMPLATE_RESULT_REOPENED,
    TEMPLATE_REAPPOINTED,
    TEMPLATE_RATING_OPENED,
    TEMPLATE_COMPLAINT_OPENED,
    TEMPLATE_COMPLAINT_ANSWERED,
    TEMPLATE_COMPLAINT_REFUSED,
    TEMPLATE_COMPLAINT_DETAIL_ASKED,
    TEMPLATE_COMPLAINT_FORWARDED,
    TEMPLATES
};

struct wording {
    const char *subject, *body;
};

struct frame {
    const char *vi, *en;
};

struct template
{
    const char *name; /* "submitted": in rows, figures and NotificationFailed */
    struct wording vi, en;
};
extern const struct template templates[TEMPLATES]; /* template_texts.c */
/* About a complaint, not a dossier. */
bool template_is_of_complaint(enum template_id id);
extern const struct frame mail_frame, complaint_frame; /* around a mail's body, which stands where "%s" is */

/* Put facts into one text. Owner: ctx. E_INVALID: a needed fact is not known; E_BUG: the text itself is
 * wrong. */
int template_render(const void *ctx, const char *text, const struct facts *facts, char **out,
                    struct err *err);

struct letter {           /* one event in words */
    char *subject, *body; /* for the inbox */
    char *mail;           /* the body with greeting, the dossier's data and signature */
};
int template_letter(const void *ctx, enum template_id id, bool is_english, const struct facts *facts,
                    struct letter *out, struct err *err);

/* Can every template be rendered at all? Asked at start, so that a wrong text stops the service and not a
 * letter. */
int template_check(struct err *err);

#endif
