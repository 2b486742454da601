/* handlers.h — everything status-sync can do, by name; and its own memory. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "adapter.h"
#include "bell.h"
#include "env.h"
#include "figures.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"
#include "turn.h"

struct sync_config {
    const char *adapter_url, *auth_endpoint, *integration_endpoint, *share_endpoint;
    const char *username, *password_file, *dstcode, *madonvi, *public_url;
    const char *inbound_key_file, *inbound_unit;
    int64_t timeout_ms, refused_retry_s, inbound_file_bytes;
};

struct sync { /* env->state */
    struct adapter *adapter;
    struct figures *figures;
    const char *inbound_key;
    unsigned inbound_running; /* pushes being read: their bodies are large */
    struct bell inbound_turn;
};
void *sync_open(void *ctx, const struct env *env, struct turn *turn, struct err *err);
static inline const struct sync_config *config_of(const struct task *t)
{
    return task_env(t)->config;
}
static inline struct sync *sync_of(const struct task *t)
{
    return task_env(t)->state;
}

/* handle_*.c — what other services say of a dossier; the rest of it store.c keeps as it comes */
event_fn handle_supplemented, handle_progressed, handle_settled;

/* job_sync.c — the key is a dossier code */
int job_sync(struct task *t, struct job *job);

/* http_dossier.c — what the portal knows of a dossier and what it is owed; push it again */
http_handler_fn http_dossier, http_resync;
/* http_refused.c — what the portal will not take */
http_handler_fn http_refused;
/* http_inbound.c — what the portal pushes */
http_handler_fn http_inbound;

extern const struct schema_file status_sync_schema[];
extern const struct ledger status_sync_ledgers[];
extern const char status_sync_openapi[];

#endif
