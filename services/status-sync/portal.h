/* portal.h — what is said to the national portal and what its answers mean. Pure. Bodies and verdicts, no
 * wire.
 *
 * Generation A, "VXP adapter" (DOMAIN §3.1): every call is a POST of JSON whose values are strings; every
 * answer should be JSON with an error_code, a number or a string. HTTP 200 alone says nothing.
 */
#ifndef PORTAL_H
#define PORTAL_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum portal_call {
    PORTAL_LOGIN,
    PORTAL_LOOK_UP,    /* is this MaHoSo known there? */
    PORTAL_CREATE,     /* a record it does not have */
    PORTAL_UPDATE,     /* a record it has */
    PORTAL_PROGRESS,   /* at most PORTAL_LINES_MOST lines */
    PORTAL_FIND_OWNER, /* its own id (TechID) of the holder of a tax code */
    PORTAL_CALLS
};
enum { PORTAL_LINES_MOST = 10, PORTAL_MESSAGE_MOST = 1000 };

const char *portal_call_name(enum portal_call call); /* "create": for metrics and logs */

enum portal_outcome {
    PORTAL_DONE,
    PORTAL_EXISTS,  /* CREATE: it has the dossier already */
    PORTAL_EXPIRED, /* the session is not valid, or not any more */
    PORTAL_REFUSED, /* it says no */
    PORTAL_UNCLEAR  /* neither yes nor no: it may have happened; ask again */
};

struct portal_answer { /* texts belong to the ctx given */
    enum portal_outcome outcome;
    const char
        *message; /* the portal's words, at most PORTAL_MESSAGE_MOST characters; may quote what was sent */
    const char *session; /* LOGIN */
    const char *owner;   /* FIND_OWNER; "": it knows none */
    bool is_known;       /* LOOK_UP */
};
void portal_judge(const void *ctx, enum portal_call call, long http_status, const char *body, size_t size,
                  struct portal_answer *out);

/* Bodies. Owner: ctx. data: the array of records or lines; the code or the tax code as a JSON string. */
char *portal_login_body(const void *ctx, const char *username, const char *password);
char *portal_call_body(const void *ctx, enum portal_call call, const char *session, const char *madonvi,
                       json_t *data);

#endif
