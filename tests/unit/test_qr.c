/* test_qr.c — the picture shows the code libqrencode made, module by module, inside its quiet zone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>
#include <qrencode.h>
#include <talloc.h>

#include "qr.h"

enum { SIDE_MOST = 177 + 8, QUIET = 4 };

static bool drawn[SIDE_MOST][SIDE_MOST];

/* Paint the path "M<x> <y>h<n>v1h-<n>z…" of the picture; returns the side of its view box. */
static int paint(const char *svg)
{
    int side = 0, x, y, n, back, used;
    memset(drawn, 0, sizeof drawn);
    const char *box = strstr(svg, "viewBox=\""), *path = strstr(svg, " d=\"");
    assert_non_null(box);
    assert_non_null(path);
    assert_int_equal(sscanf(box, "viewBox=\"0 0 %d %*d\"", &side), 1);
    for (path += 4; *path != '"'; path += used) {
        assert_int_equal(sscanf(path, "M%d %dh%dv1h-%dz%n", &x, &y, &n, &back, &used), 4);
        assert_true(n == back && n > 0 && x >= QUIET && y >= QUIET && x + n <= side - QUIET &&
                    y < side - QUIET);
        for (int i = x; i < x + n; i++) {
            assert_false(drawn[y][i]);
            drawn[y][i] = true;
        }
    }
    return side;
}

static void every_module_is_drawn_where_it_belongs(void **state)
{
    (void)state;
    static char text[2400];
    for (size_t n = 1; n < 2332; n += n < 20 ? 1 : 211) {
        for (size_t i = 0; i < n; i++)
            text[i] = (char)(32 + (i * 7 + n) % 95);
        text[n] = '\0';
        char *svg = qr_svg(NULL, text);
        QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
        assert_int_equal(paint(svg), code->width + 2 * QUIET);
        for (int y = 0; y < code->width; y++)
            for (int x = 0; x < code->width; x++)
                assert_int_equal(drawn[y + QUIET][x + QUIET], code->data[y * code->width + x] & 1);
        QRcode_free(code);
        talloc_free(svg);
    }
}

static void a_text_beyond_the_largest_code_has_no_picture(void **state)
{
    (void)state;
    static char text[2400];
    memset(text, 'x', 2331); /* version 40, level M, bytes: ISO 18004 */
    char *svg = qr_svg(NULL, text);
    assert_non_null(svg);
    talloc_free(svg);
    text[2331] = 'x';
    assert_null(qr_svg(NULL, text));
}

static void the_picture_is_one_complete_element_of_black_on_white(void **state)
{
    (void)state;
    char *svg = qr_svg(NULL, "Việt Nam");
    assert_memory_equal(svg, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 38);
    assert_string_equal(svg + strlen(svg) - 9, "/></svg>\n");
    assert_non_null(strstr(svg, "<rect width=\"29\" height=\"29\" fill=\"#fff\"/>"));
    assert_non_null(strstr(svg, "<path fill=\"#000\""));
    assert_null(strstr(strstr(svg, "<path") + 1, "<path"));
    talloc_free(svg);
}

static void the_modules_are_those_of_the_picture(void **state)
{
    (void)state;
    char *svg = qr_svg(NULL, "000.00.01.H07-260421-0001");
    struct qr *qr = qr_modules(NULL, "000.00.01.H07-260421-0001");
    assert_int_equal(paint(svg), qr->side + 2 * QUIET);
    for (int y = 0; y < qr->side; y++)
        for (int x = 0; x < qr->side; x++)
            assert_int_equal(qr->dark[y * qr->side + x], drawn[y + QUIET][x + QUIET]);
    talloc_free(svg);
    talloc_free(qr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_module_is_drawn_where_it_belongs),
        cmocka_unit_test(a_text_beyond_the_largest_code_has_no_picture),
        cmocka_unit_test(the_modules_are_those_of_the_picture),
        cmocka_unit_test(the_picture_is_one_complete_element_of_black_on_white),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
