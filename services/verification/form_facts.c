/* form_facts.c — see form_facts.h. */
#include "form_facts.h"

#include <talloc.h>

struct legal form_begin(struct task *t, enum form_kind kind)
{
    const struct verification_config *cfg = config_of(t);
    return (struct legal){ .kind = kind,
                           .by_name = "",
                           .by_title = "",
                           .reason = "",
                           .head = { cfg->forms_agency, cfg->forms_place, cfg->public_url } };
}

int form_of_case(struct task *t, const struct case_file *c, enum form_kind kind, struct legal *l)
{
    *l = form_begin(t, kind);
    l->c = c;
    TRY(store_applicant(t, c->code, &l->applicant));
    return office_procedure(t, c->procedure_code, c->procedure_version, &l->procedure);
}

/* As it was then, or is now; its code if nobody knows. */
static int unit_at(struct task *t, const char *unit, int64_t at_ms, struct unit_told *u)
{
    bool found;
    TRY(store_unit(t, unit, at_ms, u, &found));
    if (!found)
        TRY(store_unit(t, unit, task_now_ms(t), u, &found));
    if (!found)
        *u = (struct unit_told){ unit, "", "" };
    return 0;
}

int form_issuer(struct task *t, struct legal *l, const char *unit)
{
    struct unit_told u;
    TRY(unit_at(t, unit, l->at_ms, &u));
    l->unit_name = u.name;
    l->unit_phone = u.phone;
    return 0;
}

int form_units(struct task *t, struct legal *l)
{
    struct unit_told counter, handling;
    TRY(unit_at(t, l->c->unit_code, l->at_ms, &counter));
    TRY(unit_at(t, l->c->handling_unit_code, l->at_ms, &handling));
    l->counter_name = counter.name;
    l->counter_address = counter.address;
    l->handling_name = handling.name;
    return 0;
}

int form_papers(struct task *t, struct legal *l, int64_t batch)
{
    const struct db_rows *rows;
    TRY(store_papers(t, l->c->code, &rows));
    struct sheet_paper *list = talloc_zero_array(t, struct sheet_paper, (size_t)db_count(rows));
    l->papers = list;
    for (int i = 0; i < db_count(rows) && db_num(rows, i, "batch") <= batch; i++)
        list[l->papers_count++] = (struct sheet_paper){ .name = db_str(rows, i, "name"),
                                                        .originals = (int)db_num(rows, i, "originals"),
                                                        .copies = (int)db_num(rows, i, "copies"),
                                                        .has_file = db_str(rows, i, "sha256") != NULL };
    return 0;
}
