/* test_auth.c — a token is worth what its key signed, until it expires; keys change while tokens live. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <talloc.h>

#include "auth.h"
#include "paseto.h"
#include "tests/unit/files.h"
#include "text.h"

enum { KEYS = 3 };

static const int64_t NOW = INT64_C(1587436215000);
static void *ctx;
static struct auth *auth;
static uint8_t secret_keys[KEYS][SIGN_SECRET_BYTES], public_keys[KEYS][SIGN_PUBLIC_BYTES];

/* The line of a key in a file of keys. */
static const char *key_line(int key)
{
    return talloc_asprintf(ctx, "key-%d %s\n", key, crypt_base64(ctx, public_keys[key], SIGN_PUBLIC_BYTES));
}

/* Write the file of keys as a change a moment later would be seen. */
static const char *publish(const char *text)
{
    static time_t moment = 1000000000;
    const char *file = file_write_text("keys", text);
    struct timespec times[2] = { { .tv_sec = ++moment }, { .tv_sec = moment } };
    assert_int_equal(utimensat(AT_FDCWD, file, times, 0), 0);
    return file;
}

static int set_up(void **state)
{
    static char path[FILES_PATH * 2]; /* auth keeps the name of its file */
    struct err err = { 0 };
    (void)state;
    ctx = talloc_new(NULL);
    for (int i = 0; i < KEYS; i++)
        crypt_sign_keys(public_keys[i], secret_keys[i]);
    snprintf(path, sizeof path, "%s", publish(talloc_asprintf(ctx, "%s%s", key_line(0), key_line(1))));
    assert_int_equal(auth_open(ctx, path, "open sesame", &auth, &err), 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    return talloc_free(ctx);
}

static struct actor somebody(void)
{
    struct actor a = { .kind = ACCOUNT_STAFF,
                       .account_id = "0190a5b2-7c3d-7e4f-8a1b-2c3d4e5f6071",
                       .name = "Nguyễn Thị Hồng Nhung",
                       .title = "Chuyên viên",
                       .department = "Văn phòng \"UBND\"",
                       .expires_at_ms = NOW + 900000 };
    for (; a.grants_count < GRANTS_MAX; a.grants_count++) {
        a.grants[a.grants_count].role = (enum role)(1 << a.grants_count % 5);
        snprintf(a.grants[a.grants_count].unit, UNIT_CODE_TEXT, "000.00.%02zu.H07", a.grants_count);
    }
    return a;
}

static const char *bearer(const char *token)
{
    return talloc_asprintf(ctx, "Bearer %s", token);
}

static const char *issued(int key, const struct actor *a)
{
    return bearer(auth_issue(ctx, a, talloc_asprintf(ctx, "key-%d", key), secret_keys[key], NOW));
}

/* The actor of the header, or NULL: nobody. */
static const struct actor *checked(const char *header, int64_t now_ms)
{
    const struct actor *actor = NULL;
    struct err err = { 0 };
    int rc = auth_check(auth, header, now_ms, &actor, &err);
    assert_int_equal(rc, actor ? 0 : E_ANONYMOUS);
    assert_int_equal(err.code, rc);
    return actor;
}

static void a_token_says_who_it_is_and_what_he_may(void **state)
{
    (void)state;
    for (int kind = ACCOUNT_CITIZEN; kind <= ACCOUNT_STAFF; kind++) {
        struct actor a = somebody();
        a.kind = (enum account_kind)kind;
        for (int look = 0; look < 2; look++) { /* verified, then remembered */
            const struct actor *got = checked(issued(kind % 2, &a), NOW);
            assert_non_null(got);
            assert_int_equal(got->kind, a.kind);
            assert_string_equal(got->account_id, a.account_id);
            assert_string_equal(got->name, a.name);
            assert_string_equal(got->title, a.title);
            assert_string_equal(got->department, a.department);
            assert_int_equal(got->expires_at_ms, a.expires_at_ms);
            assert_int_equal(got->grants_count, a.grants_count);
            for (size_t i = 0; i < a.grants_count; i++) {
                assert_int_equal(got->grants[i].role, a.grants[i].role);
                assert_string_equal(got->grants[i].unit, a.grants[i].unit);
            }
        }
    }
}

static void nobody_is_who_shows_no_token(void **state)
{
    (void)state;
    struct actor a = somebody();
    const char *good = issued(0, &a), *token = good + strlen("Bearer ");
    const char *headers[] = { NULL,
                              "",
                              "Bearer",
                              token,
                              "Bearer ",
                              talloc_asprintf(ctx, "bearer %s", token),
                              "Bearer v4.public.",
                              talloc_asprintf(ctx, "Basic %s", token),
                              "Operator open sesame",
                              talloc_asprintf(ctx, "Bearer  %s", token),
                              talloc_asprintf(ctx, "%s ", good),
                              talloc_asprintf(ctx, "%s,%s", good, good) };
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        assert_null(checked(headers[i], NOW));
}

static void a_token_ends_when_it_said_it_would(void **state)
{
    (void)state;
    struct actor a = somebody();
    const char *header = issued(0, &a), *unseen;
    assert_non_null(checked(header, a.expires_at_ms - 1));
    assert_null(checked(header, a.expires_at_ms)); /* though it is remembered */
    assert_null(checked(header, INT64_MAX));
    assert_non_null(checked(header, NOW));
    a.name[0] = 'M';
    unseen = issued(0, &a);
    assert_null(checked(unseen, a.expires_at_ms));
}

static void a_token_altered_anywhere_is_nobodys(void **state)
{
    (void)state;
    struct actor a = somebody();
    a.grants_count = 1;
    char *header = talloc_strdup(ctx, issued(0, &a));
    for (size_t i = 0; i < strlen(header); i++) {
        char before = header[i];
        header[i] = before == 'A' ? 'B' : 'A';
        assert_null(checked(header, NOW));
        header[i] = before;
        assert_null(checked(talloc_strndup(ctx, header, i), NOW));
    }
    assert_non_null(checked(header, NOW));
}

static void a_key_signs_in_its_own_name_only(void **state)
{
    (void)state;
    struct actor a = somebody();
    assert_null(checked(bearer(auth_issue(ctx, &a, "key-0", secret_keys[1], NOW)), NOW));
    assert_null(checked(bearer(auth_issue(ctx, &a, "key-1", secret_keys[2], NOW)), NOW));
    assert_null(checked(bearer(auth_issue(ctx, &a, "", secret_keys[0], NOW)), NOW));
    assert_null(checked(issued(2, &a), NOW)); /* not published */
}

static void signed_claims_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    static const char good[] =
        "{\"sub\":\"x\",\"kind\":\"staff\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"grants\":%s}";
    static const char *const grants[] = { "[[\"clerk\",\"*\"]]",
                                          "[[\"applicant\",\"*\"]]",
                                          "[[\"system\",\"*\"]]",
                                          "[[\"king\",\"*\"]]",
                                          "[[\"clerk\"]]",
                                          "[\"clerk\"]",
                                          "[[1,2]]",
                                          "[{}]" };
    static const char *const others[] = {
        "",
        "x",
        "[]",
        "{}",
        "null",
        "{\"kind\":\"staff\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"grants\":[]}",
        "{\"sub\":\"\",\"kind\":\"staff\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"grants\":[]}",
        "{\"sub\":\"x\",\"kind\":\"king\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"grants\":[]}",
        "{\"sub\":\"x\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"grants\":[]}",
        "{\"sub\":\"x\",\"kind\":\"staff\",\"exp\":\"2020-04-22\",\"grants\":[]}",
        "{\"sub\":\"x\",\"kind\":\"staff\",\"exp\":1587500000,\"grants\":[]}",
        "{\"sub\":\"x\",\"kind\":\"staff\",\"grants\":[]}",
    };
    for (size_t i = 0; i < sizeof grants / sizeof *grants; i++) {
        char *claims = talloc_asprintf(ctx, good, grants[i]);
        assert_int_equal(checked(bearer(paseto_sign(ctx, secret_keys[0], claims, "key-0")), NOW) != NULL,
                         i == 0);
    }
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(checked(bearer(paseto_sign(ctx, secret_keys[0], others[i], "key-0")), NOW));
    char *many = talloc_strdup(ctx, "[[\"clerk\",\"0\"]");
    for (int i = 1; i < GRANTS_MAX + 1; i++)
        many = talloc_asprintf_append_buffer(many, ",[\"clerk\",\"%d\"]", i);
    char *claims = talloc_asprintf(ctx, good, talloc_asprintf(ctx, "%s]", many));
    assert_null(checked(bearer(paseto_sign(ctx, secret_keys[0], claims, "key-0")), NOW));
}

