/* csv_file.c — see csv_file.h. libcsv is fed line by line, so a row's first line is the one after the row
 * before. */
#include "csv_file.h"

#include <csv.h>
#include <string.h>
#include <talloc.h>

#include "text.h"

static const struct phrase NOT_UTF8 = { "not_utf8", "Ký tự không hợp lệ. Lưu tệp bằng bảng mã UTF-8.",
                                        "Characters are not valid. Save the file as UTF-8." };
static const struct phrase NO_HEADER = { "csv_no_header", "Tệp trống hoặc thiếu dòng tiêu đề.",
                                         "The file is empty or has no header line." };
static const struct phrase NO_COLUMN = { "csv_columns_missing",
                                         "Dòng tiêu đề thiếu cột {}. Sửa dòng đầu của tệp.",
                                         "The header line lacks {}. Correct the first line of the file." };
static const struct phrase BROKEN = { "csv_broken", "Tệp hỏng: dấu ngoặc kép mở ở dòng {} không được đóng.",
                                      "The file is broken: a quote opened on line {} never closes." };

struct reading {
    const void *ctx;
    struct csv_file *csv;
    size_t line, row_line; /* being fed; where the row began */
    struct csv_row row;    /* being collected */
    size_t room, rows_room;
};

static void on_field(void *data, size_t size, void *arg)
{
    struct reading *r = arg;
    if (r->row.count == r->room) {
        r->room = r->room ? r->room * 2 : 16;
        r->row.values = talloc_realloc(r->ctx, r->row.values, const char *, r->room);
    }
    const char *raw = data ? data : "";
    bool sound = text_is_utf8(raw, size);
    char *copy = talloc_strndup(r->ctx, raw, size);
    r->row.values[r->row.count++] = sound ? text_clean(r->ctx, copy) : NULL;
}

static void keep_row(struct reading *r)
{
    struct csv_file *c = r->csv;
    if (c->rows_count == r->rows_room) {
        r->rows_room = r->rows_room ? r->rows_room * 2 : 64;
        c->rows = talloc_realloc(r->ctx, c->rows, struct csv_row, r->rows_room);
    }
    c->rows[c->rows_count++] = r->row;
}

static void on_row(int ending, void *arg)
{
    (void)ending;
    struct reading *r = arg;
    r->row.line = r->row_line;
    if (!r->csv->columns) {
        r->csv->columns = r->row.values;
        r->csv->columns_count = r->row.count;
    } else if (r->row.count > 0) { /* an empty line is told too, and is no row */
        keep_row(r);
    }
    r->row = (struct csv_row){ 0 };
    r->room = 0;
    r->row_line = r->line + 1;
}

static unsigned char delimiter_of(const char *text, size_t size)
{
    const char *end = memchr(text, '\n', size);
    size_t n = end ? (size_t)(end - text) : size, commas = 0, semicolons = 0;
    for (size_t i = 0; i < n; i++) {
        commas += text[i] == ',';
        semicolons += text[i] == ';';
    }
    return semicolons > commas ? ';' : ',';
}

static void feed(struct csv_parser *parser, struct reading *r, const char *text, size_t size)
{
    while (size > 0) {
        const char *end = memchr(text, '\n', size);
        size_t n = end ? (size_t)(end - text) + 1 : size;
        r->line++;
        csv_parse(parser, text, n, on_field, on_row, r);
        text += n;
        size -= n;
    }
}

static size_t column_index(const struct csv_file *c, const char *column)
{
    size_t i = 0;
    while (i < c->columns_count && strcmp(c->columns[i], column) != 0)
        i++;
    return i;
}

/* UTF-16 shows here, too: every other byte of it is none, or its first ones are no text. */
static int check_header(const void *ctx, const struct csv_file *c, const char *const *needed, struct err *err)
{
    const char *missing = NULL;
    for (size_t i = 0; i < c->columns_count; i++)
        if (!c->columns[i])
            return err_say(err, E_INVALID, &NOT_UTF8, NULL);
    for (; needed && *needed; needed++)
        if (column_index(c, *needed) == c->columns_count)
            missing = missing ? talloc_asprintf(ctx, "%s, %s", missing, *needed) : *needed;
    return missing ? err_say(err, E_INVALID, &NO_COLUMN, missing) : 0;
}

int csv_read(const void *ctx, const char *text, size_t size, const char *const *needed, struct csv_file **out,
             struct err *err)
{
    struct csv_parser parser;
    struct reading r = { .ctx = ctx, .csv = talloc_zero(ctx, struct csv_file), .row_line = 1 };
    char line[24];
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        size -= 3;
    }
    ASSERT(csv_init(&parser, CSV_APPEND_NULL | CSV_REPALL_NL) == 0);
    csv_set_delim(&parser, delimiter_of(text, size));
    feed(&parser, &r, text, size);
    snprintf(line, sizeof line, "%zu", r.row_line);
    csv_set_opts(&parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL); /* only the end is */
    bool closed = csv_fini(&parser, on_field, on_row, &r) == 0;
    csv_free(&parser);
    if (r.csv->columns)
        TRY(check_header(ctx, r.csv, needed, err));
    if (!closed)
        return err_say(err, E_INVALID, &BROKEN, line);
    if (!r.csv->columns)
        return err_say(err, E_INVALID, &NO_HEADER, NULL);
    *out = r.csv;
    return 0;
}

bool csv_has(const struct csv_file *c, const char *column)
{
    return column_index(c, column) < c->columns_count;
}

const char *csv_value(const struct csv_file *c, const struct csv_row *row, const char *column)
{
    size_t i = column_index(c, column);
    return i < c->columns_count && i < row->count && row->values[i] ? row->values[i] : "";
}

int csv_check_row(const struct csv_file *c, const struct csv_row *row, struct err *err)
{
    for (size_t i = 0; i < row->count && i < c->columns_count; i++)
        if (!row->values[i])
            err_fault(err, c->columns[i], &NOT_UTF8, NULL);
    return err->code;
}
