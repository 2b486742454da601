/* table.h — hash tables (uthash) that end with the talloc memory they belong to: what uthash allocates for
 * itself is not talloc's.
 *
 *     struct cache { struct entry *entries; … };
 *     TABLE_OWNER(cache, entries)
 *     … talloc_set_destructor(c, cache_drop_table);
 */
#ifndef TABLE_H
#define TABLE_H

#include <talloc.h>
#include <uthash.h>

#define TABLE_OWNER(type, head) \
    static int type##_drop_table(struct type *owner) \
    { \
        HASH_CLEAR(hh, owner->head); \
        return 0; \
    }

#endif
