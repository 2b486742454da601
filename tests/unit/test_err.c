/* test_err.c — one failure is kept, the first; every code has a name, a family and words; texts are cut
 * between characters. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "err.h"
#include "phrases.h"
#include "text.h"

static const struct phrase SPOKEN = { "spoken", "Nói {}.", "Say {}." };

static void the_first_failure_is_kept(void **state)
{
    (void)state;
    struct err e = { 0 };
    assert_int_equal(err_set(&e, E_BUSY, "queue %d", 7), E_BUSY);
    const char *where = e.where;
    assert_int_equal(err_set(&e, E_BUG, "later"), E_BUSY);
    assert_int_equal(err_say(&e, E_DENIED, &SPOKEN, "x"), E_BUSY);
    assert_int_equal(e.code, E_BUSY);
    assert_string_equal(e.text, "queue 7");
    assert_ptr_equal(e.where, where);
    assert_null(e.phrase);
    assert_string_equal(e.arg, "");
}

static void it_says_where_it_happened(void **state)
{
    (void)state;
    char here[64];
    struct err set = { 0 }, said = { 0 }, fault = { 0 };
    snprintf(here, sizeof here, "tests/unit/test_err.c:%d", __LINE__ + 1);
    err_set(&set, E_DB, "x"), err_say(&said, E_DB, &SPOKEN, NULL), err_fault(&fault, "f", &SPOKEN, NULL);
    assert_string_equal(set.where, here);
    assert_string_equal(said.where, here);
    assert_string_equal(fault.where, here);
}

static void words_for_the_person_come_with_their_argument(void **state)
{
    (void)state;
    struct err e = { 0 }, none = { 0 };
    char arg[] = "ba";
    assert_int_equal(err_say(&e, E_CONFLICT, &SPOKEN, arg), E_CONFLICT);
    arg[0] = 'x'; /* it was copied */
    assert_ptr_equal(e.phrase, &SPOKEN);
    assert_string_equal(e.arg, "ba");
    assert_string_equal(e.text, "spoken");
    err_say(&none, E_CONFLICT, &SPOKEN, NULL);
    assert_string_equal(none.arg, "");
}

static void every_wrong_field_is_counted_and_the_first_ten_kept(void **state)
{
    (void)state;
    struct err e = { 0 };
    char field[16], arg[16];
    for (unsigned i = 0; i < ERR_FAULTS_MAX + 3; i++) {
        snprintf(field, sizeof field, "field%u", i);
        snprintf(arg, sizeof arg, "%u", i * i);
        assert_int_equal(err_fault(&e, field, &SPOKEN, arg), E_INVALID);
        assert_int_equal(e.faults_count, i + 1);
    }
    assert_string_equal(e.text, "field0: spoken");
    for (unsigned i = 0; i < ERR_FAULTS_MAX; i++) {
        snprintf(field, sizeof field, "field%u", i);
        snprintf(arg, sizeof arg, "%u", i * i);
        assert_string_equal(e.faults[i].field, field);
        assert_string_equal(e.faults[i].arg, arg);
        assert_ptr_equal(e.faults[i].phrase, &SPOKEN);
    }
}

static void a_cleared_failure_leaves_room_for_another(void **state)
{
    (void)state;
    struct err e = { 0 };
    err_fault(&e, "name", &SPOKEN, "x");
    err_clear(&e);
    err_say(&e, E_LIMITED, &SPOKEN, "y");
    e.retry_ms = 9;
    err_clear(&e);
    assert_int_equal(e.code, E_OK);
    assert_int_equal(e.faults_count, 0);
    assert_int_equal(e.retry_ms, 0);
    assert_string_equal(e.text, "");
    assert_string_equal(e.arg, "");
    assert_null(e.phrase);
    assert_null(e.where);
    assert_int_equal(err_set(&e, E_DB, "again"), E_DB);
    assert_string_equal(e.text, "again");
}

/* ---- texts longer than their room ----------------------------------------------------------------- */

static void assert_cut_between_characters(const char *got, const char *whole, size_t room)
{
    assert_true(text_is_utf8(got, strlen(got)));
    assert_memory_equal(got, whole, strlen(got));
    assert_true(strlen(got) < room);
    if (strlen(whole) >= room)
        assert_true(strlen(got) + 4 >= room); /* no more than the broken character is lost */
    else
        assert_string_equal(got, whole);
}

