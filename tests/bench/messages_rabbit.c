/* messages_rabbit.c — RabbitMQ with a quorum queue: persistent messages, publisher confirms.
 *
 *     messages_rabbit --port P --seconds S
 *
 * At most 512 unconfirmed; a prefetch of 512, acknowledged many at once.
 */
#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "messages.h"
#include "meter.h"

enum { CHANNEL = 1, FRAME_MAX = 131072, ACK_EVERY = WINDOW / 4, DELIVERY_PERSISTENT = 2 };

static struct messages messages;
static int port;

static void must(amqp_connection_state_t c, const char *what)
{
    amqp_rpc_reply_t r = amqp_get_rpc_reply(c);
    if (r.reply_type != AMQP_RESPONSE_NORMAL)
        fail("rabbit: %s: reply type %d, %s", what, (int)r.reply_type, amqp_error_string2(r.library_error));
}

static amqp_connection_state_t open_connection(void)
{
    amqp_connection_state_t c = amqp_new_connection();
    amqp_socket_t *socket = amqp_tcp_socket_new(c);
    if (!socket || amqp_socket_open(socket, "127.0.0.1", port) != 0)
        fail("rabbit: no connection to port %d", port);
    amqp_rpc_reply_t r =
        amqp_login(c, "/", 0, FRAME_MAX, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"); /* heartbeat: none */
    if (r.reply_type != AMQP_RESPONSE_NORMAL)
        fail("rabbit: login refused");
    amqp_channel_open(c, CHANNEL);
    must(c, "channel");
    return c;
}

static void make_queue(amqp_connection_state_t c, amqp_bytes_t queue)
{
    amqp_table_entry_t kind = { .key = amqp_cstring_bytes("x-queue-type") };
    kind.value.kind = AMQP_FIELD_KIND_UTF8;
    kind.value.value.bytes = amqp_cstring_bytes("quorum");
    amqp_table_t arguments = { .num_entries = 1, .entries = &kind };
    amqp_queue_declare(c, CHANNEL, queue, 0, 1, 0, 0, arguments); /* durable */
    must(c, "queue");
    amqp_confirm_select(c, CHANNEL);
    must(c, "confirms");
}

/* ---- consuming ------------------------------------------------------------------------------------ */

struct page { /* consumed and not yet acknowledged */
    uint64_t last;
    int64_t count;
};

static void acknowledge(amqp_connection_state_t c, struct page *p)
{
    if (p->count > 0 && amqp_basic_ack(c, CHANNEL, p->last, 1) != 0) /* 1: and all before */
        fail("rabbit: acknowledgement not sent");
    atomic_fetch_add(&messages.consumed, p->count);
    p->count = 0;
}

static void take_one(amqp_connection_state_t c, struct page *p)
{
    amqp_envelope_t e;
    amqp_maybe_release_buffers(c);
    amqp_rpc_reply_t r = amqp_consume_message(c, &e, &(struct timeval){ .tv_usec = 1000 }, 0);
    if (r.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && r.library_error == AMQP_STATUS_TIMEOUT) {
        acknowledge(c, p);
        return;
    }
    if (r.reply_type != AMQP_RESPONSE_NORMAL)
        fail("rabbit: nothing to consume: %s", amqp_error_string2(r.library_error));
    p->last = e.delivery_tag;
    p->count++;
    amqp_destroy_envelope(&e);
    if (p->count == ACK_EVERY)
        acknowledge(c, p);
}

static void *consume(void *queue)
{
    struct page page = { 0 };
    amqp_connection_state_t c = open_connection();
    amqp_basic_qos(c, CHANNEL, 0, WINDOW, 0);
    must(c, "prefetch");
    amqp_basic_consume(c, CHANNEL, *(amqp_bytes_t *)queue, amqp_empty_bytes, 0, 0, 0, amqp_empty_table);
    must(c, "consumer");
    while (!messages_are_done(&messages))
        take_one(c, &page);
    amqp_connection_close(c, AMQP_REPLY_SUCCESS); /* answered after the last acknowledgement was */
    return NULL;
}

/* ---- publishing ----------------------------------------------------------------------------------- */

static void publish(amqp_connection_state_t c, amqp_bytes_t queue)
{
    amqp_basic_properties_t properties = { ._flags = AMQP_BASIC_DELIVERY_MODE_FLAG,
                                           .delivery_mode = DELIVERY_PERSISTENT };
    amqp_bytes_t body = { .len = MESSAGE_BYTES, .bytes = messages.body };
    if (amqp_basic_publish(c, CHANNEL, amqp_empty_bytes, queue, 0, 0, &properties, body) != 0)
        fail("rabbit: not published");
    messages.published++;
}

/* Confirms come one by one or up to a tag. Waits for one if `must_come`. */
static void take_confirms(amqp_connection_state_t c, bool must_come)
{
    amqp_frame_t frame;
    struct timeval at_once = { 0 }, long_enough = { .tv_sec = 10 };
    int rc;
    amqp_maybe_release_buffers(c);
    while ((rc = amqp_simple_wait_frame_noblock(c, &frame, must_come ? &long_enough : &at_once)) ==
           AMQP_STATUS_OK) {
        if (frame.frame_type != AMQP_FRAME_METHOD || frame.payload.method.id != AMQP_BASIC_ACK_METHOD)
            fail("rabbit: not confirmed");
        const amqp_basic_ack_t *ack = frame.payload.method.decoded;
        if (ack->multiple)
            atomic_store(&messages.confirmed, (int64_t)ack->delivery_tag);
        else
            atomic_fetch_add(&messages.confirmed, 1);
        must_come = false;
    }
    if (rc != AMQP_STATUS_TIMEOUT || must_come)
        fail("rabbit: no confirm came: %s", amqp_error_string2(rc));
}

int main(int argc, char **argv)
{
    pthread_t consumer;
    amqp_bytes_t queue = amqp_cstring_bytes("bench");
    port = (int)option_number(argc, argv, "--port", 1, 0);
    int64_t seconds = option_number(argc, argv, "--seconds", 1, 5);
    options_end(argc, argv);
    amqp_connection_state_t c = open_connection();
    make_queue(c, queue);
    messages_begin(&messages, seconds);
    if (pthread_create(&consumer, NULL, consume, &queue) != 0)
        fail("rabbit: no thread");
    while (messages_go_on(&messages)) {
        publish(c, queue);
        if (messages.published % (WINDOW / 8) == 0 ||
            messages.published - atomic_load(&messages.confirmed) >= WINDOW)
            take_confirms(c, messages.published - atomic_load(&messages.confirmed) >= WINDOW);
    }
    while (atomic_load(&messages.confirmed) < messages.published)
        take_confirms(c, true);
    messages_report(&messages);
    pthread_join(consumer, NULL);
    return 0;
}
