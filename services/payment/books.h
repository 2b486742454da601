/* books.h — the next number of each receipt book, guessed: settlements at the same time take numbers one
 * after another and share a commit. The store takes a number only if it is the next one, so a wrong guess
 * costs a second try, never a gap and never a number used twice. */
#ifndef BOOKS_H
#define BOOKS_H

#include <stdint.h>

struct books;
struct books *books_new(void *ctx);

/* A number behind `last`, which the store said, and behind those that were guessed and are on their way. */
int64_t books_next(struct books *b, const char *unit, int year, int64_t last);
/* A guess was wrong: go by what the store says. */
void books_forget(struct books *b, const char *unit, int year);

#endif
