/* adapter_vxp.c — see adapter.h: generation A, the VXP adapter's JSON over HTTP.
 *
 *   adapter_call ─> session (log in if there is none; one at a time) ─> exchange ─> portal_judge
 *        ^                                                                 │
 *        └──────────────── the session has expired: once more ─────────────┘
 *
 * Every exchange, logins too, passes the breaker. After a refused login it rests for longer than after an
 * outage: asking on would only lock the account. Neither bodies nor sessions are ever logged.
 */
#include <string.h>
#include <talloc.h>

#include "adapter.h"
#include "bell.h"
#include "breaker.h"
#include "clock.h"
#include "env.h"
#include "http_client.h"
#include "log.h"
#include "metrics.h"

enum {
    TRIPS = 4, /* failures in a row before it is left alone */
    REST_MS = 500,
    REST_MOST_MS = 5000,
    LOGIN_PAUSE_MS = 30000,
    AGAIN_MS = 1000,
    SAVE_MS = 2000 /* to record what was answered */
};

struct adapter {
    struct adapter_config cfg;
    const char *urls[PORTAL_CALLS];
    char *session;
    bool is_logging_in;
    struct bell logged_in, woken;
    struct breaker breaker;
    struct metric *seconds[PORTAL_CALLS];
};

struct adapter *adapter_new(void *ctx, const struct adapter_config *cfg)
{
    struct adapter *a = talloc_zero(ctx, struct adapter);
    a->cfg = *cfg;
    bell_init(&a->logged_in);
    bell_init(&a->woken);
    a->breaker = (struct breaker){ .trips = TRIPS, .rest_ms = REST_MS, .rest_most_ms = REST_MOST_MS };
    for (int i = 0; i < PORTAL_CALLS; i++) {
        const char *path = i == PORTAL_LOGIN        ? cfg->auth_endpoint
                           : i == PORTAL_FIND_OWNER ? cfg->share_endpoint
                                                    : cfg->integration_endpoint;
        a->urls[i] = talloc_asprintf(a, "%s%s", cfg->adapter_url, path);
        a->seconds[i] =
            metric_histogram("motcua_portal_call_seconds", "Time of a call to the portal",
                             talloc_asprintf(a, "call=\"%s\"", portal_call_name((enum portal_call)i)));
    }
    return a;
}

bool adapter_is_resting(const struct adapter *a)
{
    return a->breaker.state != BREAKER_CLOSED;
}

/* ---- one exchange --------------------------------------------------------------------------------- */

static int not_now(struct task *t, const char *why)
{
    int rc = err_set(task_err(t), E_BUSY, "%s", why);
    task_err(t)->retry_ms = AGAIN_MS;
    return rc;
}

/* Wait until the breaker lets us pass, as long as there is time left for the call itself. */
static int enter(struct task *t, struct adapter *a)
{
    for (;;) {
        unsigned left = task_left_ms(t), needed = a->cfg.timeout_ms + SAVE_MS;
        if (left < needed)
            return not_now(t, adapter_is_resting(a) ? "the portal does not answer"
                                                    : "no time left for another call");
        int64_t now_ms = clock_steady_ms(), wait = breaker_wait_ms(&a->breaker, now_ms);
        if (wait == 0) {
            breaker_begin(&a->breaker, now_ms, a->cfg.timeout_ms);
            return 0;
        }
        TRY(bell_wait(t, &a->woken, (unsigned)wait < left - needed ? (unsigned)wait : left - needed + 1));
    }
}

enum verdict { ANSWERED, FAILED, LOGIN_REFUSED };

static void leave(struct adapter *a, enum verdict verdict)
{
    bool rested = adapter_is_resting(a);
    if (verdict == LOGIN_REFUSED)
        breaker_rest(&a->breaker, clock_steady_ms(), LOGIN_PAUSE_MS);
    else
        breaker_end(&a->breaker, verdict == ANSWERED, clock_steady_ms());
    if (rested != adapter_is_resting(a))
        log_warn(rested ? "portal_works_again" : "portal_rests");
    if (rested)
        bell_ring(&a->woken);
}

static int post(struct task *t, struct adapter *a, enum portal_call call, const char *body,
                struct portal_answer *answer)
{
    struct call_answer got = { 0 };
    const char *const headers[] = { "Accept: application/json",
                                    "Content-Type: application/json",
                                    "Charset: utf-8",
                                    talloc_asprintf(t, "dstcode: %s", a->cfg.dstcode),
                                    "Expect:",
                                    NULL };
    const struct call_request rq = { "POST", a->urls[call], headers, body, a->cfg.timeout_ms };
    int64_t start_us = clock_steady_us();
    TRY(http_call(t, &rq, &got));
    metric_observe_us(a->seconds[call], clock_steady_us() - start_us);
    portal_judge(t, call, got.status, got.body, got.size, answer);
    if (answer->outcome == PORTAL_UNCLEAR)
        return err_set(task_err(t), E_UNKNOWN, "%s: an answer nobody can read (HTTP %ld, %zu bytes)",
                       portal_call_name(call), got.status, got.size);
    return 0;
}

static int exchange(struct task *t, struct adapter *a, enum portal_call call, const char *body,
                    struct portal_answer *answer)
{
    TRY(enter(t, a));
    int rc = post(t, a, call, body, answer);
    bool no_login = rc == 0 && call == PORTAL_LOGIN && answer->outcome != PORTAL_DONE;
    leave(a, rc ? FAILED : no_login ? LOGIN_REFUSED : ANSWERED);
    return rc;
}

/* ---- the session ---------------------------------------------------------------------------------- */

static int log_in(struct task *t, struct adapter *a)
{
    struct portal_answer answer;
    TRY(exchange(t, a, PORTAL_LOGIN, portal_login_body(t, a->cfg.username, a->cfg.password), &answer));
    if (answer.outcome != PORTAL_DONE) {
        log_error("portal_login_refused"); /* username, password_file or dstcode is wrong */
        return not_now(t, "the portal refuses our login");
    }
    a->session = talloc_strdup(a, answer.session);
    return 0;
}

static int get_session(struct task *t, struct adapter *a, const char **session)
{
    while (!a->session && a->is_logging_in)
        TRY(bell_wait(t, &a->logged_in, task_left_ms(t)));
    if (!a->session) {
        a->is_logging_in = true;
        int rc = log_in(t, a);
        a->is_logging_in = false;
        bell_ring(&a->logged_in);
        TRY(rc);
    }
    *session = talloc_strdup(t, a->session);
    return 0;
}

/* Unless somebody has renewed it already. */
static void drop_session(struct adapter *a, const char *session)
{
    if (a->session && strcmp(a->session, session) == 0)
        TALLOC_FREE(a->session);
}

/* ---- a call --------------------------------------------------------------------------------------- */

int adapter_call(struct task *t, struct adapter *a, enum portal_call call, json_t *data,
                 struct portal_answer *answer)
{
    const char *session;
    for (int i = 0; i < 2; i++) {
        TRY(get_session(t, a, &session));
        TRY(exchange(t, a, call, portal_call_body(t, call, session, a->cfg.madonvi, data), answer));
        if (answer->outcome != PORTAL_EXPIRED)
            return 0;
        drop_session(a, session);
    }
    return not_now(t, "the portal does not accept the session it gave");
}
