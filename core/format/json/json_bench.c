/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Speed of the tokenizer on one core over a document as a monitor would send it. CSV on stdout:
 * name,value,unit. Noise on a shared machine: 15 %. */
#include <stdio.h>
#include <time.h>

#include "core/format/json/json.h"

enum { BYTES = 1 << 20, TOKENS = 1 << 18, ROUNDS = 200 };

static char text[BYTES];
static plx_json_token tokens[TOKENS];

static double cpu_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void write_document(plx_out *out)
{
    plx_json_writer w = plx_json_writer_init(out);
    plx_json_array(&w);
    for (uint64_t i = 0; out->n < BYTES - 300; i++) {
        plx_json_object(&w);
        plx_json_key(&w, "code");
        plx_json_put_text(&w, "8867-4");
        plx_json_key(&w, "display");
        plx_json_put_text(&w, "Heart rate \"ECG\" \xe2\x99\xa5");
        plx_json_key(&w, "value");
        plx_json_put_double(&w, 60.0 + (double)(i % 40), 1);
        plx_json_key(&w, "seq");
        plx_json_put_u64(&w, i);
        plx_json_key(&w, "final");
        plx_json_put_bool(&w, i % 2 == 0);
        plx_json_object_end(&w);
    }
    plx_json_array_end(&w);
}

int main(void)
{
    puts("name,value,unit");
    double start = cpu_s();
    plx_out out = {0};
    for (int i = 0; i < ROUNDS; i++) {
        out = plx_out_init(text, sizeof text);
        write_document(&out);
    }
    printf("json_write,%.0f,MB/s\n", 1e-6 * ROUNDS * (double)out.n / (cpu_s() - start));
    plx_json json = {.tokens = tokens, .capacity = TOKENS};
    start = cpu_s();
    for (int i = 0; i < ROUNDS; i++)
        if (plx_json_parse(plx_out_slice(&out), &json, NULL) != PLX_OK) return 1;
    const double seconds = cpu_s() - start;
    printf("json_parse,%.0f,MB/s\n", 1e-6 * ROUNDS * (double)out.n / seconds);
    printf("json_parse,%.1f,ns/token\n", 1e9 * seconds / ROUNDS / json.n);
    return 0;
}