static void a_name_that_fills_its_room_is_cut_between_characters(void **state)
{
    (void)state;
    for (size_t ascii = 0; ascii < 8; ascii++) {
        struct actor a = somebody();
        char *name = talloc_strndup(ctx, "xxxxxxxx", ascii);
        for (size_t i = 0; i < sizeof a.name / 2; i++)
            name = talloc_strdup_append_buffer(name, "ệ");
        char *claims = talloc_asprintf(
            ctx, "{\"sub\":\"x\",\"kind\":\"staff\",\"exp\":\"2020-04-22T00:00:00+07:00\",\"name\":\"%s\"}",
            name);
        const struct actor *got = checked(bearer(paseto_sign(ctx, secret_keys[0], claims, "key-0")), NOW);
        assert_true(text_is_utf8(got->name, strlen(got->name)));
        assert_memory_equal(got->name, name, strlen(got->name));
        assert_true(strlen(got->name) > sizeof got->name - 4);
        a = *got;
        assert_string_equal(checked(issued(1, &a), NOW)->name, a.name);
    }
}

/* ---- keys ----------------------------------------------------------------------------------------- */

static void a_key_published_later_is_found(void **state)
{
    (void)state;
    struct actor a = somebody();
    const char *old = issued(0, &a), *new = issued(2, &a);
    assert_null(checked(new, NOW));
    publish(talloc_asprintf(ctx, "%s%s", key_line(1), key_line(2)));
    assert_non_null(checked(new, NOW));
    assert_null(checked(old, NOW)); /* its key has gone */
}

