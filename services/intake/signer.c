/* signer.c — see signer.h. While something waits an idle handle keeps the loop from sleeping, and is called
 * before the tasks of the next turn run. */
#include "signer.h"

#include <sys/queue.h>
#include <talloc.h>

struct waiting {
    TAILQ_ENTRY(waiting) link;
    struct signer *signer; /* NULL: signed */
    struct waiter waiter;
    struct receipt_wanted wanted;
};

struct signer {
    const struct sign_key *key;
    uv_idle_t idle;
    TAILQ_HEAD(, waiting) list;
};

static void leave(struct waiting *w)
{
    TAILQ_REMOVE(&w->signer->list, w, link);
    w->signer = NULL;
}

static int waiting_free(struct waiting *w)
{
    if (w->signer)
        leave(w);
    return 0;
}

static void sign_some(struct signer *s)
{
    struct receipt_wanted *wanted[TREE_LEAVES_MAX];
    struct waiting *first[TREE_LEAVES_MAX], *w;
    size_t n = 0;
    while (n < TREE_LEAVES_MAX && (w = TAILQ_FIRST(&s->list))) {
        first[n] = w;
        wanted[n++] = &w->wanted;
        leave(w);
    }
    receipt_sign_all(s->key, wanted, n);
    for (size_t i = 0; i < n; i++)
        waiter_done(&first[i]->waiter);
}

static void on_idle(uv_idle_t *idle)
{
    struct signer *s = idle->data;
    while (!TAILQ_EMPTY(&s->list))
        sign_some(s);
    uv_idle_stop(idle);
}

struct signer *signer_new(void *ctx, uv_loop_t *loop, const struct sign_key *key)
{
    struct signer *s = talloc_zero(ctx, struct signer);
    s->key = key;
    TAILQ_INIT(&s->list);
    uv_idle_init(loop, &s->idle);
    s->idle.data = s;
    return s;
}

int signer_sign(struct task *t, struct signer *s, const Motcua__Receipt *receipt, const char **text)
{
    struct waiting *w = talloc_zero(t, struct waiting);
    w->signer = s;
    w->wanted = (struct receipt_wanted){ .ctx = t, .receipt = receipt };
    waiter_init(&w->waiter, t);
    TAILQ_INSERT_TAIL(&s->list, w, link);
    talloc_set_destructor(w, waiting_free);
    uv_idle_start(&s->idle, on_idle);
    int rc = waiter_wait(&w->waiter);
    *text = w->wanted.text;
    return rc ? err_set(task_err(t), rc, "waiting for the receipt's signature") : 0;
}
