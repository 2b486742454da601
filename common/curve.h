/* curve.h — CURVE key files of the bus, and the options every socket of it has. */
#ifndef CURVE_H
#define CURVE_H

#include "err.h"

enum { CURVE_KEY_TEXT = 41 }; /* Z85 and the NUL */

struct curve_keys {
    char public_key[CURVE_KEY_TEXT], secret_key[CURVE_KEY_TEXT];
};

/* Read <dir>/<name>.secret ("public secret"). */
int curve_read(const char *dir, const char *name, struct curve_keys *keys, struct err *err);
/* Read <dir>/public/<name>.key. */
int curve_read_public(const char *dir, const char *name, char key[CURVE_KEY_TEXT], struct err *err);

/* Queues, sizes, patience and linger: the same at both ends. packet_most: longer ones end the connection. */
void curve_socket_options(void *socket, int64_t packet_most);

#endif
