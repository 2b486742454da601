/* proxy.c — libzmq's own proxy behind CURVE, and the meter for it: what any broker over ZeroMQ is measured
 * against.
 *
 *     proxy --listen A --listen-back B --keys DIR --seconds S      carry: ROUTER at A, DEALER at B
 *     proxy --measure A --to B --keys DIR --seconds S              send to A, count what comes from B
 *
 * Also --bytes (300), and --pairs (1): so many senders and receivers, each a thread. Both sides have the
 * socket options of the suite's bus and its keys: "broker" carries, "intake" sends, "verification" hears.
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

#include "bus.h"
#include "curve.h"
#include "meter.h"

enum { PAIRS_MAX = 8, WARM_MS = 500 };

static struct {
    void *zmq;
    const char *keys, *in, *out;
    int64_t seconds, bytes;
    _Atomic int64_t received;
} run;

static void rest_ms(int64_t ms)
{
    nanosleep(&(struct timespec){ .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 }, NULL);
}

static struct curve_keys keys_of(const char *name)
{
    struct curve_keys keys;
    struct err err = { 0 };
    if (curve_read(run.keys, name, &keys, &err) != 0)
        fail("proxy: %s", err.text);
    return keys;
}

/* ---- carrying ------------------------------------------------------------------------------------- */

static void *bind_to(int type, const char *endpoint)
{
    int yes = 1;
    void *socket = zmq_socket(run.zmq, type);
    struct curve_keys own = keys_of("broker");
    curve_socket_options(socket, BUS_PACKET_MAX);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, own.secret_key, CURVE_KEY_TEXT);
    if (zmq_bind(socket, endpoint) != 0)
        fail("proxy: %s: %s", endpoint, zmq_strerror(zmq_errno()));
    return socket;
}

static void *end_in_time(void *arg)
{
    rest_ms(run.seconds * 1000);
    zmq_ctx_shutdown(run.zmq);
    return arg;
}

static void carry(void)
{
    pthread_t clock;
    void *front = bind_to(ZMQ_ROUTER, run.in), *back = bind_to(ZMQ_DEALER, run.out);
    if (pthread_create(&clock, NULL, end_in_time, NULL) != 0)
        fail("proxy: no thread");
    int64_t cpu_us = meter_cpu_us();
    zmq_proxy(front, back, NULL);
    printf("{\"cpu_ms\":%" PRId64 "}\n", (meter_cpu_us() - cpu_us) / 1000);
    pthread_join(clock, NULL);
    zmq_close(front);
    zmq_close(back);
}

/* ---- measuring ------------------------------------------------------------------------------------ */

static void *connect_to(const char *endpoint, const char *name)
{
    char broker[CURVE_KEY_TEXT];
    struct err err = { 0 };
    void *socket = zmq_socket(run.zmq, ZMQ_DEALER);
    struct curve_keys own = keys_of(name);
    if (curve_read_public(run.keys, "broker", broker, &err) != 0)
        fail("proxy: %s", err.text);
    curve_socket_options(socket, BUS_PACKET_MAX);
    zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, broker, CURVE_KEY_TEXT);
    zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, own.public_key, CURVE_KEY_TEXT);
    zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, own.secret_key, CURVE_KEY_TEXT);
    if (zmq_connect(socket, endpoint) != 0)
        fail("proxy: %s: %s", endpoint, zmq_strerror(zmq_errno()));
    return socket;
}

static void *send_all(void *arg)
{
    static char body[BUS_PACKET_MAX];
    void *socket = connect_to(run.in, "intake");
    while (zmq_send(socket, body, (size_t)run.bytes, 0) >= 0)
        ; /* until the context is shut down */
    zmq_close(socket);
    return arg;
}

static void *receive_all(void *arg)
{
    void *socket = connect_to(run.out, "verification");
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    while (zmq_msg_recv(&frame, socket, 0) >= 0)
        if (!zmq_msg_more(&frame)) /* before it: who sent it */
            atomic_fetch_add_explicit(&run.received, 1, memory_order_relaxed);
    zmq_msg_close(&frame);
    zmq_close(socket);
    return arg;
}

static void measure(int64_t pairs)
{
    pthread_t senders[PAIRS_MAX], receivers[PAIRS_MAX];
    if (pairs > PAIRS_MAX)
        fail("proxy: more than %d pairs", PAIRS_MAX);
    for (int64_t i = 0; i < pairs; i++)
        if (pthread_create(&receivers[i], NULL, receive_all, NULL) != 0 ||
            pthread_create(&senders[i], NULL, send_all, NULL) != 0)
            fail("proxy: no thread");
    for (int64_t until = meter_us() + 5000000; atomic_load(&run.received) == 0 && meter_us() < until;)
        rest_ms(10);
    rest_ms(WARM_MS);
    int64_t before = atomic_load(&run.received), began_us = meter_us(), cpu_us = meter_cpu_us();
    rest_ms(run.seconds * 1000);
    int64_t n = atomic_load(&run.received) - before;
    printf("{\"per_s\":%.0f,\"messages\":%" PRId64 ",\"cpu_us\":%.2f}\n",
           (double)n * 1e6 / (double)(meter_us() - began_us), n,
           n > 0 ? (double)(meter_cpu_us() - cpu_us) / (double)n : 0);
    zmq_ctx_shutdown(run.zmq);
    for (int64_t i = 0; i < pairs; i++) {
        pthread_join(senders[i], NULL);
        pthread_join(receivers[i], NULL);
    }
}

int main(int argc, char **argv)
{
    const char *to = option_text(argc, argv, "--measure", "");
    run.in = *to ? to : option_text(argc, argv, "--listen", NULL);
    run.out = option_text(argc, argv, *to ? "--to" : "--listen-back", NULL);
    run.keys = option_text(argc, argv, "--keys", NULL);
    run.seconds = option_number(argc, argv, "--seconds", 1, 5);
    run.bytes = option_number(argc, argv, "--bytes", 1, 300);
    int64_t pairs = option_number(argc, argv, "--pairs", 1, 1);
    options_end(argc, argv);
    if (run.bytes > BUS_PACKET_MAX)
        fail("proxy: more than %d bytes", BUS_PACKET_MAX);
    run.zmq = zmq_ctx_new();
    if (*to)
        measure(pairs);
    else
        carry();
    zmq_ctx_term(run.zmq);
    return 0;
}
