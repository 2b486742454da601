/* pb.h — protobuf-c with our memory and our strictness: talloc owns, text is UTF-8, an enum has a name,
 * an instant (int64 …_ms) a date, unknown fields are dropped. */
#ifndef PB_H
#define PB_H

#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

/* Pack msg. Owner: ctx. */
uint8_t *pb_pack(const void *ctx, const ProtobufCMessage *msg, size_t *size);

/* Unpack; NULL if the bytes are not such a message, or not as strict as that. Owner: ctx. The
 * message is one piece of talloc memory with everything it points to. */
void *pb_unpack(const void *ctx, const ProtobufCMessageDescriptor *type, const uint8_t *data, size_t size);

/* proto3 text is never NULL; ours from the database may be. */
char *pb_text(const char *s);

#endif
