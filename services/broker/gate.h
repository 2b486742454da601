/* gate.h — who may connect: the ZAP handler (ZeroMQ RFC 27) that knows each service's public key. A key that
 * is not in <keys_dir>/public is refused; one that is becomes the User-Id of the connection: the name of its
 * service. */
#ifndef GATE_H
#define GATE_H

#include <stdbool.h>
#include <uv.h>

struct gate;
/* Bind before any socket with CURVE. NULL if the handler's address is taken. */
struct gate *gate_open(void *ctx, uv_loop_t *loop, void *zmq, const char *keys_dir);
void gate_receive(void *gate); /* a source of the loop */
bool gate_has_more(void *gate);

#endif
