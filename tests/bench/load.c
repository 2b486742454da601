/* load.c — the load of the bench: many keep-alive HTTP connections on one core, the same for every contender.
 *
 *     load --port P --request FILE --connections N --seconds S [--rate R,R,…] [--values FILE] [--warm S]
 *          [--journal FILE] [--patience S]
 *
 * FILE is a whole request. Each ################ in it becomes a number nobody used before, each run of @ a
 * line of the values, picked at random (all lines are as long as that run). Without --rate every connection
 * asks again as soon as it was answered (closed loop). With rates, requests come at even distances, each rate
 * for S seconds, whether answers come or not (open loop), and times count from when a request was due, not
 * from when a connection was free. With a journal it is a client that nothing may be lost for:
 * load_journal.c. Prints one line of JSON; times in microseconds, of accepted requests (2xx) only.
 */
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "meter.h"

struct options options;
struct run run;

/* ---- the loop ------------------------------------------------------------------------------------- */

/* How many requests are due since the start, at rates that follow each other. */
static double due_until(double elapsed_s)
{
    double due = 0;
    for (size_t i = 0; i < options.rates_count && elapsed_s > 0; i++, elapsed_s -= options.seconds)
        due += options.rates[i] * (elapsed_s < options.seconds ? elapsed_s : options.seconds);
    return due;
}

/* When the n-th request is due. */
static uint64_t due_at(uint64_t n)
{
    double at = 0, left = (double)n;
    for (size_t i = 0; i < options.rates_count; i++, at += options.seconds) {
        if (left < options.rates[i] * options.seconds)
            return run.started_us + (uint64_t)((at + left / options.rates[i]) * 1e6);
        left -= options.rates[i] * options.seconds;
    }
    return run.started_us + (uint64_t)(at * 1e6);
}

static void ask_what_is_due(uint64_t now)
{
    struct connection *c;
    uint64_t due = (uint64_t)due_until((double)(now - run.started_us) / 1e6);
    while ((c = run.free) && (options.rates_count == 0 || run.due_count < due)) {
        run.free = c->next_free;
        ask(c, options.rates_count == 0 ? now : due_at(run.due_count));
        run.due_count++;
    }
}

static bool is_waiting(void)
{
    for (int i = 0; i < options.connections; i++)
        if (run.all[i].is_busy || run.all[i].again)
            return true;
    return false;
}

static void serve(int timeout_ms)
{
    struct epoll_event events[EVENTS];
    int n = epoll_wait(run.epoll, events, EVENTS, timeout_ms);
    for (int i = 0; i < n; i++)
        serve_connection(events[i].data.ptr, events[i].events);
}

static void go(void)
{
    int stages = options.rates_count > 0 ? (int)options.rates_count : 1;
    run.started_us = now_us();
    run.warm_until_us = run.started_us + (uint64_t)options.warm * 1000000;
    run.end_us = run.warm_until_us + (uint64_t)(stages * options.seconds) * 1000000;
    for (uint64_t now; (now = now_us()) < run.end_us;) {
        ask_again(now);
        ask_what_is_due(now);
        serve(options.rates_count > 0 ? 1 : 20);
    }
    for (uint64_t now, late_us = run.end_us + (uint64_t)options.patience * 1000000;
         is_waiting() && (now = now_us()) < late_us;) {
        ask_again(now);
        serve(20);
    }
}

static void prepare(void)
{
    read_request();
    journal_open();
    run.epoll = epoll_create1(EPOLL_CLOEXEC);
    run.all = calloc((size_t)options.connections, sizeof *run.all);
    run.parts = calloc(PARTS_MAX, sizeof *run.parts);
    if (run.epoll < 0 || !run.all || !run.parts)
        fail("no memory");
    for (int i = 0; i < options.connections; i++) {
        struct connection *c = &run.all[i];
        c->request = malloc(run.request_size);
        if (!c->request)
            fail("no memory");
        memcpy(c->request, run.request, run.request_size);
        open_connection(c);
        give_back(c);
    }
}

/* ---- the report ----------------------------------------------------------------------------------- */

static void print_times(const struct histogram *h)
{
    printf("\"p50_us\":%llu,\"p95_us\":%llu,\"p99_us\":%llu,\"max_us\":%llu",
           (unsigned long long)histogram_at(h, 0.5), (unsigned long long)histogram_at(h, 0.95),
           (unsigned long long)histogram_at(h, 0.99), (unsigned long long)h->max);
}

static void print_parts(double seconds)
{
    printf(",\"parts\":[");
    for (int i = 0; i < (int)seconds && i < PARTS_MAX; i++)
        printf("%s{\"accepted\":%llu,\"refused\":%llu,\"failed\":%llu,\"p95_us\":%llu}", i ? "," : "",
               (unsigned long long)run.parts[i].accepted, (unsigned long long)run.parts[i].refused,
               (unsigned long long)run.parts[i].failed,
               (unsigned long long)histogram_at(&run.parts[i].times, 0.95));
    printf("]");
}

static void report(void)
{
    double seconds = options.seconds * (options.rates_count > 0 ? (double)options.rates_count : 1);
    uint64_t answered = run.accepted + run.refused;
    printf("{\"accepted_ever\":%llu,", (unsigned long long)run.accepted_ever);
    printf("\"per_s\":%.1f,\"accepted\":%llu,\"refused\":%llu,\"failed\":%llu,\"without_retry_after\":%llu,",
           (double)run.accepted / seconds, (unsigned long long)run.accepted, (unsigned long long)run.refused,
           (unsigned long long)run.failed, (unsigned long long)run.without_retry);
    print_times(&run.times);
    printf(",\"cpu_us\":%.2f,\"status\":{", answered ? (double)meter_cpu_us() / (double)answered : 0);
    const char *comma = "";
    for (int i = 0; i < 600; i++)
        if (run.by_status[i]) {
            printf("%s\"%d\":%llu", comma, i, (unsigned long long)run.by_status[i]);
            comma = ",";
        }
    printf("}");
    print_parts(seconds + options.warm);
    printf("}\n");
}

static void read_rates(const char *list)
{
    char *end;
    for (; *list && options.rates_count < RATES_MAX; list = *end == ',' ? end + 1 : end) {
        options.rates[options.rates_count++] = strtod(list, &end);
        if (end == list)
            fail("--rate: numbers with commas between them");
    }
}

int main(int argc, char **argv)
{
    options.port = (int)option_number(argc, argv, "--port", 1, 0);
    options.request_file = option_text(argc, argv, "--request", NULL);
    options.values_file = option_text(argc, argv, "--values", "");
    options.connections = (int)option_number(argc, argv, "--connections", 1, 1);
    options.seconds = (int)option_number(argc, argv, "--seconds", 1, 5);
    options.warm = (int)option_number(argc, argv, "--warm", 0, 0);
    options.journal_file = option_text(argc, argv, "--journal", "");
    options.patience = (int)option_number(argc, argv, "--patience", 0, 5);
    read_rates(option_text(argc, argv, "--rate", ""));
    options_end(argc, argv);
    prepare();
    go();
    report();
    return 0;
}
