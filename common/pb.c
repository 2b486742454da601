/* pb.c — see pb.h. protobuf-c 1.4.1 accepts padded tags and unknown fields it cannot write back the same way:
 * we forget unknown fields as soon as they are read. It does not check text at all: we do, by walking the
 * descriptor. */
#include "pb.h"

#include <string.h>
#include <talloc.h>

#include "text.h"

static void *pb_alloc(void *ctx, size_t n)
{
    return talloc_size(ctx, n);
}

static void pb_free(void *ctx, void *p)
{
    (void)ctx;
    talloc_free(p);
}

uint8_t *pb_pack(const void *ctx, const ProtobufCMessage *msg, size_t *size)
{
    *size = protobuf_c_message_get_packed_size(msg);
    uint8_t *out = talloc_size(ctx, *size);
    protobuf_c_message_pack(msg, out);
    return out;
}

static bool is_sound(ProtobufCMessage *msg);

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
    return true;
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

void *pb_unpack(const void *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size)
{
    void *owner = talloc_new(ctx);
    ProtobufCAllocator allocator = { .alloc = pb_alloc, .free = pb_free, .allocator_data = owner };
    ProtobufCMessage *msg = protobuf_c_message_unpack(type, &allocator, size, data);
    if (msg && is_sound(msg))
        return msg;
    talloc_free(owner);
    return NULL;
}

char *pb_text(const char *s)
{
    return (char *)(s ? s : "");
}
