/* load.h — what load.c (the loop and the report), load_http.c (requests, connections, answers) and
 * load_journal.c (what was asked and answered, and asking again) share. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "histogram.h"

enum { ANSWER_MAX = 256 * 1024, PLACES_MAX = 8, RATES_MAX = 16, PARTS_MAX = 600, EVENTS = 512 };

struct connection {
    int fd;
    bool is_busy, is_open;
    bool again;        /* with a journal: its request has no answer yet and is sent once more */
    uint64_t asked_us; /* when it was sent last */
    uint64_t due_us;   /* when it should have left */
    size_t sent, got;
    char *request, answer[ANSWER_MAX + 1];
    struct connection *next_free;
};

struct part { /* one second of the run */
    uint64_t accepted, refused, failed;
    struct histogram times;
};

struct options {
    int port, connections, seconds, warm, patience;
    const char *request_file, *values_file, *journal_file;
    double rates[RATES_MAX];
    size_t rates_count;
};

struct run {
    int epoll, journal; /* journal: -1 without one */
    char *request, *values;
    size_t request_size, value_size, values_count;
    size_t number_at[PLACES_MAX], value_at[PLACES_MAX], numbers, values_places;
    struct connection *all, *free;
    uint64_t started_us, warm_until_us, end_us, next_number, due_count;
    uint64_t accepted, refused, failed, without_retry;
    uint64_t accepted_ever; /* while it warms up and afterwards, too */
    uint64_t by_status[600];
    struct histogram times;
    struct part *parts;
};

extern struct options options;
extern struct run run;

uint64_t now_us(void);
void read_request(void);
/* false: nobody listens, which only a load with a journal takes. */
bool open_connection(struct connection *c);
void give_back(struct connection *c);
void ask(struct connection *c, uint64_t due_us);
void lose(struct connection *c);
/* Its name in an answer; NULL: it is not there. Answers are short and their heads are ASCII. */
const char *find_header(const char *answer, const char *name);
/* What epoll says about it. */
void serve_connection(struct connection *c, uint32_t events);

/* ---- with a journal: a line before each request, a line after each answer; nothing asked stays unanswered
 * ---- */

void journal_open(void);
void journal_asked(const struct connection *c);
void journal_answered(struct connection *c, unsigned status);
void journal_lost(struct connection *c);
void ask_again(uint64_t now);

#endif
