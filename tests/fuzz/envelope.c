/* envelope.c — a frame of the bus, and every message in it. "frame" and a newline: what follows goes the way
 * of a frame that a broker sent (bus.c). The name of a message and a newline: it is unpacked, and what is
 * packed of it again is read the same way. */
#include <string.h>

#include "common/bus.c"
#include "fuzz.h"
#include "identity.pb-c.h"
#include "intake.pb-c.h"
#include "notification.pb-c.h"
#include "payment.pb-c.h"
#include "receipt.pb-c.h"
#include "status_sync.pb-c.h"
#include "text.h"
#include "verification.pb-c.h"

static const ProtobufCMessageDescriptor *const types[] = {
    &motcua__packet__descriptor,
    &motcua__envelope__descriptor,
    &motcua__dossier_submitted__descriptor,
    &motcua__dossier_supplemented__descriptor,
    &motcua__withdrawal_requested__descriptor,
    &motcua__procedure_published__descriptor,
    &motcua__dossier_progressed__descriptor,
    &motcua__fee_due__descriptor,
    &motcua__refund_due__descriptor,
    &motcua__payment_settled__descriptor,
    &motcua__payment_refunded__descriptor,
    &motcua__national_dossier_received__descriptor,
    &motcua__account_changed__descriptor,
    &motcua__unit_changed__descriptor,
    &motcua__notification_failed__descriptor,
    &motcua__receipt__descriptor,
};
enum { TYPES = sizeof types / sizeof *types };

/* ---- a message ------------------------------------------------------------------------------------ */

static void *check_message(const void *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *data,
                           size_t size)
{
    size_t first_size, again_size;
    void *msg = pb_unpack(ctx, type, data, size);
    if (!msg)
        return NULL;
    uint8_t *first = pb_pack(ctx, msg, &first_size);
    void *again = pb_unpack(ctx, type, first, first_size);
    ASSERT(again);
    uint8_t *second = pb_pack(ctx, again, &again_size);
    ASSERT(first_size == again_size && memcmp(first, second, first_size) == 0);
    return msg;
}

/* ---- a frame -------------------------------------------------------------------------------------- */

static struct bus *bus;

static bool on_envelope(void *ctx, const struct bus_from *from, const Motcua__Envelope *e, void *owner)
{
    (void)from, (void)owner;
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(types[i]->name, e->type) == 0)
            check_message(ctx, types[i], e->payload.data, e->payload.len);
    return false;
}

static void on_ack(void *ctx, const char *by, const struct id *id)
{
    char text[ID_TEXT];
    (void)ctx;
    id_format(id, text);
    ASSERT(strlen(by) < BUS_PEER_TEXT && strlen(text) == ID_TEXT - 1);
}

static void on_refusal(void *ctx, const struct id *id, Motcua__Refused why, unsigned retry_ms)
{
    (void)why, (void)retry_ms;
    on_ack(ctx, "", id);
}

static void on_joined(void *ctx, const char *service)
{
    (void)ctx;
    ASSERT(!service || text_is_utf8(service, strlen(service)));
}

/* Its parts lie in the frame, one behind the other, and are all of it but the sender. */
static void check_bundle(const uint8_t *frame, size_t size)
{
    struct bundle b;
    const uint8_t *behind = frame;
    if (!bundle_read(frame, size, &b))
        return;
    ASSERT(b.count > 0 && b.count <= BUNDLE_MOST);
    for (size_t i = 0; i < b.count; i++) {
        ASSERT(b.envelopes[i].bytes >= behind && b.envelopes[i].head <= b.envelopes[i].size);
        behind = b.envelopes[i].bytes + b.envelopes[i].size;
    }
    ASSERT(behind <= frame + size);
    ASSERT(b.sender_length == 0 || (const uint8_t *)b.sender + b.sender_length <= frame + size);
}

static void check_frame(void *ctx, const uint8_t *frame, size_t size)
{
    check_bundle(frame, size);
    bus->listener = (struct bus_listener){ on_envelope, on_ack, on_refusal, on_joined, ctx };
    take_frame(&bus->links[0], frame, size);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    bus = talloc_zero(NULL, struct bus);
    bus->received = metric_counter("received", "", NULL);
    bus->is_leaving = true; /* says no hello: there is no socket */
    bus->links_count = 1;
    bus->links[0].bus = bus;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *newline = size ? memchr(data, '\n', size) : NULL;
    if (!newline)
        return 0;
    void *ctx = talloc_new(NULL);
    const char *name = fuzz_text(ctx, data, (size_t)(newline - data));
    size_t rest = size - (size_t)(newline - data) - 1;
    const uint8_t *copy = talloc_memdup(ctx, newline + 1, rest);
    if (strcmp(name, "frame") == 0)
        check_frame(ctx, copy, rest);
    for (size_t i = 0; i < TYPES; i++)
        if (strcmp(types[i]->name, name) == 0)
            check_message(ctx, types[i], copy, rest);
    talloc_free(ctx);
    return 0;
}
