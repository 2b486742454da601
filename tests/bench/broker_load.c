/* broker_load.c — the suite's broker under full load: envelopes from one service to another, each
 * acknowledged.
 *
 *     broker_load --brokers E --keys DIR --seconds S
 *
 * Plays both ends with the suite's own bus, in two processes: the sender keeps --window (4096) envelopes of
 * --bytes (300) payload unanswered, under --keys-in-turn (1000) keys; the listener acknowledges what it
 * hears, with as much --credit (8192). What was refused leaves again. Also --from (intake) and --to
 * (verification).
 */
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <talloc.h>
#include <unistd.h>

#include "bus.h"
#include "envelope.pb-c.h"
#include "log.h"
#include "meter.h"
#include "pb.h"

enum { KEYS_MAX = 100000, WARM_US = 500000, ID_AT_MOST = 16 };

static struct {
    const char *brokers, *keys_dir, *from, *to;
    int64_t seconds, bytes, window, keys, credit;
} options;

static struct end {
    uv_loop_t loop;
    struct bus *bus;
    int64_t sent, acked, refused;
    int64_t answered; /* acked or refused */
} end;

struct packet { /* of one key; the id is new each time */
    char key[40];
    uint8_t *bytes, *id;
    size_t size;
};

static void open_end(const char *service, const struct bus_listener *listener)
{
    struct err err = { 0 };
    char replica[24];
    snprintf(replica, sizeof replica, "bench-%d", (int)getpid());
    struct bus_config cfg = { service, talloc_strdup(NULL, replica), options.brokers, options.keys_dir,
                              options.credit };
    uv_loop_init(&end.loop);
    if (bus_open(NULL, &end.loop, &cfg, &end.bus, &err) != 0)
        fail("broker_load: %s", err.text);
    bus_listen(end.bus, listener);
}

/* One turn: what came is taken, the answers leave, and there is sleep only if nothing more is there. */
static void turn(void)
{
    bus_receive(end.bus);
    bus_flush(end.bus);
    uv_run(&end.loop, bus_has_more(end.bus) ? UV_RUN_NOWAIT : UV_RUN_ONCE);
}

/* ---- listening ------------------------------------------------------------------------------------ */

static bool acknowledge(void *arg, const struct bus_from *from, const Motcua__Envelope *e, void *owner)
{
    (void)arg, (void)owner;
    struct id id;
    memcpy(id.bytes, e->id.data, ID_BYTES);
    bus_ack(end.bus, from, &id);
    return false;
}

static void ignore_ack(void *arg, const char *by_service, const struct id *id)
{
    (void)arg, (void)by_service, (void)id;
}

static void ignore_refusal(void *arg, const struct id *id, Motcua__Refused why, unsigned retry_ms)
{
    (void)arg, (void)id, (void)why, (void)retry_ms;
}

static void ignore_joined(void *arg, const char *service)
{
    (void)arg, (void)service;
}

static _Noreturn void listen_for_ever(void)
{
    static const struct bus_listener listener = { acknowledge, ignore_ack, ignore_refusal, ignore_joined,
                                                  NULL };
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    open_end(options.to, &listener);
    for (;;)
        turn();
}

/* ---- sending -------------------------------------------------------------------------------------- */

static bool hear_nothing(void *arg, const struct bus_from *from, const Motcua__Envelope *e, void *owner)
{
    (void)arg, (void)from, (void)e, (void)owner;
    return false;
}

static void count_ack(void *arg, const char *by_service, const struct id *id)
{
    (void)arg, (void)by_service, (void)id;
    end.acked++;
    end.answered++;
}

static void count_refusal(void *arg, const struct id *id, Motcua__Refused why, unsigned retry_ms)
{
    (void)arg, (void)id, (void)why, (void)retry_ms;
    end.refused++;
    end.answered++;
}

