/* papers.c — see handlers.h. */
#include <string.h>
#include <talloc.h>

#include "handlers.h"
#include "pb.h"

static const struct phrase NO_UPLOAD = {
    "upload_unknown", "Không có tệp này, hoặc tệp chưa tải lên xong. Tải lại tệp.",
    "There is no such file, or its upload is not complete. Upload it again."
};

static int row_of(const struct db_rows *rows, const char *id)
{
    for (int i = 0; i < db_count(rows); i++)
        if (strcmp(db_str(rows, i, "id"), id) == 0)
            return i;
    return -1;
}

static int find_uploads(struct task *t, const struct asked_paper *asked, size_t n, const char *owner,
                        const struct db_rows **rows)
{
    struct id *ids = talloc_array(t, struct id, n);
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (*asked[i].upload && id_parse(asked[i].upload, &ids[count]))
            count++;
    *rows = NULL;
    return count > 0 ? store_uploads(t, ids, count, owner, rows) : 0;
}

static const char *name_of(const struct procedure *p, const struct asked_paper *asked)
{
    for (size_t i = 0; *asked->name == '\0' && i < p->components_count; i++)
        if (strcmp(p->components[i]->code, asked->component) == 0)
            return p->components[i]->name;
    return asked->name;
}

static void take_file(struct task *t, const struct db_rows *rows, int i, Motcua__Paper *paper)
{
    paper->file_name = pb_text(db_str(rows, i, "file_name"));
    paper->sha256.data = (uint8_t *)db_blob(t, rows, i, "sha256", &paper->sha256.len);
    paper->size_bytes = (uint64_t)db_num(rows, i, "length");
    paper->media_type = pb_text(db_str(rows, i, "media_type"));
}

int papers_resolve(struct task *t, const struct asked_paper *asked, size_t n, const struct procedure *p,
                   const char *owner, Motcua__Paper ***papers)
{
    const struct db_rows *rows;
    char field[40];
    TRY(find_uploads(t, asked, n, owner, &rows));
    *papers = talloc_zero_array(t, Motcua__Paper *, n);
    for (size_t i = 0; i < n; i++) {
        Motcua__Paper *paper = (*papers)[i] = talloc(t, Motcua__Paper);
        motcua__paper__init(paper);
        paper->component_code = pb_text(asked[i].component);
        paper->name = pb_text(name_of(p, &asked[i]));
        paper->originals = asked[i].originals;
        paper->copies = asked[i].copies;
        int row = *asked[i].upload && rows ? row_of(rows, asked[i].upload) : -1;
        snprintf(field, sizeof field, "papers[%zu].upload", i);
        if (row >= 0)
            take_file(t, rows, row, paper);
        else if (*asked[i].upload)
            err_fault(task_err(t), field, &NO_UPLOAD, NULL);
    }
    return task_err(t)->code;
}
