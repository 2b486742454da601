/* links: services/status-sync/portal.c */
/* test_portal.c — what is said to the portal and what its answers mean. */
#include "services/status-sync/portal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <talloc.h>

#include "single_quoted.h"
#include "vectors.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- bodies --------------------------------------------------------------------------------------- */

static json_t *parsed(const char *text)
{
    json_t *value = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(value);
    return value;
}

static const struct {
    enum portal_call call;
    const char *data, *body; /* body: what comes beside session and madonvi */
} asked[] = {
    { PORTAL_LOOK_UP, "['c']", "{'service':'TraCuuHoSo','mahoso':['c']}" },
    { PORTAL_CREATE, "[1]", "{'service':'DongBoHoSoMC','isUpdating':'False','data':[1]}" },
    { PORTAL_UPDATE, "[1]", "{'service':'DongBoHoSoMC','isUpdating':'True','data':[1]}" },
    { PORTAL_PROGRESS, "[1]", "{'service':'CapNhatTienDoHoSoMC','data':[1]}" },
    { PORTAL_FIND_OWNER, "['1']", "{'service':'TraCuuTechID','provider':'wso2is','mstorcmnd':['1']}" },
};

static void calls_are_asked_as_the_protocol_says(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(asked); i++) {
        void *ctx = talloc_new(NULL);
        json_t *data = single_quoted(asked[i].data), *theirs = single_quoted(asked[i].body);
        const char *body = portal_call_body(ctx, asked[i].call, "s", "m", data);
        json_t *ours = parsed(body);
        json_object_set_new(theirs, "session", json_string("s"));
        json_object_set_new(theirs, "madonvi", json_string("m"));
        if (!json_equal(ours, theirs))
            fail_msg("%s: %s", portal_call_name(asked[i].call), body);
        json_decref(ours);
        json_decref(theirs);
        json_decref(data);
        talloc_free(ctx);
    }
}

/* ---- answers -------------------------------------------------------------------------------------- */

