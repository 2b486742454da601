/* live.h — what changes while people look at it: each open page hears of it, whichever replica it happened
 * at.
 *
 * What is said is a hint, never the truth: a page that hears it asks for what it shows. So nothing depends
 * on a hint: one may be lost (a process dies between its COMMIT and its NOTIFY), and pages ask again now and
 * then by themselves. That is why hints are not part of the save: PostgreSQL lets those who commit a NOTIFY
 * through one by one, which would undo the group commit. They are gathered for LIVE_GATHER_MS and leave as
 * one asynchronous transaction; every replica hears them on its write connection.
 *
 *     live_say(t, "unit:000.00.01.H07", "case", "{\"code\":…}");      after a save
 *     return live_reply(t, rq, re, (const char *[]){ "unit:000.00.01.H07" }, 1); a handler of a GET
 *
 * A stream is text/event-stream: event "look" says that something may have passed unheard (always at first,
 * unless Last-Event-ID tells that nothing has), others are what was said. It ends when the caller's token
 * does, when he is too slow, or when the process stops: browsers come back by themselves.
 */
#ifndef LIVE_H
#define LIVE_H

#include "env.h"
#include "http.h"
#include "task.h"

enum { LIVE_GATHER_MS = 40, LIVE_TOPICS_MAX = 6 };

struct live;
struct sql;
extern const struct sql *const live_statements[];
#define LIVE_CHANNEL "live"

struct live *live_open(void *ctx, const struct env *env, int64_t streams_max);
/* No more streams: those there are end. */
void live_end(struct live *live);

/* topics: separated by commas, no blanks. data: JSON in one line, at most 1500 bytes. What a rehearsal does
 * is not said. */
void live_say(struct task *t, const char *topics, const char *event, const char *data);

/* Answer with a stream of what is said about the topics. E_BUSY: there are too many already. */
int live_reply(struct task *t, const struct http_request *rq, struct http_reply *re,
               const char *const *topics, size_t n);

#endif
