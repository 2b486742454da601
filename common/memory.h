/* memory.h — an object that brings its children's memory along: what is allocated under it comes out of one
 * piece, one behind the other, as far as that reaches. Under AddressSanitizer every allocation is its own, so
 * that it sees each one's end. */
#ifndef MEMORY_H
#define MEMORY_H

#include <talloc.h>

#ifdef __has_feature /* clang's way to ask */
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#endif

/* parts: how many allocations `bytes` are meant for. Not zeroed. */
#ifdef __SANITIZE_ADDRESS__
#define memory_object(ctx, type, parts, bytes) talloc((ctx), type)
#else
#define memory_object(ctx, type, parts, bytes) talloc_pooled_object((ctx), type, (parts), (bytes))
#endif

#endif
