/* broker.c — packets that reach a broker (router.c, passing.c). The input is a row of them, each behind a
 * byte that says whose connection it is ('a' to 'd') and two bytes of its length, the lower first. 'a' and
 * 'b' have intake's key, 'c' verification's, 'd' nobody's; to 'b' nothing can be sent. */
#include <errno.h>

#include "fuzz.h"
#include "services/broker/router.c"

static struct router *router;
static const char *key_owner; /* of the connection the packet came by */

/* ---- instead of libzmq's ---- */

int zmq_send(void *socket, const void *data, size_t size, int flags)
{
    (void)socket;
    if ((flags & ZMQ_SNDMORE) && size == 1 && *(const char *)data == 'b') {
        errno = EHOSTUNREACH;
        return -1;
    }
    return (int)size;
}

int zmq_msg_send(zmq_msg_t *message, void *socket, int flags)
{
    static volatile unsigned char sum;
    const unsigned char *data = zmq_msg_data(message);
    (void)socket, (void)flags;
    for (size_t i = 0; i < zmq_msg_size(message); i++)
        sum = (unsigned char)(sum + data[i]);
    return (int)zmq_msg_size(message);
}

int zmq_errno(void)
{
    return errno;
}

const char *zmq_msg_gets(const zmq_msg_t *message, const char *property)
{
    (void)message, (void)property;
    return key_owner;
}

/* ---- */

static void take(char who, const uint8_t *data, size_t size)
{
    static const char *const owners[] = { "intake", "intake", "verification", NULL };
    zmq_msg_t route, frame;
    key_owner = owners[who - 'a'];
    zmq_msg_init_size(&route, 1);
    memcpy(zmq_msg_data(&route), &who, 1);
    zmq_msg_init_size(&frame, size);
    memcpy(zmq_msg_data(&frame), data, size);
    take_frame(router, &route, &frame);
    zmq_msg_close(&route);
    zmq_msg_close(&frame);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    router = talloc_zero(NULL, struct router);
    make_metrics(router);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    router->peers = peers_new(router);
    while (size > 3 && *data >= 'a' && *data <= 'd') {
        size_t n = (size_t)data[1] | (size_t)data[2] << 8;
        n = n < size - 3 ? n : size - 3;
        take((char)*data, data + 3, n);
        data += 3 + n;
        size -= 3 + n;
    }
    peers_each(router->peers, beat_one, router);
    talloc_free(router->peers);
    return 0;
}
