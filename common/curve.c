/* curve.c — see curve.h. */
#include "curve.h"

#include <string.h>
#include <talloc.h>
#include <zmq.h>

#include "crypt.h"

enum { SILENT_MS = 3000 }; /* as long as the bus and the broker wait for each other's beats */

int curve_read(const char *dir, const char *name, struct curve_keys *keys, struct err *err)
{
    char *line, *file = talloc_asprintf(NULL, "%s/%s.secret", dir, name);
    int rc = crypt_read_secret(file, file, &line, err);
    if (rc == 0 && sscanf(line, "%40s %40s", keys->public_key, keys->secret_key) != 2)
        rc = err_set(err, E_INVALID, "%s: is not \"public secret\"", file);
    talloc_free(file);
    return rc;
}

int curve_read_public(const char *dir, const char *name, char key[CURVE_KEY_TEXT], struct err *err)
{
    char *line, *file = talloc_asprintf(NULL, "%s/public/%s.key", dir, name);
    int rc = crypt_read_secret(file, file, &line, err);
    if (rc == 0 && sscanf(line, "%40s", key) != 1)
        rc = err_set(err, E_INVALID, "%s: holds no key", file);
    talloc_free(file);
    return rc;
}

enum { SEALED_MORE = 33 }; /* name, nonce, code and flags around what CURVE seals (ZeroMQ RFC 25) */

static void set_int(void *socket, int option, int value)
{
    ASSERT(zmq_setsockopt(socket, option, &value, sizeof value) == 0);
}

void curve_socket_options(void *socket, int64_t packet_most)
{
    int64_t most = packet_most + SEALED_MORE;
    set_int(socket, ZMQ_LINGER, 200);
    set_int(socket, ZMQ_SNDHWM, 8192);
    set_int(socket, ZMQ_RCVHWM, 8192);
    /* A dead connection is noticed by the kernel. Not by libzmq's heartbeats: with them 4.3.4 aborts when a
     * peer goes while its queue is full (its issue 4364). */
    set_int(socket, ZMQ_TCP_MAXRT, SILENT_MS);
    set_int(socket, ZMQ_TCP_KEEPALIVE, 1);
    set_int(socket, ZMQ_TCP_KEEPALIVE_IDLE, 1);
    set_int(socket, ZMQ_TCP_KEEPALIVE_INTVL, 1);
    set_int(socket, ZMQ_TCP_KEEPALIVE_CNT, 3);
    set_int(socket, ZMQ_HANDSHAKE_IVL, 5000);
    ASSERT(zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most) == 0);
}