static void a_long_text_is_cut_between_characters(void **state)
{
    (void)state;
    char whole[512];
    for (size_t ascii = 0; ascii < 90; ascii++)
        for (size_t marked = 0; marked < 80; marked++) {
            memset(whole, 'x', ascii);
            whole[ascii] = '\0';
            for (size_t i = 0; i < marked; i++)
                memcpy(whole + ascii + 3 * i, "ệ", 4);
            struct err set = { 0 }, said = { 0 }, fault = { 0 };
            err_set(&set, E_BUG, "%s", whole);
            err_say(&said, E_BUG, &SPOKEN, whole);
            err_fault(&fault, whole, &SPOKEN, whole);
            assert_cut_between_characters(set.text, whole, sizeof set.text);
            assert_cut_between_characters(said.arg, whole, sizeof said.arg);
            assert_cut_between_characters(fault.faults[0].field, whole, sizeof fault.faults[0].field);
            assert_cut_between_characters(fault.faults[0].arg, whole, sizeof fault.faults[0].arg);
            assert_true(text_is_utf8(fault.text, strlen(fault.text)));
        }
}

/* ---- codes ---------------------------------------------------------------------------------------- */

static void assert_phrase_is_complete(const struct phrase *p)
{
    assert_true(p->code[0] && p->vi[0] && p->en[0]);
    assert_true(text_is_utf8(p->vi, strlen(p->vi)));
    assert_int_equal(strstr(p->vi, "{}") != NULL, strstr(p->en, "{}") != NULL);
    assert_int_equal(strspn(p->code, "abcdefghijklmnopqrstuvwxyz0123456789_"), strlen(p->code));
}

static void every_code_has_a_name_and_words_of_its_own(void **state)
{
    (void)state;
    for (int code = 0; code < E_CODES; code++) {
        assert_non_null(err_name(code));
        assert_phrase_is_complete(err_phrase(code));
        assert_null(strstr(err_phrase(code)->vi, "{}")); /* nobody gives these an argument */
        for (int other = 0; other < code; other++) {
            assert_string_not_equal(err_name(code), err_name(other));
            assert_string_not_equal(err_phrase(code)->code, err_phrase(other)->code);
        }
    }
    assert_string_equal(err_name(E_NOT_FOUND), "not-found");
}

static void families_are_those_of_the_header(void **state)
{
    (void)state;
    for (int code = 0; code < E_CODES; code++) {
        assert_int_equal(err_is_callers(code), code >= E_INVALID && code <= E_LIMITED);
        assert_int_equal(err_is_lasting(code),
                         (code >= E_INVALID && code <= E_LIMITED) || code == E_DB || code == E_BUG);
    }
}

static void shared_phrases_are_complete(void **state)
{
    (void)state;
    const struct phrase *all[] = { &phrase_required,       &phrase_date,      &phrase_phone,
                                   &phrase_email,          &phrase_id_number, &phrase_tax_code,
                                   &phrase_citizen_number, &phrase_unit_code, &phrase_unit_unknown };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        assert_phrase_is_complete(all[i]);
}

/* ---- TRY and ASSERT ------------------------------------------------------------------------------- */

static int tried(int code, int *went_on)
{
    TRY(code);
    *went_on += 1;
    return 0;
}

static void try_returns_a_failure_and_lets_success_pass(void **state)
{
    (void)state;
    int went_on = 0;
    assert_int_equal(tried(E_STALE, &went_on), E_STALE);
    assert_int_equal(went_on, 0);
    assert_int_equal(tried(E_OK, &went_on), 0);
    assert_int_equal(went_on, 1);
}

/* A child breaks an invariant; returns its status, its last words in `words`. */
static int break_invariant(char *words, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        ASSERT(!"a \"quoted\" thing");
        _exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t n; (n = read(ends[0], words + used, size - used)) > 0;)
        used += (size_t)n;
    close(ends[0]);
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    words[used < size ? used : size - 1] = '\0';
    return status;
}

static void a_broken_invariant_aborts_with_one_json_line(void **state)
{
    (void)state;
    char words[2048];
    int status = break_invariant(words, sizeof words);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGABRT);
    json_t *line = json_loads(words, 0, NULL);
    assert_non_null(line);
    assert_string_equal(json_string_value(json_object_get(line, "level")), "fatal");
    assert_non_null(strstr(json_string_value(json_object_get(line, "at")), "test_err.c:"));
    assert_non_null(strstr(json_string_value(json_object_get(line, "condition")), "quoted"));
    json_decref(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_failure_is_kept),
        cmocka_unit_test(it_says_where_it_happened),
        cmocka_unit_test(words_for_the_person_come_with_their_argument),
        cmocka_unit_test(every_wrong_field_is_counted_and_the_first_ten_kept),
        cmocka_unit_test(a_cleared_failure_leaves_room_for_another),
        cmocka_unit_test(a_long_text_is_cut_between_characters),
        cmocka_unit_test(every_code_has_a_name_and_words_of_its_own),
        cmocka_unit_test(families_are_those_of_the_header),
        cmocka_unit_test(shared_phrases_are_complete),
        cmocka_unit_test(try_returns_a_failure_and_lets_success_pass),
        cmocka_unit_test(a_broken_invariant_aborts_with_one_json_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