static void a_file_that_is_broken_meanwhile_takes_no_key_away(void **state)
{
    (void)state;
    struct actor a = somebody();
    const char *good = issued(0, &a), *unknown = issued(2, &a);
    const char *texts[] = { "", "nonsense\n", key_line(1), NULL };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        if (texts[i])
            publish(i == 2 ? talloc_asprintf(ctx, "%snonsense", texts[i]) : texts[i]);
        else
            remove(file_path("keys"));
        assert_null(checked(unknown, NOW)); /* makes it look */
        a.name[0] = (char)('A' + i);
        assert_non_null(checked(good, NOW));
        assert_non_null(checked(issued(0, &a), NOW));
    }
    publish(talloc_asprintf(ctx, "%s%s%s", key_line(0), key_line(1), key_line(2)));
    assert_non_null(checked(unknown, NOW));
}

static void a_file_that_holds_no_keys_is_refused_by_name(void **state)
{
    (void)state;
    const char *good = key_line(0), *end = talloc_strndup(ctx, good, strlen(good) - 1);
    const char *texts[] = { "",
                            "\n",
                            "key-0\n",
                            "key-0 AAAA\n",
                            "key-0 !\n",
                            talloc_asprintf(ctx, "%sx", end),
                            talloc_asprintf(ctx, "%s\n%s", good, good),
                            talloc_asprintf(ctx, "%sgarbage", good),
                            talloc_asprintf(ctx, "%sgarbage\n", good) };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct auth *a;
        struct err err = { 0 };
        assert_int_equal(auth_open(ctx, publish(texts[i]), "", &a, &err), E_INVALID);
        assert_non_null(strstr(err.text, "/keys: "));
    }
    struct auth *a;
    struct err err = { 0 };
    assert_int_equal(auth_open(ctx, publish(end), "", &a, &err), 0); /* the last line needs no end */
    assert_int_equal(auth_open(ctx, file_path("absent"), "", &a, &err), E_INVALID);
    assert_non_null(strstr(err.text, "absent"));
}

/* ---- memory and the operator ---------------------------------------------------------------------- */

static void only_so_many_tokens_are_remembered(void **state)
{
    (void)state;
    struct actor a = somebody();
    size_t before = talloc_total_blocks(auth);
    const char *first = issued(0, &a);
    for (int i = 0; i < 4500; i++) {
        snprintf(a.title, sizeof a.title, "%d", i);
        assert_non_null(checked(issued(0, &a), NOW));
    }
    assert_true(talloc_total_blocks(auth) <= before + 4096);
    assert_non_null(checked(first, NOW)); /* forgotten is verified again */
}

static void the_operator_shows_his_whole_token(void **state)
{
    (void)state;
    static const char whole[] = "Operator open sesame";
    struct auth *none;
    struct err err = { 0 };
    assert_true(auth_is_operator(auth, whole));
    for (size_t n = 0; n < sizeof whole - 1; n++)
        assert_false(auth_is_operator(auth, talloc_strndup(ctx, whole, n)));
    assert_false(auth_is_operator(auth, "Operator open sesame!") || auth_is_operator(auth, NULL));
    assert_false(auth_is_operator(auth, "Bearer open sesame") ||
                 auth_is_operator(auth, "Operator Open sesame"));
    assert_int_equal(auth_open(ctx, file_path("keys"), "", &none, &err), 0);
    assert_false(auth_is_operator(none, "Operator ") || auth_is_operator(none, "Operator"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_token_says_who_it_is_and_what_he_may, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nobody_is_who_shows_no_token, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_ends_when_it_said_it_would, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_token_altered_anywhere_is_nobodys, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_key_signs_in_its_own_name_only, set_up, tear_down),
        cmocka_unit_test_setup_teardown(signed_claims_that_make_no_sense_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_name_that_fills_its_room_is_cut_between_characters, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_key_published_later_is_found, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_is_broken_meanwhile_takes_no_key_away, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_file_that_holds_no_keys_is_refused_by_name, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_so_many_tokens_are_remembered, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_operator_shows_his_whole_token, set_up, tear_down),
    };
    crypt_open();
    return cmocka_run_group_tests(tests, files_open, files_close);
}
