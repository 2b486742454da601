/* fit.h — a text into the room there is, never half a character of it. */
#ifndef FIT_H
#define FIT_H

#include <string.h>

/* As much of text (UTF-8) as fits into room bytes with its end, cut between characters. */
static inline void fit(char *to, size_t room, const char *text)
{
    size_t n = strlen(text);
    if (n >= room)
        for (n = room - 1; n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80; n--)
            ;
    memcpy(to, text, n);
    to[n] = '\0';
}

#endif
