/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Rows of samples as people or programs want them, and how far the work is. */
#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "app/wave.h"
#include "core/format/json/json.h"

enum {
    DIGITAL_WIDTH = 7, /* of rdsamp's columns */
    PHYSICAL_WIDTH = 15,
    PHYSICAL_DECIMALS = 8,
    JSON_TEXT_MAX = 1024,
    PROGRESS_AFTER_MS = 2000,
    PROGRESS_EVERY_MS = 200,
    PROGRESS_CELLS = 40,
    LOOK_AT_CLOCK_EVERY = 4096
};

void plx_wave_put_text(FILE *to, plx_slice text)
{
    const char *end = text.n > 0 ? memchr(text.at, 0, text.n) : NULL;
    size_t n = end ? (size_t)(end - text.at) : text.n;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < ' ' || c == 127)
            fprintf(to, "\\x%02X", c);
        else
            putc(c, to);
    }
}

void plx_wave_put_json(plx_slice text)
{
    char memory[6 * JSON_TEXT_MAX + 2]; /* a byte is at most \u0000 */
    plx_out out = plx_out_init(memory, sizeof memory);
    plx_json_writer w = plx_json_writer_init(&out);
    if (text.n > JSON_TEXT_MAX) text.n = JSON_TEXT_MAX;
    plx_json_put_string(&w, text);
    fwrite(out.at, 1, out.n, stdout);
}

static void put_cell(plx_slice text, int width)
{
    size_t shown = text.n < (size_t)width ? text.n : (size_t)width; /* its end, as rdsamp does */
    printf("\t%*s", width - (int)shown, "");
    plx_wave_put_text(stdout, (plx_slice){text.at + text.n - shown, shown});
}

static void put_json_heads(const plx_wave *w, const plx_wave_column *columns)
{
    printf("{\"record\":");
    plx_wave_put_json(w->name);
    printf(",\"rows_per_s\":%.10g,\"physical\":%s,\"signals\":[", w->rows_per_s,
           w->physical ? "true" : "false");
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        printf("%s{\"name\":", i > 0 ? "," : "");
        plx_wave_put_json(columns[w->chosen[i]].name);
        printf(",\"unit\":");
        plx_wave_put_json(columns[w->chosen[i]].unit);
        putchar('}');
    }
    puts("]}");
}

void plx_wave_put_heads(const plx_wave *w, const plx_wave_column *columns)
{
    const int width = w->physical ? PHYSICAL_WIDTH : DIGITAL_WIDTH;
    if (w->json) put_json_heads(w, columns);
    if (w->json || w->bare) return;
    printf("%15s", w->physical ? "Elapsed time" : "sample #");
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        plx_slice name = columns[w->chosen[i]].name;
        char number[16];
        int n = snprintf(number, sizeof number, "sig %" PRIu32, w->chosen[i]);
        put_cell(name.n > 0 ? name : (plx_slice){number, (size_t)n}, width);
    }
    putchar('\n');
    if (!w->physical) return;
    printf("%15s", "(seconds)");
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        plx_slice unit = columns[w->chosen[i]].unit;
        if (unit.n > (size_t)width - 2) unit.n = (size_t)width - 2;
        printf("\t%*s(", width - 2 - (int)unit.n, "");
        plx_wave_put_text(stdout, unit);
        putchar(')');
    }
    putchar('\n');
}

static void put_json_row(const plx_wave *w, uint64_t number, double time_s,
                         const plx_wave_value *values)
{
    printf("{\"sample\":%" PRIu64 ",\"time_s\":%.6f,\"values\":[", number, time_s);
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        const plx_wave_value *v = &values[w->chosen[i]];
        if (i > 0) putchar(',');
        if (!v->valid)
            printf("null");
        else if (w->physical)
            printf("%.*f", PHYSICAL_DECIMALS, v->physical);
        else
            printf("%" PRId32, v->digital);
    }
    puts("]}");
}

void plx_wave_put_row(const plx_wave *w, uint64_t number, double time_s,
                      const plx_wave_value *values)
{
    if (w->json) {
        put_json_row(w, number, time_s, values);
        return;
    }
    if (w->physical)
        printf("%15.3f", time_s);
    else
        printf("%15" PRIu64, number);
    for (uint32_t i = 0; i < w->chosen_n; i++) {
        const plx_wave_value *v = &values[w->chosen[i]];
        if (!v->valid)
            printf("\t%*s", w->physical ? PHYSICAL_WIDTH : DIGITAL_WIDTH, "-");
        else if (w->physical)
            printf("\t%*.*f", PHYSICAL_WIDTH, PHYSICAL_DECIMALS, v->physical);
        else
            printf("\t%*" PRId32, DIGITAL_WIDTH, v->digital);
    }
    putchar('\n');
}

static int64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void plx_wave_progress(plx_wave *w, uint64_t done, uint64_t of)
{
    if (w->steps++ % LOOK_AT_CLOCK_EVERY != 0) return;
    int64_t now = now_ms();
    if (w->started_ms == 0) w->started_ms = now;
    if (now - w->started_ms < PROGRESS_AFTER_MS || now - w->shown_ms < PROGRESS_EVERY_MS) return;
    if (!isatty(STDERR_FILENO) || isatty(STDOUT_FILENO)) return;
    w->shown_ms = now;
    int cells = (int)(PROGRESS_CELLS * done / (of > 0 ? of : 1));
    fprintf(stderr, "\r[%-*.*s]", PROGRESS_CELLS, cells,
            "########################################");
}

void plx_wave_progress_end(const plx_wave *w)
{
    if (w->shown_ms > 0) fputc('\n', stderr);
}
