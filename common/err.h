/* err.h — one error type for the whole suite.
 *
 * A function that can fail returns 0 or an enum err_code, and writes the story into the struct err it was
 * given. Three families, three reactions (no other reaction exists):
 *
 *   caller's fault   E_INVALID … E_LIMITED         says what to mend; log at info; a message is poison
 *   not applied      E_BUSY E_TIMEOUT E_SHUTDOWN   says "try again"; count; a message is sent again
 *   unknown or ours  E_UNKNOWN E_DB E_BUG          says "try again with the same key"; log at error
 *
 * Broken invariants never return: ASSERT() aborts and the supervisor restarts the process.
 */
#ifndef ERR_H
#define ERR_H

#include <stdbool.h>
#include <stddef.h>

enum err_code {
    E_OK,
    E_INVALID,   /* the request cannot be understood or breaks a rule of form */
    E_ANONYMOUS, /* nobody is logged in */
    E_DENIED,    /* somebody is, and may not */
    E_NOT_FOUND,
    E_METHOD,   /* the address is known, not what is asked of it */
    E_CONFLICT, /* the state of things does not allow it, or somebody else was faster */
    E_STALE,    /* decided on an old version */
    E_TOO_LARGE,
    E_LIMITED, /* too many attempts */
    E_BUSY,
    E_TIMEOUT,
    E_SHUTDOWN,
    E_UNKNOWN, /* applied or not: asking again with the same key tells */
    E_DB,
    E_BUG,
    E_CODES
};

/* What a person is told. `code` is for programs and never changes; a "{}" in vi and en takes one argument. */
struct phrase {
    const char *code, *vi, *en;
};

struct fault { /* one field of a request and what is wrong with it */
    char field[80];
    char arg[80];
    const struct phrase *phrase;
};

enum { ERR_FAULTS_MAX = 10 };

struct err {
    int code;                    /* enum err_code */
    const char *where;           /* file:line of the first failure */
    char text[224];              /* for the log and for developers */
    const struct phrase *phrase; /* for the person; NULL: the phrase of the code */
    char arg[80];
    unsigned retry_ms;     /* E_LIMITED, E_BUSY: not before; 0: the default */
    unsigned faults_count; /* may exceed ERR_FAULTS_MAX: the rest is counted, not kept */
    struct fault faults[ERR_FAULTS_MAX];
};

/* Record the first failure and return its code; a later call on the same err changes nothing. */
#define err_set(e, code, ...) err_set_at((e), (code), ERR_HERE, __VA_ARGS__)
int err_set_at(struct err *e, int code, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

/* The same with words for the person. arg may be NULL; it is copied. */
#define err_say(e, code, phrase, arg) err_say_at((e), (code), ERR_HERE, (phrase), (arg))
int err_say_at(struct err *e, int code, const char *where, const struct phrase *phrase, const char *arg);

/* One more field that is wrong; all of them are told at once. Returns E_INVALID. */
#define err_fault(e, field, phrase, arg) err_fault_at((e), ERR_HERE, (field), (phrase), (arg))
int err_fault_at(struct err *e, const char *where, const char *field, const struct phrase *phrase,
                 const char *arg);

/* Forget a failure the caller has dealt with. */
void err_clear(struct err *e);

const char *err_name(int code);            /* "not-found" */
bool err_is_callers(int code);             /* asking again unchanged cannot help */
bool err_is_lasting(int code);             /* a message that fails so five times is poison */
const struct phrase *err_phrase(int code); /* what a person is told when nobody chose better words */

/* Return the callee's code at once. The only macro of the project that hides a return. Use it only where
 * nothing but talloc memory is held. */
#define TRY(call) \
    do { \
        int try_rc_ = (call); \
        if (try_rc_) \
            return try_rc_; \
    } while (0)

#define ASSERT(cond) \
    do { \
        if (!(cond)) \
            assert_failed(#cond, ERR_HERE); \
    } while (0)
_Noreturn void assert_failed(const char *cond, const char *where);

#define ERR_HERE    __FILE__ ":" ERR_STR(__LINE__)
#define ERR_STR(x)  ERR_STR2(x)
#define ERR_STR2(x) #x

#endif
