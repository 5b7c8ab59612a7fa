/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: the tables of knowledge/physiology record the numbers of the body model as they are, each
 * with its status and reason, and none is left out. Oracle: the code, by memory where a program can
 * see it, else by its text. Tolerance: 1e-6 of the value (float). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/format/csv/csv.h"
#include "test/model_number.h"

enum { TABLE_BYTES_MAX = 1 << 17, ROWS_MAX = 1200, REASON_MAX = 200, SENTENCE_MAX = 1200 };

static const char *const tables[] = {"circulation", "reflex", "breath",    "gas",
                                     "fluid",       "drug",   "condition", "person"};
static const char *const columns[] = {"name",   "value",  "unit",  "start",
                                      "status", "source", "reason"};
static const char *const statuses[] = {"published", "tuned", "prior", "derived"};
enum { COLUMNS = sizeof columns / sizeof *columns };

static struct row {
    char name[MODEL_NAME_MAX];
    double value;
} rows[ROWS_MAX];
static size_t rows_n;
static unsigned faults;

static const char *text_of(plx_slice s)
{
    static char text[COLUMNS][MODEL_NAME_MAX];
    static size_t turn;
    char *at = text[turn++ % COLUMNS];
    snprintf(at, MODEL_NAME_MAX, "%.*s", (int)s.n, s.at);
    return at;
}

static bool number_of(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && *end == 0 && isfinite(*value);
}

static bool one_of(const char *text, const char *const *list, size_t n)
{
    while (n > 0 && strcmp(list[n - 1], text) != 0)
        n--;
    return n > 0;
}

/* What is wrong with a row in itself, or NULL. */
static const char *row_fault(const plx_csv *csv)
{
    double unused;
    if (csv->fields_n != COLUMNS) return "a row has seven fields";
    const char *start = text_of(csv->fields[3]), *status = text_of(csv->fields[4]);
    if (csv->fields[0].n == 0 || csv->fields[0].n >= MODEL_NAME_MAX)
        return "name missing or too long";
    if (!number_of(text_of(csv->fields[1]), &unused)) return "value is no number";
    if (csv->fields[2].n == 0) return "unit missing";
    if (*start && !number_of(start, &unused)) return "start is no number";
    if (!one_of(status, statuses, sizeof statuses / sizeof *statuses))
        return "status is none of published, tuned, prior, derived";
    bool founded = strcmp(status, "published") == 0 || strcmp(status, "tuned") == 0;
    if (founded && csv->fields[5].n == 0) return "published or tuned without source";
    if (csv->fields[6].n == 0 || csv->fields[6].n > REASON_MAX) return "reason missing or too long";
    for (size_t i = 0; i < rows_n; i++)
        if (plx_slice_is(csv->fields[0], rows[i].name)) return "this name has a row already";
    return NULL;
}

/* The sentence about a name whose value the table says; false when it agrees with the code. */
static bool parted(const char *name, double value, char *sentence)
{
    double code;
    char why[MODEL_WHY_MAX];
    if (!model_number(name, &code, why)) {
        snprintf(sentence, SENTENCE_MAX, "\"%s\" is %.7g here, but %s", name, value, why);
        return true;
    }
    if (fabs(code - value) <= 1e-6 * fmax(fabs(code), fabs(value))) return false;
    snprintf(sentence, SENTENCE_MAX, "\"%s\" is %.7g here and %.7g in the code", name, value, code);
    return true;
}

