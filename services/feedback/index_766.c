/* index_766.c — see index_766.h. Every share is a part and a whole of the tally or the catalogue; a whole of
 * 0 means nothing could be counted, and the share is left out. */
#include "index_766.h"

#include <stdlib.h>
#include <string.h>

#include "wilson.h"

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- the shares, group by group ---- */

static struct fraction pace_part(enum i766_part p, const struct tally *t)
{
    if (p == I766_2_1)
        return (struct fraction){ t->n[COUNT_IN_TIME], t->n[COUNT_DUE] };
    int64_t limit = t->n[COUNT_LIMIT_MINUTES], used = t->n[COUNT_USED_MINUTES];
    return (struct fraction){ limit, used > limit ? used : limit };
}

static struct fraction online_part(enum i766_part p, const struct tally *t, const struct i766_inputs *c)
{
    switch (p) {
    case I766_3_1: return (struct fraction){ c->online, c->procedures };
    case I766_3_2: return (struct fraction){ c->online_used, c->online };
    case I766_3_3: return (struct fraction){ t->n[COUNT_RECEIVED_ONLINE], t->n[COUNT_RECEIVED] };
    case I766_3_5: return (struct fraction){ c->with_fee_online, c->with_fee };
    default: return (struct fraction){ t->n[COUNT_PAID_ONLINE], t->n[COUNT_WITH_FEE] };
    }
}

/* 5.4: what was neither late nor complained of. One dossier may be both, so not below nothing. */
static struct fraction content_part(enum i766_part p, const struct tally *t)
{
    int64_t all = t->n[COUNT_COMPLAINTS], due = t->n[COUNT_COMPLAINTS_DUE],
            in_time = t->n[COUNT_COMPLAINTS_IN_TIME];
    int64_t late = t->n[COUNT_DUE] - t->n[COUNT_IN_TIME];
    switch (p) {
    case I766_5_1: return (struct fraction){ t->n[COUNT_CLASSIFIED], all };
    case I766_5_2: return (struct fraction){ in_time, due };
    case I766_5_3: return (struct fraction){ in_time - t->n[COUNT_COMPLAINTS_DISLIKED], due };
    default:
        return (struct fraction){ t->n[COUNT_DUE] - least(t->n[COUNT_DUE], late + t->n[COUNT_COMPLAINED_OF]),
                                  t->n[COUNT_DUE] };
    }
}

bool i766_is_declared(enum i766_part p)
{
    return p <= I766_1_4 || (p >= I766_4_3 && p <= I766_4_5);
}

static const struct part_row {
    const char *name;
    int group;
} parts[I766_PARTS] = {
    { "1.1", 1 }, { "1.2", 1 }, { "1.3", 1 }, { "1.4", 1 }, { "2.1", 2 }, { "2.2", 2 }, { "3.1", 3 },
    { "3.2", 3 }, { "3.3", 3 }, { "3.5", 3 }, { "3.6", 3 }, { "4.1", 4 }, { "4.2", 4 }, { "4.3", 4 },
    { "4.4", 4 }, { "4.5", 4 }, { "5.1", 5 }, { "5.2", 5 }, { "5.3", 5 }, { "5.4", 5 },
};
static const int group_most[I766_GROUPS] = { 0, 1800, 2000, 2200, 2200, 1800 };

static struct fraction fraction_of(enum i766_part p, const struct tally *t, const struct i766_inputs *c)
{
    if (i766_is_declared(p))
        return c->declared[p];
    switch (parts[p].group) {
    case 2: return pace_part(p, t);
    case 3: return online_part(p, t, c);
    case 4:
        return (struct fraction){ t->n[p == I766_4_1 ? COUNT_ELECTRONIC : COUNT_DIGITISED],
                                  t->n[COUNT_ENDED] };
    default: return content_part(p, t);
    }
}

/* How many people's dossiers or complaints a share tells of; how many procedures there are is no secret. */
static int64_t behind(enum i766_part p, const struct tally *t, const struct fraction *f)
{
    if (p == I766_2_2)
        return t->n[COUNT_TIMED]; /* its fraction is of minutes */
    bool is_of_procedures = p < I766_1_4 || p == I766_3_1 || p == I766_3_2 || p == I766_3_5;
    return is_of_procedures ? I766_SAID : f->whole;
}

/* ---- points ---- */

