/* pb.c — see pb.h. protobuf-c 1.4.1 accepts padded tags and unknown fields it cannot write back the same way:
 * we forget unknown fields as soon as they are read. It does not check values at all: we do, by walking the
 * descriptor. */
#include "pb.h"

#include <string.h>
#include <talloc.h>

#include "civil.h"
#include "err.h"
#include "text.h"

enum { ROOM_LEAST = 256 };

/* A message and all it points to lie one after the other in one piece, which begins with the message; what
 * does not fit lies in further pieces below it. */
struct room {
    void *first;
    char *at, *end;
    size_t size;
};

static void *pb_alloc(void *room, size_t n)
{
    struct room *r = room;
    n = (n + 15) & ~(size_t)15;
    if ((size_t)(r->end - r->at) < n) {
        r->size = n > r->size ? n : r->size;
        r->at = talloc_size(r->first, r->size);
        r->end = r->at + r->size;
    }
    r->at += n;
    return r->at - n;
}

static void pb_free(void *room, void *p)
{
    (void)room, (void)p; /* all at once */
}

uint8_t *pb_pack(const void *ctx, const ProtobufCMessage *msg, size_t *size)
{
    *size = protobuf_c_message_get_packed_size(msg);
    uint8_t *out = talloc_size(ctx, *size);
    protobuf_c_message_pack(msg, out);
    return out;
}

static bool is_sound(ProtobufCMessage *msg);

/* A number without a name would be an index behind the end of some table of ours. Who knows it is newer than
 * we are: as a dead letter it waits until we are as new. */
static bool is_named(const ProtobufCFieldDescriptor *field, int number)
{
    return protobuf_c_enum_descriptor_get_value(field->descriptor, number) != NULL;
}

/* PostgreSQL and the calendar know no other instants; one such row would refuse all that are saved with it.
 */
static bool is_instant(const ProtobufCFieldDescriptor *field, int64_t value)
{
    const char *unit = strrchr(field->name, '_');
    return !unit || strcmp(unit, "_ms") != 0 || (value >= CIVIL_FIRST_MS && value <= CIVIL_LAST_MS);
}

static bool is_sound_value(const ProtobufCFieldDescriptor *field, void *value)
{
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *s = *(const char **)value;
        return !s || text_is_utf8(s, strlen(s));
    }
    if (field->type == PROTOBUF_C_TYPE_MESSAGE) {
        ProtobufCMessage *child = *(ProtobufCMessage **)value;
        return !child || is_sound(child);
    }
    if (field->type == PROTOBUF_C_TYPE_INT64)
        return is_instant(field, *(const int64_t *)value);
    return field->type != PROTOBUF_C_TYPE_ENUM || is_named(field, *(const int *)value);
}

static bool is_set(const ProtobufCMessage *msg, const ProtobufCFieldDescriptor *field)
{
    bool in_oneof = (field->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) != 0;
    const char *quantifier = (const char *)msg + field->quantifier_offset;
    return !in_oneof || *(const uint32_t *)(const void *)quantifier == field->id;
}

static bool is_sound(ProtobufCMessage *msg)
{
    msg->n_unknown_fields = 0;
    for (unsigned i = 0; i < msg->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &msg->descriptor->fields[i];
        char *at = (char *)msg + f->offset;
        if (f->label != PROTOBUF_C_LABEL_REPEATED) {
            if (is_set(msg, f) && !is_sound_value(f, at))
                return false;
            continue;
        }
        if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        size_t n = *(size_t *)(void *)((char *)msg + f->quantifier_offset);
        for (size_t k = 0; k < n; k++)
            if (!is_sound_value(f, (*(void ***)(void *)at) + k))
                return false;
    }
    return true;
}

/* Plain fields need their bytes once; lists, and messages within, a head each, which may be longer than what
 * travelled. */
static size_t room_for(const ProtobufCMessageDescriptor *type, size_t size)
{
    bool is_plain = true;
    for (unsigned i = 0; i < type->n_fields; i++)
        is_plain &= type->fields[i].label != PROTOBUF_C_LABEL_REPEATED &&
                    type->fields[i].type != PROTOBUF_C_TYPE_MESSAGE;
    return type->sizeof_message + 16 * (type->n_fields + 1) + (is_plain ? size : ROOM_LEAST + 2 * size);
}

void *pb_unpack(const void *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size)
{
    struct room room = { .size = room_for(type, size) };
    room.first = room.at = talloc_size(ctx, room.size);
    room.end = room.at + room.size;
    ProtobufCAllocator allocator = { .alloc = pb_alloc, .free = pb_free, .allocator_data = &room };
    ProtobufCMessage *msg = protobuf_c_message_unpack(type, &allocator, size, data);
    ASSERT(!msg || msg == room.first); /* protobuf-c asks for it before anything else */
    if (msg && is_sound(msg))
        return msg;
    talloc_free(room.first);
    return NULL;
}

char *pb_text(const char *s)
{
    return (char *)(s ? s : "");
}
