/* limit.c — how fast PostgreSQL itself takes the suite's own rows: the limit intake is measured against.
 *
 *     limit --conninfo C --batch N --connections K --seconds S
 *
 * The database holds common/schema and services/intake/schema. N filings leave as one prepared statement with
 * binary arrays, which is its own transaction; each connection sends the next as soon as the last was
 * answered.
 */
#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "limit_rows.h"
#include "meter.h"

enum { CONNECTIONS_MAX = 16 };

struct connection {
    PGconn *pg;
    int64_t sent_us;
    bool is_busy;
    struct batch batch;
};

static struct {
    int64_t batch, filings;
    int connections;
    struct connection all[CONNECTIONS_MAX];
    struct waits waits;
} run;

static PGresult *must(struct connection *c, PGresult *r)
{
    ExecStatusType status = PQresultStatus(r);
    if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
        fail("limit: %s", PQerrorMessage(c->pg));
    return r;
}

static void open_connection(struct connection *c, const char *conninfo)
{
    c->pg = PQconnectdb(conninfo);
    if (PQstatus(c->pg) != CONNECTION_OK)
        fail("limit: %s", PQerrorMessage(c->pg));
    PGresult *lane = must(c, PQexec(c->pg, "INSERT INTO lane DEFAULT VALUES RETURNING id"));
    c->batch.lane = strtoll(PQgetvalue(lane, 0, 0), NULL, 10);
    PQclear(lane);
    PQclear(must(c, PQprepare(c->pg, "file", limit_insert, 0, NULL)));
    PQsetnonblocking(c->pg, 1);
}

static void send_batch(struct connection *c)
{
    const char *values[ARRAYS];
    int lengths[ARRAYS], formats[ARRAYS];
    batch_fill(&c->batch, run.batch);
    for (int i = 0; i < ARRAYS; i++) {
        values[i] = c->batch.arrays[i].data;
        lengths[i] = (int)c->batch.arrays[i].size;
        formats[i] = 1;
    }
    c->sent_us = meter_us();
    c->is_busy = true;
    if (!PQsendQueryPrepared(c->pg, "file", ARRAYS, values, lengths, formats, 0))
        fail("limit: %s", PQerrorMessage(c->pg));
}

static void take_answer(struct connection *c)
{
    PGresult *r;
    if (!PQconsumeInput(c->pg))
        fail("limit: %s", PQerrorMessage(c->pg));
    while (c->is_busy && !PQisBusy(c->pg)) {
        r = PQgetResult(c->pg);
        if (!r) {
            c->is_busy = false;
            run.filings += run.batch;
            waits_add(&run.waits, meter_us() - c->sent_us);
        } else {
            PQclear(must(c, r));
        }
    }
}

static bool serve(bool is_open)
{
    struct pollfd fds[CONNECTIONS_MAX];
    bool is_waiting = false;
    for (int i = 0; i < run.connections; i++) {
        struct connection *c = &run.all[i];
        if (!c->is_busy && is_open)
            send_batch(c);
        bool unsent = c->is_busy && PQflush(c->pg) > 0;
        fds[i] = (struct pollfd){ .fd = PQsocket(c->pg), .events = unsent ? POLLIN | POLLOUT : POLLIN };
        is_waiting = is_waiting || c->is_busy;
    }
    if (is_waiting)
        poll(fds, (nfds_t)run.connections, 1000);
    for (int i = 0; is_waiting && i < run.connections; i++)
        if (fds[i].revents & ~POLLOUT)
            take_answer(&run.all[i]);
    return is_waiting;
}

int main(int argc, char **argv)
{
    const char *conninfo = option_text(argc, argv, "--conninfo", NULL);
    run.batch = option_number(argc, argv, "--batch", 1, 128);
    run.connections = (int)option_number(argc, argv, "--connections", 1, 1);
    int64_t seconds = option_number(argc, argv, "--seconds", 1, 5);
    options_end(argc, argv);
    if (run.connections > CONNECTIONS_MAX)
        fail("limit: more than %d connections", CONNECTIONS_MAX);
    rows_prepare((int64_t)time(NULL) * 1000);
    for (int i = 0; i < run.connections; i++)
        open_connection(&run.all[i], conninfo);
    int64_t began_us = meter_us(), cpu_us = meter_cpu_us(), end_us = began_us + seconds * 1000000;
    while (serve(meter_us() < end_us))
        ;
    double took_s = (double)(meter_us() - began_us) / 1e6;
    printf("{\"per_s\":%.0f,\"filings\":%" PRId64 ",\"p50_us\":%" PRId64 ",\"p99_us\":%" PRId64
           ",\"cpu_us\":%.2f}\n",
           (double)run.filings / took_s, run.filings, waits_at(&run.waits, 0.5), waits_at(&run.waits, 0.99),
           (double)(meter_cpu_us() - cpu_us) / (double)run.filings);
    for (int i = 0; i < run.connections; i++)
        PQfinish(run.all[i].pg);
    return 0;
}
