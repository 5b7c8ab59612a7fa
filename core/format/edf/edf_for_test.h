/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Small EDF files for tests, field by field. */
#ifndef PLX_CORE_FORMAT_EDF_FOR_TEST_H
#define PLX_CORE_FORMAT_EDF_FOR_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PLX_EDF_TEST_MAX = 4096 };

typedef struct plx_edf_test_file {
    char bytes[PLX_EDF_TEST_MAX];
    size_t n;
} plx_edf_test_file;

static inline void put_field(plx_edf_test_file *f, const char *text, size_t width)
{
    memset(f->bytes + f->n, ' ', width);
    memcpy(f->bytes + f->n, text, strlen(text));
    f->n += width;
}

/* label, unit, physical min and max, digital min and max, samples */
typedef const char *plx_edf_test_signal[7];

static inline void put_header(plx_edf_test_file *f, const char *version, const char *reserved,
                              const char *records, const char *duration,
                              const plx_edf_test_signal *signals, size_t signals_n)
{
    static const struct {
        int from; /* in a plx_edf_test_signal; -1: empty */
        size_t width;
    } FIELDS[] = {{0, 16}, {-1, 80}, {1, 8},   {2, 8}, {3, 8},
                  {4, 8},  {5, 8},   {-1, 80}, {6, 8}, {-1, 32}};
    char number[2][9] = {"256", "0"};
    size_t size = 256 + 256 * signals_n;
    for (int i = 3; i >= 0; i--, size /= 10)
        number[0][i] = (char)('0' + size % 10);
    number[0][4] = 0;
    number[1][0] = (char)('0' + signals_n);
    f->n = 0;
    put_field(f, version, 8);
    put_field(f, "MCH-0234567 F 02-MAY-1951 Haagse_Harry", 80);
    put_field(f, "Startdate 02-MAR-2002 EMG561 BK/JOP Sony", 80);
    put_field(f, "02.03.02", 8);
    put_field(f, "20.15.07", 8);
    put_field(f, number[0], 8);
    put_field(f, reserved, 44);
    put_field(f, records, 8);
    put_field(f, duration, 8);
    put_field(f, number[1], 4);
    for (size_t k = 0; k < sizeof FIELDS / sizeof FIELDS[0]; k++)
        for (size_t i = 0; i < signals_n; i++)
            put_field(f, FIELDS[k].from < 0 ? "" : signals[i][FIELDS[k].from], FIELDS[k].width);
}

static inline void put_bytes(plx_edf_test_file *f, const char *bytes, size_t n)
{
    memcpy(f->bytes + f->n, bytes, n);
    f->n += n;
}

#endif
