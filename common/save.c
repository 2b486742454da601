/* save.c — see save.h. Packets are packed once, here: the bytes stored are the bytes sent. */
#include "save.h"

#include <string.h>
#include <talloc.h>

#include "env.h"
#include "envelope.pb-c.h"
#include "listeners.h"
#include "outbox.h"
#include "pb.h"

struct save {
    struct task *task;
    struct outbox *outbox;
    const struct cause *cause;
    size_t count, room; /* of each of the arrays */
    const char **destinations, **keys;
    int64_t *seqs;
    struct id *ids;
    struct db_blob *packets;
};

struct save *save_new(struct task *t, const struct cause *cause)
{
    static const struct cause none;
    struct save *s = talloc_zero(t, struct save);
    s->task = t;
    s->outbox = task_env(t)->outbox;
    s->cause = cause ? cause : &none;
    return s;
}

static void make_room(struct save *s)
{
    if (s->count < s->room)
        return;
    s->room = s->room ? s->room * 2 : 8;
    s->destinations = talloc_realloc(s, s->destinations, const char *, s->room);
    s->keys = talloc_realloc(s, s->keys, const char *, s->room);
    s->seqs = talloc_realloc(s, s->seqs, int64_t, s->room);
    s->ids = talloc_realloc(s, s->ids, struct id, s->room);
    s->packets = talloc_realloc(s, s->packets, struct db_blob, s->room);
}

static int say_to(struct save *s, const char *destination, Motcua__Envelope *e)
{
    make_room(s);
    size_t i = s->count++;
    Motcua__Packet p = MOTCUA__PACKET__INIT;
    s->ids[i] = id_new();
    e->id = (ProtobufCBinaryData){ ID_BYTES, s->ids[i].bytes };
    e->destination = (char *)destination;
    p.body_case = MOTCUA__PACKET__BODY_ENVELOPE;
    p.envelope = e;
    s->packets[i].data = pb_pack(s, &p.base, &s->packets[i].size);
    if (s->packets[i].size > BUS_PACKET_MAX)
        return err_set(task_err(s->task), E_TOO_LARGE, "%s of %s has %zu bytes", e->type, e->key,
                       s->packets[i].size);
    s->destinations[i] = destination;
    s->keys[i] = e->key;
    s->seqs[i] = outbox_next_seq(s->outbox, destination);
    return 0;
}

int save_say(struct save *s, const char *key, uint64_t version, const ProtobufCMessage *msg)
{
    const char *source = task_env(s->task)->service;
    Motcua__Envelope e = MOTCUA__ENVELOPE__INIT;
    e.source = (char *)source;
    e.type = (char *)msg->descriptor->name;
    e.key = talloc_strdup(s, key);
    e.version = version;
    e.occurred_at_ms = task_now_ms(s->task);
    e.traceparent = (char *)task_trace(s->task);
    e.payload.data = pb_pack(s, msg, &e.payload.len);
    for (const struct hears *h = listeners; h->listener; h++)
        if (strcmp(h->type, e.type) == 0 && strcmp(h->source, source) == 0)
            TRY(say_to(s, h->listener, &e));
    return 0;
}

void save_done(struct save *s)
{
    if (task_rehearsal(s->task))
        return;
    for (size_t i = 0; i < s->count; i++)
        outbox_push(s->outbox, s->destinations[i], s->seqs[i], &s->ids[i], s->keys[i], s->packets[i].data,
                    s->packets[i].size);
}

struct db_arg save_lane(const struct save *s)
{
    return db_int(s->outbox ? outbox_lane(s->outbox) : 0);
}

struct db_arg save_seqs(const struct save *s)
{
    return db_int_array(s, s->seqs, s->count);
}

struct db_arg save_destinations(const struct save *s)
{
    return db_text_array(s, s->destinations, s->count);
}

struct db_arg save_packets(const struct save *s)
{
    return db_bytes_array(s, s->packets, s->count);
}

struct db_arg save_event(const struct save *s)
{
    return db_id_or_null(s->cause->event);
}

struct db_arg save_command(const struct save *s)
{
    return db_id_or_null(s->cause->command);
}

struct db_arg save_fingerprint(const struct save *s)
{
    return db_int(s->cause->fingerprint);
}

struct db_arg save_status(const struct save *s)
{
    return db_int(s->cause->status);
}

struct db_arg save_answer(const struct save *s)
{
    return db_text(s->cause->answer ? s->cause->answer : "");
}
