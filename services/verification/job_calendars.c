/* job_calendars.c — whoever counts working time beside us has the calendars as they are: after each import,
 * and now and then in case a process died in between. */
#include "handlers.h"

enum { LOOK_MS = 60000 };

int job_calendars(struct task *t, struct job *job)
{
    Motcua__CalendarsChanged m;
    job->again_ms = LOOK_MS;
    TRY(store_calendars(t, &m));
    return m.n_calendars > 0 ? store_calendars_say(t, &m) : 0;
}
