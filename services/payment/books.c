/* books.c — see books.h. */
#include "books.h"

#include <stdio.h>
#include <talloc.h>

#include "table.h"

enum { KEY_TEXT = 48 };

struct book { /* one unit and year */
    UT_hash_handle hh;
    char key[KEY_TEXT];
    int64_t guessed;
};

struct books {
    struct book *list;
};
TABLE_OWNER(books, list)

struct books *books_new(void *ctx)
{
    struct books *b = talloc_zero(ctx, struct books);
    talloc_set_destructor(b, books_drop_table);
    return b;
}

static struct book *book_of(struct books *b, const char *unit, int year)
{
    struct book *k;
    char key[KEY_TEXT];
    snprintf(key, sizeof key, "%s %d", unit, year);
    HASH_FIND_STR(b->list, key, k);
    if (!k) {
        k = talloc_zero(b, struct book);
        snprintf(k->key, sizeof k->key, "%s", key);
        HASH_ADD_STR(b->list, key, k);
    }
    return k;
}

int64_t books_next(struct books *b, const char *unit, int year, int64_t last)
{
    struct book *k = book_of(b, unit, year);
    k->guessed = (k->guessed > last ? k->guessed : last) + 1;
    return k->guessed;
}

void books_forget(struct books *b, const char *unit, int year)
{
    book_of(b, unit, year)->guessed = 0;
}
