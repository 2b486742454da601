/* json_write.h — JSON out, where it is composed once for each request: written straight into one buffer.
 *
 *     struct json_writer w = json_writer_of(t);
 *     write_object(&w, NULL);
 *     write_text(&w, "code", code);
 *     write_end(&w);
 *     http_reply_text(re, 201, "application/json", write_done(&w));
 *
 * name is NULL for the outermost value and for items of a list. Texts are UTF-8. Answers that are composed of
 * what the store holds are trees of jansson (json.h), which is easier to read.
 */
#ifndef JSON_WRITE_H
#define JSON_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WRITER_DEPTH = 8 };

struct json_writer {
    char *text;
    size_t size, room;
    bool needs_comma;
    unsigned depth;
    char closing[WRITER_DEPTH];
};

/* Owner of the buffer: ctx. */
struct json_writer json_writer_of(const void *ctx);
void write_object(struct json_writer *w, const char *name);
void write_list(struct json_writer *w, const char *name);
void write_end(struct json_writer *w); /* of the innermost object or list */
void write_text(struct json_writer *w, const char *name, const char *text);
void write_int(struct json_writer *w, const char *name, int64_t number);
void write_bool(struct json_writer *w, const char *name, bool value);
/* The whole text, ending with NUL; everything opened has been ended. */
char *write_done(struct json_writer *w);

#endif