static struct packet pack(int64_t n)
{
    static uint8_t payload[BUS_PACKET_MAX];
    static const uint8_t id_head[] = { 0x0a, ID_BYTES }; /* field 1 of the envelope */
    struct packet made;
    struct id id = id_new();
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    snprintf(made.key, sizeof made.key, "000.00.15.H07-260401-%06" PRId64, n);
    e.id = (ProtobufCBinaryData){ ID_BYTES, id.bytes };
    e.source = pb_text(options.from);
    e.destination = pb_text(options.to);
    e.type = pb_text("motcua.DossierSubmitted");
    e.key = made.key;
    e.version = 1;
    e.occurred_at_ms = INT64_C(1775000000000);
    e.traceparent = pb_text("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    e.payload = (ProtobufCBinaryData){ (size_t)options.bytes, payload };
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = &e;
    made.bytes = pb_pack(NULL, &p.base, &made.size);
    made.id = (uint8_t *)memmem(made.bytes, ID_AT_MOST, id_head, sizeof id_head) + sizeof id_head;
    return made;
}

static void send_up_to_window(struct packet *packets)
{
    while (end.sent - end.answered < options.window) {
        struct packet *p = &packets[end.sent % options.keys];
        struct id id = id_new();
        memcpy(p->id, id.bytes, ID_BYTES);
        if (!bus_send(end.bus, p->key, p->bytes, p->size))
            return;
        end.sent++;
    }
}

/* Until `until_us`; an answer that is lost would be missed for ever, so nothing may be lost here. */
static void send_until(struct packet *packets, int64_t until_us)
{
    while (meter_us() < until_us) {
        send_up_to_window(packets);
        turn();
    }
}

static void wait_for_listener(struct packet *packets)
{
    int64_t until_us = meter_us() + 10 * INT64_C(1000000);
    while (end.acked == 0 && meter_us() < until_us) {
        if (end.sent == end.answered && bus_is_up(end.bus) &&
            bus_send(end.bus, "first", packets->bytes, packets->size))
            end.sent++;
        turn();
    }
    if (end.acked == 0)
        fail("broker_load: nothing comes back from %s", options.brokers);
}

static void send_and_report(void)
{
    static const struct bus_listener listener = { hear_nothing, count_ack, count_refusal, ignore_joined,
                                                  NULL };
    struct packet *packets = talloc_array(NULL, struct packet, (size_t)options.keys);
    for (int64_t i = 0; i < options.keys; i++)
        packets[i] = pack(i);
    open_end(options.from, &listener);
    wait_for_listener(packets);
    send_until(packets, meter_us() + WARM_US);
    int64_t acked = end.acked, refused = end.refused, began_us = meter_us(), cpu_us = meter_cpu_us();
    send_until(packets, began_us + options.seconds * 1000000);
    int64_t n = end.acked - acked;
    printf("{\"per_s\":%.0f,\"envelopes\":%" PRId64 ",\"refused\":%" PRId64 ",\"cpu_us\":%.2f}\n",
           (double)n * 1e6 / (double)(meter_us() - began_us), n, end.refused - refused,
           n > 0 ? (double)(meter_cpu_us() - cpu_us) / (double)n : 0);
    fflush(stdout);
}

int main(int argc, char **argv)
{
    options.brokers = option_text(argc, argv, "--brokers", NULL);
    options.keys_dir = option_text(argc, argv, "--keys", NULL);
    options.from = option_text(argc, argv, "--from", "intake");
    options.to = option_text(argc, argv, "--to", "verification");
    options.seconds = option_number(argc, argv, "--seconds", 1, 5);
    options.bytes = option_number(argc, argv, "--bytes", 1, 300);
    options.window = option_number(argc, argv, "--window", 1, 4096);
    options.keys = option_number(argc, argv, "--keys-in-turn", 1, 1000);
    options.credit = option_number(argc, argv, "--credit", 1, 8192);
    options_end(argc, argv);
    if (options.bytes > BUS_PACKET_MAX / 2 || options.keys > KEYS_MAX)
        fail("broker_load: more than %d bytes or %d keys", BUS_PACKET_MAX / 2, KEYS_MAX);
    log_open("bench", LOG_ERROR);
    pid_t listener = fork();
    if (listener == 0)
        listen_for_ever();
    send_and_report();
    kill(listener, SIGTERM);
    waitpid(listener, NULL, 0);
    return 0;
}
