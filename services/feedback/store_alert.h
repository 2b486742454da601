/* store_alert.h — every SQL statement about alerts. */
#ifndef STORE_ALERT_H
#define STORE_ALERT_H

#include "db.h"
#include "gaming.h"
#include "save.h"

extern const struct sql *const store_alert_statements[];

/* code of every unit there was */
int store_alert_units(struct task *t, const struct db_rows **rows);
/* The moves of a unit from from_ms on that findings are made of. Texts belong to rows. */
int store_alert_moves(struct task *t, const char *unit, int64_t from_ms, const struct db_rows **rows);
void row_move(const struct db_rows *rows, int i, struct gaming_move *out);

/* The ratings clerks opened at their tablets by links that were good until then; link_ms: for how long. */
int store_alert_tablets(struct task *t, int64_t from_ms, int64_t to_ms, const struct db_rows **rows);
void row_tablet(const struct db_rows *rows, int i, int64_t link_ms, struct gaming_tablet *out);

/* key: of the finding within its kind. amount: ≥ f->codes_count. */
int store_alert_put(struct task *t, const struct finding *f, const char *key, int64_t amount, int64_t now_ms);

/* Of a unit ("*": of all), behind id `before`; 0 from the newest. */
int store_alerts(struct task *t, const char *unit, int64_t before, int limit, const struct db_rows **rows);
int store_alert(struct task *t, int64_t id, const struct db_rows **rows);
int store_alert_codes(struct task *t, int64_t id, const char *after, int limit, const struct db_rows **rows);

struct alert_answer {
    int64_t id, at_ms;
    const char *verdict, *words, *by;
};
int store_alert_answer(struct task *t, const struct alert_answer *a, const struct cause *cause, bool *saved);

#endif
