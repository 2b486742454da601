/* load.h — what load.c (the loop and the report) and load_http.c (requests, connections, answers) share. */
#ifndef LOAD_H
#define LOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "histogram.h"

enum { ANSWER_MAX = 256 * 1024, PLACES_MAX = 8, RATES_MAX = 16, PARTS_MAX = 600, EVENTS = 512 };

struct connection {
    int fd;
    bool is_busy, is_open;
    uint64_t due_us; /* when its request should have left */
    size_t sent, got;
    char *request, answer[ANSWER_MAX + 1];
    struct connection *next_free;
};

struct part { /* one second of the run */
    uint64_t accepted, refused, failed;
    struct histogram times;
};

struct options {
    int port, connections, seconds, warm;
    const char *request_file, *values_file;
    double rates[RATES_MAX];
    size_t rates_count;
};

struct run {
    int epoll;
    char *request, *values;
    size_t request_size, value_size, values_count;
    size_t number_at[PLACES_MAX], value_at[PLACES_MAX], numbers, values_places;
    struct connection *all, *free;
    uint64_t started_us, warm_until_us, end_us, next_number, due_count;
    uint64_t accepted, refused, failed, without_retry;
    uint64_t by_status[600];
    struct histogram times;
    struct part *parts;
};

extern struct options options;
extern struct run run;

uint64_t now_us(void);
void read_request(void);
void open_connection(struct connection *c);
void give_back(struct connection *c);
void ask(struct connection *c, uint64_t due_us);
/* What epoll says about it. */
void serve_connection(struct connection *c, uint32_t events);

#endif
