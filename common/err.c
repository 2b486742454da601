/* err.c — see err.h. One table says what each code is called, means and tells a person. */
#include "err.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "fit.h"

enum family { CALLERS, NOT_APPLIED, OURS };

/* clang-format off */
static const struct code {
    const char *name;
    enum family family;
    struct phrase phrase;
} codes[E_CODES] = {
    [E_OK] = { "ok", CALLERS, { "ok", "Thành công.", "Done." } },
    [E_INVALID] = { "invalid", CALLERS,
                    { "invalid", "Yêu cầu chưa đúng. Xem các mục bên dưới và sửa lại.",
                      "The request is not right. See the fields below and correct them." } },
    [E_ANONYMOUS] = { "anonymous", CALLERS,
                      { "login_required", "Bạn cần đăng nhập rồi thử lại.", "Log in, then try again." } },
    [E_DENIED] = { "denied", CALLERS,
                   { "denied", "Tài khoản của bạn không có quyền làm việc này.",
                     "Your account is not allowed to do this." } },
    [E_NOT_FOUND] = { "not-found", CALLERS,
                      { "not_found", "Không tìm thấy. Kiểm tra lại mã hoặc địa chỉ.",
                        "Not found. Check the code or the address." } },
    [E_METHOD] = { "method", CALLERS,
                   { "method_not_allowed", "Địa chỉ này không nhận phương thức đã gửi.",
                     "This address does not take that method." } },
    [E_CONFLICT] = { "conflict", CALLERS,
                     { "conflict", "Trạng thái hiện tại không cho phép việc này.",
                       "The present state does not allow this." } },
    [E_STALE] = { "stale", CALLERS,
                  { "stale", "Có người vừa thay đổi. Xem thay đổi rồi quyết định lại.",
                    "Somebody changed this meanwhile. See what changed and decide again." } },
    [E_TOO_LARGE] = { "too-large", CALLERS,
                      { "too_large", "Dữ liệu gửi lên quá lớn.", "What was sent is too large." } },
    [E_LIMITED] = { "limited", CALLERS,
                    { "too_many_attempts", "Bạn đã thử quá nhiều lần. Chờ một lát rồi thử lại.",
                      "Too many attempts. Wait a moment and try again." } },
    [E_BUSY] = { "busy", NOT_APPLIED,
                 { "busy", "Hệ thống đang bận. Chưa có gì được ghi; hãy thử lại sau giây lát.",
                   "The system is busy. Nothing was recorded; try again in a moment." } },
    [E_TIMEOUT] = { "timeout", NOT_APPLIED,
                    { "timeout", "Hệ thống trả lời quá chậm. Chưa có gì được ghi; hãy thử lại.",
                      "The system was too slow. Nothing was recorded; try again." } },
    [E_SHUTDOWN] = { "shutdown", NOT_APPLIED,
                     { "restarting", "Hệ thống đang khởi động lại. Chưa có gì được ghi; hãy thử lại.",
                       "The system is restarting. Nothing was recorded; try again." } },
    [E_UNKNOWN] = { "unknown", OURS,
                    { "unknown", "Chưa rõ kết quả. Hãy gửi lại với cùng Idempotency-Key: không bị ghi hai lần.",
                      "The outcome is not known. Send it again with the same Idempotency-Key: it counts once." } },
    [E_DB] = { "db", OURS,
               { "store", "Kho dữ liệu gặp lỗi. Hãy gửi lại với cùng Idempotency-Key.",
                 "The store failed. Send it again with the same Idempotency-Key." } },
    [E_BUG] = { "bug", OURS,
                { "internal", "Lỗi của hệ thống. Sự cố đã được ghi lại.",
                  "An error of ours. It has been recorded." } },
};
/* clang-format on */

static int first(struct err *e, int code, const char *where)
{
    if (e->code)
        return 0;
    e->code = code;
    e->where = where;
    return 1;
}

int err_set_at(struct err *e, int code, const char *where, const char *fmt, ...)
{
    if (first(e, code, where)) {
        char text[sizeof e->text + 4]; /* room to see whether the last character is whole */
        va_list ap;
        va_start(ap, fmt);
        vsnprintf(text, sizeof text, fmt, ap);
        va_end(ap);
        fit(e->text, sizeof e->text, text);
    }
    return e->code;
}

int err_say_at(struct err *e, int code, const char *where, const struct phrase *phrase, const char *arg)
{
    if (first(e, code, where)) {
        e->phrase = phrase;
        fit(e->arg, sizeof e->arg, arg ? arg : "");
        snprintf(e->text, sizeof e->text, "%s", phrase->code);
    }
    return e->code;
}

int err_fault_at(struct err *e, const char *where, const char *field, const struct phrase *phrase,
                 const char *arg)
{
    err_set_at(e, E_INVALID, where, "%s: %s", field, phrase->code);
    if (e->faults_count < ERR_FAULTS_MAX) {
        struct fault *f = &e->faults[e->faults_count];
        f->phrase = phrase;
        fit(f->field, sizeof f->field, field);
        fit(f->arg, sizeof f->arg, arg ? arg : "");
    }
    e->faults_count++;
    return e->code;
}

void err_clear(struct err *e)
{
    e->code = E_OK;
    e->where = NULL;
    e->phrase = NULL;
    e->text[0] = e->arg[0] = '\0';
    e->retry_ms = 0;
    e->faults_count = 0;
}

static const struct code *code_of(int code)
{
    ASSERT(code >= 0 && code < E_CODES);
    return &codes[code];
}

const char *err_name(int code)
{
    return code_of(code)->name;
}

bool err_is_callers(int code)
{
    return code != E_OK && code_of(code)->family == CALLERS;
}

bool err_is_lasting(int code)
{
    return err_is_callers(code) || code == E_DB || code == E_BUG;
}

const struct phrase *err_phrase(int code)
{
    return &code_of(code)->phrase;
}

_Noreturn void assert_failed(const char *cond, const char *where)
{
    fprintf(stderr, "{\"level\":\"fatal\",\"event\":\"broken_invariant\",\"at\":\"%s\",\"condition\":\"",
            where);
    for (; *cond; cond++)
        fputc(*cond == '"' || *cond == '\\' ? '\'' : *cond, stderr); /* so that it stays JSON */
    fputs("\"}\n", stderr);
    abort();
}
