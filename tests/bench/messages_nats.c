/* messages_nats.c — NATS JetStream with a stream on file and its defaults, which do not flush each message to
 * the disk.
 *
 *     messages_nats --port P --seconds S
 *
 * Published asynchronously, at most 512 unconfirmed; pulled by pages of 512, each acknowledged for itself.
 */
#include <nats/nats.h>
#include <pthread.h>
#include <stdio.h>

#include "messages.h"
#include "meter.h"

static struct messages messages;
static char url[64];

static void must(natsStatus s)
{
    if (s != NATS_OK)
        fail("nats: %s: %s", natsStatus_GetText(s), nats_GetLastError(NULL));
}

static void on_confirm(jsCtx *js, natsMsg *msg, jsPubAck *ack, jsPubAckErr *err, void *arg)
{
    (void)js, (void)ack, (void)arg;
    if (err)
        fail("nats: not confirmed: %s", err->ErrText);
    atomic_fetch_add(&messages.confirmed, 1);
    natsMsg_Destroy(msg);
}

static jsCtx *open_stream_context(natsConnection **connection)
{
    jsCtx *js;
    jsOptions options;
    must(natsConnection_ConnectTo(connection, url));
    must(jsOptions_Init(&options));
    options.PublishAsync.MaxPending = WINDOW;
    options.PublishAsync.AckHandler = on_confirm;
    options.PublishAsync.StallWait = 5000;
    must(natsConnection_JetStream(&js, *connection, &options));
    return js;
}

static void make_stream(jsCtx *js)
{
    jsStreamConfig stream;
    const char *subjects[] = { "bench.messages" };
    must(jsStreamConfig_Init(&stream));
    stream.Name = "bench";
    stream.Subjects = subjects;
    stream.SubjectsLen = 1;
    stream.Storage = js_FileStorage;
    must(js_AddStream(NULL, js, &stream, NULL, NULL));
}

static void take_page(natsSubscription *sub)
{
    natsMsgList page;
    natsStatus s = natsSubscription_Fetch(&page, sub, WINDOW, 200, NULL);
    if (s == NATS_TIMEOUT)
        return;
    must(s);
    for (int i = 0; i < page.Count; i++)
        must(natsMsg_Ack(page.Msgs[i], NULL));
    atomic_fetch_add(&messages.consumed, page.Count);
    natsMsgList_Destroy(&page);
}

static void *consume(void *arg)
{
    natsConnection *connection;
    natsSubscription *sub;
    jsSubOptions options;
    jsCtx *js = open_stream_context(&connection);
    must(jsSubOptions_Init(&options));
    options.Stream = "bench";
    options.Config.AckPolicy = js_AckExplicit;
    options.Config.MaxAckPending = 2 * WINDOW;
    must(js_PullSubscribe(&sub, js, "bench.messages", "reader", NULL, &options, NULL));
    while (!messages_are_done(&messages))
        take_page(sub);
    must(natsConnection_Flush(connection)); /* the last acknowledgements have arrived */
    return arg;
}

int main(int argc, char **argv)
{
    natsConnection *connection;
    pthread_t consumer;
    snprintf(url, sizeof url, "nats://127.0.0.1:%d", (int)option_number(argc, argv, "--port", 1, 0));
    int64_t seconds = option_number(argc, argv, "--seconds", 1, 5);
    options_end(argc, argv);
    jsCtx *js = open_stream_context(&connection);
    make_stream(js);
    messages_begin(&messages, seconds);
    if (pthread_create(&consumer, NULL, consume, NULL) != 0)
        fail("nats: no thread");
    while (messages_go_on(&messages)) {
        must(js_PublishAsync(js, "bench.messages", messages.body, MESSAGE_BYTES, NULL));
        messages.published++;
    }
    must(js_PublishAsyncComplete(js, NULL));
    messages_report(&messages);
    pthread_join(consumer, NULL);
    return 0;
}
