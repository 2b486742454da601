/* load_journal.c — see load.h: the journal of a load, and its patience. Append-only, a line for each event:
 *
 *     ? NUMBER AT                     is about to be sent; AT is Unix time in milliseconds
 *     = NUMBER AT STATUS LATER CODE   the answer that was read; LATER is its Retry-After, or -; CODE is the
 *                                     member "code" of its JSON
 *     - NUMBER AT                     the connection ended, or was silent for too long, before an answer
 *
 * What was not answered, or with 429 or 5xx, is sent again with the same number, hence the same
 * Idempotency-Key, until it is answered otherwise: a citizen who wants his dossier filed does the same.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "load.h"
#include "meter.h"

enum { AGAIN_US = 200000, SILENCE_US = 8000000, NUMBER_DIGITS = 16 };

void journal_open(void)
{
    run.journal = -1;
    if (!*options.journal_file)
        return;
    if (run.numbers == 0)
        fail("--journal: the request has no number to write down");
    run.journal = open(options.journal_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (run.journal < 0)
        fail("%s: %s", options.journal_file, strerror(errno));
}

static long long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static const char *number_of(const struct connection *c)
{
    return c->request + run.number_at[0];
}

void journal_asked(const struct connection *c)
{
    if (run.journal >= 0)
        dprintf(run.journal, "? %.*s %lld\n", NUMBER_DIGITS, number_of(c), now_ms());
}

void journal_lost(struct connection *c)
{
    if (run.journal < 0)
        return;
    dprintf(run.journal, "- %.*s %lld\n", NUMBER_DIGITS, number_of(c), now_ms());
    c->again = true;
}

void journal_answered(struct connection *c, unsigned status)
{
    static const char member[] = "\"code\":\"", header[] = "retry-after: ";
    if (run.journal < 0)
        return;
    const char *code = strstr(c->answer, member);
    code = code ? code + sizeof member - 1 : "";
    const char *later = find_header(c->answer, header);
    later = later ? later + sizeof header - 1 : "-";
    dprintf(run.journal, "= %.*s %lld %u %.*s %.*s\n", NUMBER_DIGITS, number_of(c), now_ms(), status,
            (int)strcspn(later, "\r\n"), later, (int)strcspn(code, "\"\n"), code);
    c->again = status == 429 || status >= 500;
}

void ask_again(uint64_t now)
{
    for (int i = 0; run.journal >= 0 && i < options.connections; i++) {
        struct connection *c = &run.all[i];
        if (c->is_busy && now > c->asked_us + SILENCE_US)
            lose(c);
        else if (c->again && !c->is_busy && now > c->asked_us + AGAIN_US)
            ask(c, now);
    }
}
