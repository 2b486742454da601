/* figures.h — what is measured of status-sync beside the usual: pushes by outcome, what is owed and since
 * when. */
#ifndef FIGURES_H
#define FIGURES_H

#include "adapter.h"
#include "env.h"

enum pushed_what { PUSHED_RECORD, PUSHED_LINES, PUSHED_WHATS };
enum pushed_how { PUSHED_OK, PUSHED_FAILED, PUSHED_REFUSED, PUSHED_HOWS };

struct figures;
/* Looks at the store every few seconds, in each replica. */
struct figures *figures_new(void *ctx, const struct env *env, struct adapter *adapter);
void figures_count(struct figures *f, enum pushed_what what, enum pushed_how how, size_t n);

#endif
