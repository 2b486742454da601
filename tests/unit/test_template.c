/* links: services/notification/template.c services/notification/template_texts.c */
/* Every text can be rendered with all facts and with the fewest, says the same in both languages, and is easy
 * to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <string.h>
#include <talloc.h>

#include "services/notification/template.h"
#include "text.h"

enum { WORDS_MOST = 20 };

/* Facts that every letter has, and those a template cannot do without. */
#define BIT(fact) (1u << (fact))
static const unsigned always = BIT(FACT_NAME) | BIT(FACT_CODE) | BIT(FACT_LINK) | BIT(FACT_OFFICE);
static const unsigned needed[TEMPLATES] = {
    [TEMPLATE_SUBMITTED] = BIT(FACT_AT),
    [TEMPLATE_RECEIVED] = BIT(FACT_AT),
    [TEMPLATE_ACCEPTED] = BIT(FACT_AT),
    [TEMPLATE_SUPPLIED] = BIT(FACT_AT),
    [TEMPLATE_PAYMENT_ASKED] = BIT(FACT_AMOUNT),
    [TEMPLATE_PAID] = BIT(FACT_AT) | BIT(FACT_AMOUNT),
    [TEMPLATE_REFUNDED] = BIT(FACT_AT) | BIT(FACT_AMOUNT),
    [TEMPLATE_WITHDRAWAL_ASKED] = BIT(FACT_AT),
    [TEMPLATE_WITHDRAWN] = BIT(FACT_AT),
    [TEMPLATE_RESULT_READY] = BIT(FACT_AT),
    [TEMPLATE_HANDED_OVER] = BIT(FACT_AT),
    [TEMPLATE_REAPPOINTED] = BIT(FACT_DUE) | BIT(FACT_DUE_BEFORE),
    [TEMPLATE_RATING_OPENED] = BIT(FACT_RATE_LINK) | BIT(FACT_ANSWER_BY),
    [TEMPLATE_COMPLAINT_OPENED] = BIT(FACT_AT),
    [TEMPLATE_COMPLAINT_ANSWERED] = BIT(FACT_AT),
    [TEMPLATE_COMPLAINT_FORWARDED] = BIT(FACT_AT),
};

static struct facts facts_in(unsigned mask)
{
    struct facts f = { 0 };
    for (int i = 0; i < FACTS; i++)
        f.value[i] = mask & BIT(i) ? fact_names[i] : NULL;
    return f;
}

static int letter(void *ctx, int id, bool is_english, unsigned mask, struct letter *out)
{
    struct err err = { 0 };
    struct facts f = facts_in(mask);
    return template_letter(ctx, (enum template_id)id, is_english, &f, out, &err);
}

static void assert_clean(const char *name, const char *text)
{
    char *clean = text_clean(NULL, text);
    if (strpbrk(text, "{}[]%") || strstr(text, "\n\n\n") || strstr(text, "  "))
        fail_msg("%s has leftovers: %s", name, text);
    if (*text == '\0' || strncmp(clean, text, strlen(clean)) != 0)
        fail_msg("%s is empty, not in NFC, or begins with a blank: %s", name, text);
    talloc_free(clean);
}

static void every_template_renders_with_all_facts_and_with_the_fewest(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    for (int i = 0; i < TEMPLATES * 4; i++) {
        struct letter l;
        int id = i / 4;
        unsigned mask = i & 1 ? (1u << FACTS) - 1 : always | needed[id];
        assert_int_equal(letter(ctx, id, i & 2, mask, &l), 0);
        assert_clean(templates[id].name, l.subject);
        assert_clean(templates[id].name, l.body);
        assert_clean(templates[id].name, l.mail);
        assert_non_null(strstr(l.subject, "code"));
        assert_null(strchr(l.subject, '\n'));
        assert_true(l.body[strlen(l.body) - 1] != '\n');
        assert_non_null(strstr(l.mail, l.body));
    }
    talloc_free(ctx);
}

static void a_letter_without_a_needed_fact_is_refused(void **state)
{
    (void)state;
    void *ctx = talloc_new(NULL);
    for (int i = 0; i < TEMPLATES * 2; i++) {
        struct letter l;
        unsigned least = always | needed[i / 2];
        for (int fact = 0; fact < FACTS; fact++)
            assert_int_equal(letter(ctx, i / 2, i % 2, least & ~BIT(fact), &l),
                             least & BIT(fact) ? E_INVALID : 0);
    }
    talloc_free(ctx);
}

/* ---- both languages ------------------------------------------------------------------------------- */