static void read_table(const char *table)
{
    static char bytes[TABLE_BYTES_MAX], scratch[4096];
    char path[512], sentence[SENTENCE_MAX];
    snprintf(path, sizeof path, "%s/knowledge/physiology/%s.csv", PLX_SOURCE_ROOT, table);
    FILE *file = fopen(path, "rb");
    if (!file) fail_msg("knowledge/physiology/%s.csv is not there", table);
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    assert_true(n > 0 && n < sizeof bytes);
    plx_csv csv;
    plx_csv_init(&csv, (plx_slice){bytes, n}, scratch, sizeof scratch);
    do
        assert_int_equal(plx_csv_next(&csv), PLX_OK);
    while (csv.fields[0].n > 0 && csv.fields[0].at[0] == '#');
    for (int i = 0; i < COLUMNS; i++)
        assert_int_equal(plx_csv_column(&csv, columns[i]), i);
    plx_status status;
    while ((status = plx_csv_next(&csv)) == PLX_OK) {
        const char *fault = row_fault(&csv);
        if (fault) {
            print_error("%s.csv line %u: %s\n", table, (unsigned)csv.line, fault);
            faults++;
            continue;
        }
        assert_true(rows_n < ROWS_MAX);
        struct row *r = &rows[rows_n++];
        snprintf(r->name, sizeof r->name, "%s", text_of(csv.fields[0]));
        number_of(text_of(csv.fields[1]), &r->value);
        if (!parted(r->name, r->value, sentence)) continue;
        print_error("%s.csv line %u: %s\n", table, (unsigned)csv.line, sentence);
        faults++;
    }
    if (status != PLX_MISSING) fail_msg("%s.csv line %u is no CSV", table, (unsigned)csv.line);
}

static void tables_say_what_the_code_has(void **state)
{
    (void)state;
    rows_n = 0, faults = 0;
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        read_table(tables[i]);
    print_message("# rows=%zu\n", rows_n);
    assert_int_equal(faults, 0);
}

static void needs_row(const char *name)
{
    char define[MODEL_NAME_MAX];
    snprintf(define, sizeof define, ":#define %s ", name);
    for (size_t i = 0; i < rows_n; i++)
        if (strcmp(rows[i].name, name) == 0 || strstr(rows[i].name, define)) return;
    print_error("\"%s\" is in the code and has no row in knowledge/physiology\n", name);
    faults++;
}

static void loose_number(const char *path, const char *function, const char *around)
{
    print_error("%s, %s: a number in \"%s\" has no row in knowledge/physiology\n", path, function,
                around);
    faults++;
}

static void no_number_is_left_out(void **state)
{
    (void)state;
    faults = 0;
    model_number_each(needs_row);
    model_number_unasked(loose_number);
    assert_int_equal(faults, 0);
}

/* The checks themselves: what they must not let pass. */
static void refuses(const char *name, double value, const char *part)
{
    char sentence[SENTENCE_MAX] = "";
    assert_true(parted(name, value, sentence));
    if (!strstr(sentence, part)) fail_msg("\"%s\" does not say \"%s\"", sentence, part);
}

static void a_row_that_parted_is_told(void **state)
{
    (void)state;
    char sentence[SENTENCE_MAX];
    assert_false(parted("DRY_MMHG", 713, sentence));
    refuses("DRY_MMHG", 712, "\"DRY_MMHG\" is 712 here and 713 in the code");
    refuses("DRY_MMH", 713, "is 713 here, but nothing of that name is defined");
    refuses("fentanyl.v1_l", 12, "is 12 here and 12.1 in the code");
    refuses("fentanyl.v4_l", 12, "fentanyl has no number called v4_l");
    refuses("person.shunt", 0.04, "in the code");
    refuses("spread.shunt", 0.04, "is 0.04 here and");
    refuses("spread.bleed", 1, "spread has no number called bleed");
    refuses("aspirin.r", 1, "aspirin is not known");
    refuses("kernel_gas.h:(p * p + @)", 151, "and 150 in the code");
    refuses("kernel_gas.h:(p * p - @)", 150,
            "that expression is not in core/physiology/kernel_gas.h");
    refuses("kernel_gas.h:(p * p + 150.0f)", 150, "needs one @");
    refuses("kernel_gas.h:b = @ * hb_g_dl", 0.6206, "that expression is not in");
    refuses("elsewhere.h:@", 1, "no file of that name");
    refuses("kernel_gas.h:lane_all(@)", 0.25, "at one place of core/physiology/kernel_gas.h and");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_that_parted_is_told),
        cmocka_unit_test(tables_say_what_the_code_has),
        cmocka_unit_test(no_number_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