struct i766 i766_of(const struct tally *sum, const struct i766_inputs *c, const struct i766_weights *w)
{
    struct i766 x = { .points_all = 0 };
    for (int p = 0; p < I766_PARTS; p++) {
        struct fraction f = fraction_of((enum i766_part)p, sum, c);
        x.share[p] = f.whole > 0 ? share_of(f.part, f.whole) : I766_NONE;
        x.behind[p] = behind((enum i766_part)p, sum, &f);
        if (f.whole <= 0)
            continue;
        int64_t reached = (int64_t)x.share[p] * w->part[p].factor / 100, full = w->part[p].full_from;
        x.points[p] = (int)((w->part[p].most * least(reached, full) * 2 + full) / (full * 2));
        x.group[parts[p].group] += x.points[p];
        x.points_all += x.points[p];
        x.most_counted += w->part[p].most;
    }
    return x;
}

void i766_leave_out(struct i766 *x, const struct i766_weights *w, int64_t least)
{
    for (int p = 0; p < I766_PARTS; p++) {
        if (x->share[p] == I766_NONE || x->behind[p] >= least)
            continue;
        x->share[p] = I766_NONE;
        x->group[parts[p].group] -= x->points[p];
        x->points_all -= x->points[p];
        x->most_counted -= w->part[p].most;
        x->points[p] = 0;
    }
}

const char *i766_name(enum i766_part part)
{
    return parts[part].name;
}

/* ---- the file of weights ---- */

static const struct phrase NO_PART = { "index_part_unknown", "Không có chỉ số thành phần “{}”.",
                                       "There is no share “{}”; they are 1.1 to 5.4." };
static const struct phrase TWICE = { "index_part_twice", "Chỉ số thành phần “{}” ghi hai lần.",
                                     "The share “{}” stands twice; keep one line." };
static const struct phrase MISSING = { "index_part_missing", "Thiếu chỉ số thành phần “{}”.",
                                       "The share “{}” is missing; add its line." };
static const struct phrase NOT_NUMBER = { "index_weight_bad", "“{}” không phải là số hợp lệ.",
                                          "“{}” is no number from 0 (full_from, factor: above 0) to 100." };
static const struct phrase GROUP_SUM = { "index_group_sum", "Tổng điểm nhóm {} không đúng QĐ 766.",
                                         "The most points of group {} do not make what QĐ 766 says." };

/* "12", "12.5", "12.25" as hundredths; -1 if it is no such number up to 100. */
static int hundredths(const char *text)
{
    char *end;
    long whole = strtol(text, &end, 10), part = 0;
    if (end == text || *text < '0' || *text > '9' || whole > 100)
        return -1;
    if (*end == '.') {
        const char *digits = end + 1;
        size_t n = strspn(digits, "0123456789");
        if (n < 1 || n > 2 || digits[n])
            return -1;
        part = strtol(digits, &end, 10) * (n == 1 ? 10 : 1);
    }
    return *end || whole * 100 + part > 10000 ? -1 : (int)(whole * 100 + part);
}

int i766_named(const char *name)
{
    for (int p = 0; p < I766_PARTS; p++)
        if (strcmp(parts[p].name, name) == 0)
            return p;
    return -1;
}

static int read_number(const struct csv_file *file, const struct csv_row *row, const char *column, int lowest,
                       struct err *err)
{
    int v = hundredths(csv_value(file, row, column));
    if (v < lowest)
        err_fault(err, column, &NOT_NUMBER, csv_value(file, row, column));
    return v;
}

static void read_row(const struct csv_file *file, const struct csv_row *row, struct i766_weights *out,
                     struct err *err)
{
    const char *name = csv_value(file, row, "part");
    int p = i766_named(name);
    if (p < 0 || out->part[p].full_from) {
        err_fault(err, "part", p < 0 ? &NO_PART : &TWICE, name);
        return;
    }
    out->part[p].most = read_number(file, row, "most", 0, err);
    out->part[p].full_from = read_number(file, row, "full_from", 1, err);
    out->part[p].factor = read_number(file, row, "factor", 1, err);
}

int i766_weights_read(const struct csv_file *file, struct i766_weights *out, struct err *err)
{
    int sums[I766_GROUPS] = { 0 };
    char group[2] = "0";
    *out = (struct i766_weights){ 0 };
    for (size_t i = 0; i < file->rows_count; i++)
        read_row(file, &file->rows[i], out, err);
    for (int p = 0; p < I766_PARTS; p++) {
        if (!out->part[p].full_from)
            err_fault(err, "part", &MISSING, parts[p].name);
        sums[parts[p].group] += out->part[p].most;
    }
    for (int g = 1; g < I766_GROUPS && !err->code; g++) {
        group[0] = (char)('0' + g);
        if (sums[g] != group_most[g])
            err_fault(err, "most", &GROUP_SUM, group);
    }
    return err->code;
}