static unsigned facts_of(const char *text)
{
    unsigned mask = 0;
    for (const char *p = text; (p = strchr(p, '{')); p++)
        for (int i = 0; i < FACTS; i++)
            if (strncmp(p + 1, fact_names[i], strlen(fact_names[i])) == 0 &&
                p[1 + strlen(fact_names[i])] == '}')
                mask |= BIT(i);
    return mask;
}

static void both_languages_say_the_same(void **state)
{
    (void)state;
    assert_int_equal(facts_of(mail_frame.vi), facts_of(mail_frame.en));
    assert_int_equal(facts_of(complaint_frame.vi), facts_of(complaint_frame.en));
    for (int id = 0; id < TEMPLATES; id++) {
        const struct template *t = &templates[id];
        if (facts_of(t->vi.body) != facts_of(t->en.body) ||
            facts_of(t->vi.subject) != facts_of(t->en.subject))
            fail_msg("%s: the languages differ", t->name);
    }
}

static void names_are_unique(void **state)
{
    (void)state;
    for (int a = 0; a < TEMPLATES; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(templates[a].name, templates[b].name);
}

/* ---- easy to read --------------------------------------------------------------------------------- */

static int words_in(const char *text, size_t n)
{
    int words = 0;
    for (size_t i = 0; i < n; i++)
        words += text[i] != ' ' && (i == 0 || text[i - 1] == ' ');
    return words;
}

static void assert_short(const char *name, const char *text)
{
    for (size_t n; *text; text += n + (text[n] != '\0')) {
        n = strcspn(text, ".!?:\n[]");
        if (words_in(text, n) > WORDS_MOST)
            fail_msg("%s: a sentence is too long: %.*s", name, (int)n, text);
    }
}

static void sentences_are_short(void **state)
{
    (void)state;
    assert_short("frame", mail_frame.vi);
    assert_short("frame", mail_frame.en);
    assert_short("frame of complaints", complaint_frame.vi);
    assert_short("frame of complaints", complaint_frame.en);
    for (int id = 0; id < TEMPLATES; id++) {
        assert_short(templates[id].name, templates[id].vi.body);
        assert_short(templates[id].name, templates[id].en.body);
    }
}

/* ---- the little language -------------------------------------------------------------------------- */

static const struct render_case {
    const char *text, *want; /* NULL: refused with code */
    int code;
} render_cases[] = {
    { "plain", "plain", 0 },
    { "", "", 0 },
    { "<{code}>", "<A>", 0 },
    { "{code}{code}", "AA", 0 },
    { "a[ b {code} c]d", "a b A cd", 0 },
    { "a[ b {due} c]d", "ad", 0 },
    { "a[ {code} {due}]d", "ad", 0 },
    { "[{due}][{code}]", "A", 0 },
    { "{reason}", "{code} [x]", 0 }, /* a value is not read again */
    { "{due}", NULL, E_INVALID },
    { "{nobody}", NULL, E_BUG },
    { "[{nobody}]", NULL, E_BUG },
    { "{}", NULL, E_BUG },
    { "{code", NULL, E_BUG },
    { "code}", NULL, E_BUG },
    { "[code", NULL, E_BUG },
    { "code]", NULL, E_BUG },
    { "[a [b] c]", NULL, E_BUG },
    { "[{code]}", NULL, E_BUG },
    { "{Code}", NULL, E_BUG },
    { "{codes}", NULL, E_BUG },
};

static void texts_are_read_as_described(void **state)
{
    (void)state;
    struct facts f = { .value = { [FACT_CODE] = "A", [FACT_REASON] = "{code} [x]" } };
    void *ctx = talloc_new(NULL);
    for (size_t i = 0; i < sizeof render_cases / sizeof *render_cases; i++) {
        const struct render_case *c = &render_cases[i];
        struct err err = { 0 };
        char *out;
        int rc = template_render(ctx, c->text, &f, &out, &err);
        if (rc != c->code || (rc == 0 && strcmp(out, c->want) != 0))
            fail_msg("%s: %s, %s", c->text, err_name(rc), rc ? err.text : out);
    }
    talloc_free(ctx);
}

static void the_start_accepts_our_texts(void **state)
{
    (void)state;
    struct err err = { 0 };
    assert_int_equal(template_check(&err), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_template_renders_with_all_facts_and_with_the_fewest),
        cmocka_unit_test(a_letter_without_a_needed_fact_is_refused),
        cmocka_unit_test(both_languages_say_the_same),
        cmocka_unit_test(names_are_unique),
        cmocka_unit_test(sentences_are_short),
        cmocka_unit_test(texts_are_read_as_described),
        cmocka_unit_test(the_start_accepts_our_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
