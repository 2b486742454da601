/* handlers.h — everything feedback can do, by name. */
#ifndef HANDLERS_H
#define HANDLERS_H

#include "env.h"
#include "http.h"
#include "inbox.h"
#include "jobs.h"
#include "ledger.h"
#include "schema.h"
#include "store.h"

/* handle_facts.c — what other services say */
event_fn handle_submitted, handle_progressed, handle_procedure, handle_settled, handle_unit;

extern const struct schema_file feedback_schema[];
extern const struct ledger feedback_ledgers[];
extern const char feedback_openapi[];

#endif