static const struct {
    enum portal_call call;
    long http_status;
    const char *body;
    enum portal_outcome outcome;
} answers[] = {
    { PORTAL_CREATE, 200, "{\"error_code\":0,\"message\":\"thành công\"}", PORTAL_DONE },
    { PORTAL_CREATE, 200, "{\"error_code\":\"0\",\"message\":\"Đồng bộ THÀNH CÔNG 1 hồ sơ\"}", PORTAL_DONE },
    { PORTAL_PROGRESS, 200, "{\"error_code\":0,\"message\":\"tha\xcc\x80nh co\xcc\x82ng\"}",
      PORTAL_DONE }, /* NFD */
    { PORTAL_PROGRESS, 200, "{\"error_code\":0,\"message\":\"\"}", PORTAL_UNCLEAR },
    { PORTAL_PROGRESS, 200, "{\"error_code\":0}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"error_code\":0,\"message\":\"ok\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"error_code\":\"0x\",\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"error_code\":\"\",\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"error_code\":null,\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 302, "{\"error_code\":0,\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 503, "{\"error_code\":0,\"message\":\"thành công\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 500, "{\"error_code\":-1,\"message\":\"lỗi\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 429, "{\"error_code\":-1,\"message\":\"quá nhiều\"}", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "{\"error_code\":0,\"message\":\"thành công", PORTAL_UNCLEAR },
    { PORTAL_UPDATE, 200, "[]", PORTAL_UNCLEAR },
    { PORTAL_PROGRESS, 200, "<html>Bảo trì thành công</html>", PORTAL_UNCLEAR },
    { PORTAL_CREATE, 200, "{\"error_code\":3,\"message\":\"Hồ sơ X đã tồn tại\"}", PORTAL_EXISTS },
    { PORTAL_CREATE, 200, "{\"error_code\":\"-3\",\"message\":\"HỒ SƠ ĐÃ TỒN TẠI\"}", PORTAL_EXISTS },
    { PORTAL_CREATE, 200, "{\"error_code\":0,\"message\":\"Hồ sơ đã tồn tại, không thành công\"}",
      PORTAL_EXISTS },
    { PORTAL_CREATE, 200, "{\"error_code\":-1,\"message\":\"Giấy tờ đã tồn tại\"}", PORTAL_REFUSED },
    { PORTAL_UPDATE, 200, "{\"error_code\":3,\"message\":\"Hồ sơ X đã tồn tại\"}", PORTAL_REFUSED },
    { PORTAL_CREATE, 200, "{\"error_code\":-1,\"message\":\"Trường data[0].ChuHoSo: không được để trống\"}",
      PORTAL_REFUSED },
    { PORTAL_CREATE, 400, "{\"error_code\":-1,\"message\":\"Trường X\"}", PORTAL_REFUSED },
    { PORTAL_PROGRESS, 200, "{\"error_code\":-1}", PORTAL_REFUSED },
    { PORTAL_UPDATE, 200, "{\"error_code\":0,\"message\":\"Đồng bộ KHÔNG thành công\"}", PORTAL_REFUSED },
    { PORTAL_PROGRESS, 200, "{\"error_code\":\"0\",\"message\":\"Cập nhật chưa thành công\"}",
      PORTAL_REFUSED },
    { PORTAL_CREATE, 200, "{\"error_code\":-1,\"message\":\"SESSION không hợp lệ\"}", PORTAL_EXPIRED },
    { PORTAL_LOOK_UP, 200, "{\"error_code\":5,\"message\":\"Phiên làm việc đã kết thúc\"}", PORTAL_EXPIRED },
    { PORTAL_CREATE, 401, "", PORTAL_EXPIRED },
    { PORTAL_CREATE, 200, "{\"error_code\":-1,\"message\":\"Phiên bản không được hỗ trợ\"}", PORTAL_REFUSED },
    { PORTAL_LOGIN, 200, "{\"session\":\"abc\",\"error_code\":0}", PORTAL_DONE },
    { PORTAL_LOGIN, 200, "{\"session\":\"\",\"error_code\":0}", PORTAL_UNCLEAR },
    { PORTAL_LOGIN, 200, "{\"error_code\":0}", PORTAL_UNCLEAR },
    { PORTAL_LOGIN, 200, "{\"session\":\"abc\",\"error_code\":-1,\"message\":\"session\"}", PORTAL_REFUSED },
    { PORTAL_LOGIN, 401, "", PORTAL_UNCLEAR },
    { PORTAL_LOOK_UP, 200, "{\"error_code\":0,\"result\":[{\"MaHoSo\":\"X\"}]}", PORTAL_DONE },
    { PORTAL_LOOK_UP, 200, "{\"error_code\":0}", PORTAL_UNCLEAR },
    { PORTAL_FIND_OWNER, 200, "{\"error_code\":0,\"result\":[]}", PORTAL_DONE },
    { PORTAL_FIND_OWNER, 404, "<html/>", PORTAL_UNCLEAR },
};

static void answers_are_judged_by_what_they_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        void *ctx = talloc_new(NULL);
        struct portal_answer got;
        portal_judge(ctx, answers[i].call, answers[i].http_status, answers[i].body, strlen(answers[i].body),
                     &got);
        if (got.outcome != answers[i].outcome)
            fail_msg("row %zu: %s: outcome %d, not %d", i, answers[i].body, got.outcome, answers[i].outcome);
        assert_non_null(got.message);
        talloc_free(ctx);
    }
}

static struct portal_answer judged(void *ctx, enum portal_call call, const char *body)
{
    struct portal_answer got;
    portal_judge(ctx, call, 200, body, strlen(body), &got);
    return got;
}

static void answers_bring_what_was_asked_for(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    char *lengthy = talloc_zero_array(ctx, char, 1400);
    memset(lengthy, 'x', 1300);
    assert_string_equal(judged(ctx, PORTAL_LOGIN, "{\"session\":\"abc\",\"error_code\":0}").session, "abc");
    assert_true(judged(ctx, PORTAL_LOOK_UP, "{\"error_code\":0,\"result\":[{}]}").is_known);
    assert_false(judged(ctx, PORTAL_LOOK_UP, "{\"error_code\":\"0\",\"result\":[]}").is_known);
    assert_string_equal(
        judged(ctx, PORTAL_FIND_OWNER, "{\"error_code\":0,\"result\":[{\"TECHNICALID\":\"t7\"}]}").owner,
        "t7");
    assert_string_equal(judged(ctx, PORTAL_FIND_OWNER, "{\"error_code\":0,\"result\":[]}").owner, "");
    const char *body = talloc_asprintf(ctx, "{\"error_code\":-1,\"message\":\"%s\"}", lengthy);
    assert_int_equal(strlen(judged(ctx, PORTAL_CREATE, body).message), PORTAL_MESSAGE_MOST);
    talloc_free(ctx);
}

/* ---- vectors -------------------------------------------------------------------------------------- */

static const struct {
    const char *id;
    enum portal_call call;
    enum portal_outcome outcome;
} known_vectors[] = {
    { "login", PORTAL_LOGIN, PORTAL_DONE },
    { "create-dossier", PORTAL_CREATE, PORTAL_DONE },
    { "create-duplicate", PORTAL_CREATE, PORTAL_EXISTS },
    { "progress", PORTAL_PROGRESS, PORTAL_DONE },
    { "lookup", PORTAL_LOOK_UP, PORTAL_DONE },
    { "session-expired", PORTAL_UPDATE, PORTAL_EXPIRED },
};

static char *our_body(void *ctx, enum portal_call call, const json_t *body)
{
    if (call == PORTAL_LOGIN)
        return portal_login_body(ctx, text_of(body, "username"), text_of(body, "password"));
    json_t *data = json_object_get(body, call == PORTAL_LOOK_UP ? "mahoso" : "data");
    return portal_call_body(ctx, call, text_of(body, "session"), text_of(body, "madonvi"), data);
}

static void run_vector(const char *id, const json_t *vector)
{
    void *ctx = talloc_new(NULL);
    size_t k = 0;
    const json_t *body = json_object_get(json_object_get(vector, "request"), "body");
    while (k < COUNT(known_vectors) && strcmp(known_vectors[k].id, id) != 0)
        k++;
    if (k == COUNT(known_vectors))
        fail_msg("no test knows the vector %s", id);
    if (body) {
        json_t *ours = parsed(our_body(ctx, known_vectors[k].call, body));
        assert_true(json_equal(ours, (json_t *)body));
        json_decref(ours);
    }
    char *answer = json_dumps(json_object_get(vector, "response"), 0);
    assert_non_null(answer);
    assert_int_equal(judged(ctx, known_vectors[k].call, answer).outcome, known_vectors[k].outcome);
    free(answer);
    talloc_free(ctx);
}

static void vectors_are_asked_and_understood(void **state)
{
    size_t i;
    json_t *vector, *root = vectors_load("dvcqg_sync_samples.json");
    (void)state;
    if (!root)
        skip();
    json_array_foreach (json_object_get(root, "vectors"), i, vector)
        if (!text_of(vector, "direction")) /* inbound: test_inbound.c */
            run_vector(text_of(vector, "id"), vector);
    assert_true(i > 0);
    json_decref(root);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_are_asked_as_the_protocol_says),
        cmocka_unit_test(answers_are_judged_by_what_they_say),
        cmocka_unit_test(answers_bring_what_was_asked_for),
        cmocka_unit_test(vectors_are_asked_and_understood),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
