/* text.h — Vietnamese text: checked once at the edge, kept in NFC, searched without marks.
 *
 * Everything here takes and gives UTF-8. Sources: DOMAIN §13; vectors vietnamese_text.json.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* True if the n bytes are valid UTF-8 without NUL. */
bool text_is_utf8(const char *s, size_t n);

/* NFC form of s without control characters other than tab and newline, and without zero-width characters;
 * non-breaking spaces become spaces; leading and trailing blanks go. Owner: ctx. NULL if s is not UTF-8. */
char *text_clean(const void *ctx, const char *s);

/* The same, but s itself where nothing has to be done, which is nearly always. */
const char *text_cleaned(const void *ctx, const char *s);

/* text_cleaned on one line: tabs, line ends and runs of blanks become one space. Owner: ctx. NULL if s is not
 * UTF-8. */
const char *text_line(const void *ctx, const char *s);

/* Key to search by: decomposed, marks dropped, đ → d, lower case, blanks folded to one space. So "Giấy phép",
 * "giay phep", NFC and NFD, "hoà" and "hòa" give the same key. Owner: ctx. NULL if s is not UTF-8. */
char *text_search_key(const void *ctx, const char *s);

/* Lower case NFC with the tone put where the new placement puts it ("thủy" and "thuỷ" are one): the key by
 * which hits with exact marks rank first. Owner: ctx. NULL if s is not UTF-8. */
char *text_marked_key(const void *ctx, const char *s);

/* Number of code points. s is valid UTF-8. */
size_t text_length(const char *s);

/* At most max code points of s, never cutting a character from its marks. Owner: ctx. */
char *text_cut(const void *ctx, const char *s, size_t max);

/* In capitals, as heads of papers are written: "Sở Nội vụ" → "SỞ NỘI VỤ". Owner: ctx. s is valid UTF-8. */
char *text_capitals(const void *ctx, const char *s);

/* True if some letter belongs to no Vietnamese or ethnic minority name: a legacy encoding (TCVN3, VNI) or a
 * look-alike was pasted. A hint to warn by, not to refuse. */
bool text_looks_legacy(const char *s);

/* "Nguyễn Thị Hồng Nhung" → "Nhung" (lists of people sort by given name). Points into s. */
const char *text_given_name(const char *s);

/* phrase with every "{}" replaced by arg. Owner: ctx. */
char *text_fill(const void *ctx, const char *phrase, const char *arg);

#endif
