/* http_drain.c — how a replica leaves without anybody noticing. Who has connected is served, also when the
 * kernel has taken him for us and we have not, or when his request is still on its way; who comes later is
 * refused by the kernel before he has sent a byte, and goes to another replica. */
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <talloc.h>
#include <unistd.h>

#include "env.h"
#include "http_parts.h"

enum { TCP_FLAGS_AT = 13, TCP_SYN = 0x02 };

/* Greetings are dropped from now on, and repeated by their senders when nobody listens any more. Without it
 * somebody could come between our last look into the queue and its end. */
static void refuse_greetings(int listener)
{
    struct sock_filter steps[] = {
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, TCP_FLAGS_AT),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, TCP_SYN, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, 0),
        BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
    };
    struct sock_fprog filter = { sizeof steps / sizeof *steps, steps };
    setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter, sizeof filter);
}

static void take_queued(struct http_server *s, int listener)
{
    struct sockaddr_in address;
    for (;;) {
        socklen_t size = sizeof address;
        int fd = accept4(listener, (struct sockaddr *)&address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            MHD_add_connection(s->mhd, fd, (struct sockaddr *)&address, size); /* closes it if it cannot */
        else if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

void http_quiesce(struct http_server *s)
{
    bool is_listening = s->mhd && !s->is_quiet;
    MHD_socket listener = is_listening ? MHD_quiesce_daemon(s->mhd) : MHD_INVALID_SOCKET;
    s->is_quiet = true;
    if (listener == MHD_INVALID_SOCKET)
        return;
    refuse_greetings(listener);
    take_queued(s, listener);
    close(listener);
}

bool http_is_idle(const struct http_server *s)
{
    return s->open_count == 0 && s->silent_count == 0;
}

/* ---- callers who have connected and not asked yet ---- */

void drain_on_connection(void *server, struct MHD_Connection *conn, void **slot,
                         enum MHD_ConnectionNotificationCode what)
{
    struct http_server *s = server;
    (void)conn;
    if (what == MHD_CONNECTION_NOTIFY_STARTED) {
        *slot = talloc_zero(s, bool); /* he has asked */
        s->silent_count++;
    } else if (*slot) {
        s->silent_count -= !*(bool *)*slot;
        TALLOC_FREE(*slot);
    }
}

void drain_on_request(struct http_server *s, struct MHD_Connection *conn)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(conn, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    bool *has_asked = info->socket_context;
    s->silent_count -= !*has_asked;
    *has_asked = true;
}
