/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/decimal.h"
#include "core/base/time.h"
#include "core/format/edf/edf.h"

enum {
    MAIN_BYTES = 256,
    SIGNAL_BYTES = 256, /* of each signal, field by field for all signals */
    YEAR_PIVOT = 85     /* the specification: 85 .. 99 are 1985 .. 1999 */
};

/* X(name, bytes) of the main header, in order */
#define MAIN_FIELDS(X)                                                                             \
    X(VERSION, 8)                                                                                  \
    X(PATIENT, 80)                                                                                 \
    X(RECORDING, 80)                                                                               \
    X(DATE, 8)                                                                                     \
    X(TIME, 8)                                                                                     \
    X(HEADER_BYTES, 8)                                                                             \
    X(RESERVED, 44)                                                                                \
    X(RECORDS, 8)                                                                                  \
    X(DURATION, 8)                                                                                 \
    X(SIGNALS, 4)

/* X(name, bytes) of a signal, in order */
#define SIGNAL_FIELDS(X)                                                                           \
    X(LABEL, 16)                                                                                   \
    X(TRANSDUCER, 80)                                                                              \
    X(UNIT, 8)                                                                                     \
    X(PHYSICAL_MIN, 8)                                                                             \
    X(PHYSICAL_MAX, 8)                                                                             \
    X(DIGITAL_MIN, 8)                                                                              \
    X(DIGITAL_MAX, 8)                                                                              \
    X(PREFILTER, 80)                                                                               \
    X(SAMPLES, 8)                                                                                  \
    X(SIGNAL_RESERVED, 32)

typedef enum main_field {
#define X(name, bytes) name,
    MAIN_FIELDS(X)
#undef X
} main_field;

typedef enum signal_field {
#define X(name, bytes) name,
    SIGNAL_FIELDS(X)
#undef X
} signal_field;

typedef struct parsing {
    plx_slice file;
    plx_edf_header *h;
    plx_edf_error error;
} parsing;

static plx_status fault(parsing *p, plx_status status, plx_slice at, const char *text)
{
    p->error = (plx_edf_error){text, (uint64_t)(at.at - p->file.at)};
    return status;
}

/* Blanks and zero bytes (some writers pad so) at the ends are dropped. */
static plx_slice trimmed(plx_slice s)
{
    while (s.n > 0 && (s.at[s.n - 1] == ' ' || s.at[s.n - 1] == 0))
        s.n--;
    while (s.n > 0 && s.at[0] == ' ') {
        s.at++;
        s.n--;
    }
    return s;
}

static plx_slice main_text(const parsing *p, main_field field)
{
    static const size_t BYTES[] = {
#define X(name, bytes) bytes,
        MAIN_FIELDS(X)
#undef X
    };
    size_t at = 0;
    for (unsigned i = 0; i < (unsigned)field; i++)
        at += BYTES[i];
    return trimmed((plx_slice){p->file.at + at, BYTES[field]});
}

static plx_slice signal_text(const parsing *p, signal_field field, uint32_t signal)
{
    static const size_t BYTES[] = {
#define X(name, bytes) bytes,
        SIGNAL_FIELDS(X)
#undef X
    };
    size_t at = MAIN_BYTES;
    for (unsigned i = 0; i < (unsigned)field; i++)
        at += BYTES[i] * p->h->signals_n;
    return trimmed((plx_slice){p->file.at + at + signal * BYTES[field], BYTES[field]});
}

static bool number(plx_slice s, double *value)
{
    plx_decimal d;
    if (plx_decimal_parse(s, &d) != PLX_OK) return false;
    *value = d.value;
    return true;
}

static bool whole(plx_slice s, double low, double high, int64_t *value)
{
    double found = 0;
    if (!number(s, &found) || found < low || found > high) return false;
    int64_t integer = (int64_t)found;
    if ((double)integer != found) return false;
    *value = integer;
    return true;
}

/* "31.12.99": the parts at 0, 3 and 6. */
static bool two_digits_each(plx_slice s, int32_t parts[3])
{
    if (s.n != 8) return false;
    for (size_t i = 0; i < 3; i++) {
        uint64_t value = 0;
        if (!plx_slice_u64((plx_slice){s.at + 3 * i, 2}, 99, &value)) return false;
        parts[i] = (int32_t)value;
    }
    return true;
}

static plx_slice word(plx_slice *rest)
{
    size_t n = 0;
    *rest = plx_slice_trim(*rest);
    while (n < rest->n && rest->at[n] != ' ')
        n++;
    plx_slice found = {rest->at, n};
    *rest = (plx_slice){rest->at + n, rest->n - n};
    return found;
}

/* "02-MAY-1951" */
static bool long_date(plx_slice s, int32_t *year, int32_t *month, int32_t *day)
{
    static const char MONTHS[] = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC";
    uint64_t y = 0, d = 0;
    if (s.n != 11 || s.at[2] != '-' || s.at[6] != '-') return false;
    if (!plx_slice_u64((plx_slice){s.at, 2}, 31, &d)) return false;
    if (!plx_slice_u64((plx_slice){s.at + 7, 4}, 9999, &y)) return false;
    for (int32_t m = 0; m < 12; m++) {
        if (memcmp(MONTHS + 3 * m, s.at + 3, 3) != 0) continue;
        const plx_civil c = {.year = (int32_t)y, .month = m + 1, .day = (int32_t)d};
        if (!plx_civil_valid(&c)) return false;
        *year = c.year;
        *month = c.month;
        *day = c.day;
        return true;
    }
    return false;
}

static plx_slice known(plx_slice s)
{
    return plx_slice_is(s, "X") ? (plx_slice){s.at, 0} : s;
}

static void read_person(plx_edf_header *h)
{
    plx_slice rest = h->patient;
    plx_edf_person *person = &h->person;
    person->code = known(word(&rest));
    plx_slice sex = word(&rest);
    if (plx_slice_is(sex, "F") || plx_slice_is(sex, "M")) person->sex = sex.at[0];
    (void)long_date(word(&rest), &person->year, &person->month, &person->day);
    person->name = known(word(&rest));
}

static plx_status read_start(parsing *p)
{
    plx_edf_header *h = p->h;
    int32_t date[3], time[3];
    plx_slice date_text = main_text(p, DATE), time_text = main_text(p, TIME);
    if (!two_digits_each(date_text, date))
        return fault(p, PLX_SYNTAX, date_text, "the start date is not DD.MM.YY");
    if (!two_digits_each(time_text, time))
        return fault(p, PLX_SYNTAX, time_text, "the start time is not HH.MM.SS");
    h->day = date[0];
    h->month = date[1];
    h->year = date[2] + (date[2] >= YEAR_PIVOT ? 1900 : 2000);
    h->hour = time[0];
    h->minute = time[1];
    h->second = time[2];
    plx_slice rest = h->recording;
    if (h->kind != PLX_EDF_PLAIN && plx_slice_is(word(&rest), "Startdate")) /* has all digits */
        (void)long_date(word(&rest), &h->year, &h->month, &h->day);
    const plx_civil c = {.year = h->year,
                         .month = h->month,
                         .day = h->day,
                         .hour = h->hour,
                         .minute = h->minute,
                         .second = h->second};
    if (!plx_civil_valid(&c))
        return fault(p, PLX_RANGE, date_text, "the start is no date and time that exists");
    return PLX_OK;
}

static plx_edf_kind kind_of(plx_slice reserved, bool bdf)
{
    const char *names[2] = {bdf ? "BDF+C" : "EDF+C", bdf ? "BDF+D" : "EDF+D"};
    if (reserved.n < 5) return PLX_EDF_PLAIN;
    reserved.n = 5;
    if (plx_slice_is(reserved, names[0])) return PLX_EDF_CONTINUOUS;
    return plx_slice_is(reserved, names[1]) ? PLX_EDF_DISCONTINUOUS : PLX_EDF_PLAIN;
}

static plx_status read_main(parsing *p)
{
    plx_edf_header *h = p->h;
    int64_t value = 0;
    if (p->file.n < MAIN_BYTES)
        return fault(p, PLX_TRUNCATED, p->file, "the file ends inside its header");
    h->bdf = memcmp(p->file.at,
                    "\xFF"
                    "BIOSEMI",
                    8) == 0;
    if (!h->bdf && !plx_slice_is(main_text(p, VERSION), "0"))
        return fault(p, PLX_SYNTAX, p->file, "this is neither EDF nor BDF");
    h->sample_bytes = h->bdf ? 3 : 2;
    h->patient = main_text(p, PATIENT);
    h->recording = main_text(p, RECORDING);
    h->kind = kind_of(main_text(p, RESERVED), h->bdf);
    PLX_TRY(read_start(p));
    if (h->kind != PLX_EDF_PLAIN) read_person(h);
    plx_slice text = main_text(p, DURATION);
    if (!number(text, &h->record_s) || !(h->record_s >= 0))
        return fault(p, PLX_SYNTAX, text, "the duration of a data record is no number");
    text = main_text(p, SIGNALS);
    if (!whole(text, 0, 9999, &value))
        return fault(p, PLX_SYNTAX, text, "the number of signals is no whole number");
    if (value > PLX_EDF_SIGNALS_MAX)
        return fault(p, PLX_LIMIT, text, "there are more signals than 512");
    h->signals_n = (uint32_t)value;
    h->header_bytes = MAIN_BYTES + SIGNAL_BYTES * h->signals_n;
    text = main_text(p, HEADER_BYTES);
    if (!whole(text, 0, 99999999, &value) || (uint64_t)value != h->header_bytes)
        return fault(p, PLX_SYNTAX, text,
                     "the size of the header does not fit the number of signals");
    if (p->file.n < h->header_bytes)
        return fault(p, PLX_TRUNCATED, p->file, "the file ends inside its header");
    return PLX_OK;
}

static plx_status read_range(parsing *p, uint32_t i, plx_edf_signal *s)
{
    int64_t low = 0, high = 0;
    plx_slice text = signal_text(p, PHYSICAL_MIN, i);
    if (!number(text, &s->physical_min))
        return fault(p, PLX_SYNTAX, text, "a physical minimum is no number");
    text = signal_text(p, PHYSICAL_MAX, i);
    if (!number(text, &s->physical_max))
        return fault(p, PLX_SYNTAX, text, "a physical maximum is no number");
    text = signal_text(p, DIGITAL_MIN, i);
    if (!whole(text, -8388608, 8388607, &low))
        return fault(p, PLX_SYNTAX, text, "a digital minimum is no whole number of 24 bits");
    text = signal_text(p, DIGITAL_MAX, i);
    if (!whole(text, -8388608, 8388607, &high))
        return fault(p, PLX_SYNTAX, text, "a digital maximum is no whole number of 24 bits");
    s->digital_min = (int32_t)low;
    s->digital_max = (int32_t)high;
    s->calibrated = low < high && s->physical_min != s->physical_max;
    return PLX_OK;
}

static plx_status read_signal(parsing *p, uint32_t i, uint64_t *at)
{
    int64_t samples = 0;
    plx_edf_signal s = {.label = signal_text(p, LABEL, i),
                        .transducer = signal_text(p, TRANSDUCER, i),
                        .unit = signal_text(p, UNIT, i),
                        .prefilter = signal_text(p, PREFILTER, i)};
    s.annotations = p->h->kind != PLX_EDF_PLAIN &&
                    plx_slice_is(s.label, p->h->bdf ? "BDF Annotations" : "EDF Annotations");
    PLX_TRY(read_range(p, i, &s));
    plx_slice text = signal_text(p, SAMPLES, i);
    if (!whole(text, 1, 99999999, &samples))
        return fault(p, PLX_SYNTAX, text, "the samples of a data record are no whole number");
    s.samples = (uint32_t)samples;
    s.at = (uint32_t)*at;
    *at += (uint64_t)s.samples * p->h->sample_bytes;
    if (*at > PLX_EDF_RECORD_MAX)
        return fault(p, PLX_LIMIT, text, "a data record is larger than 256 MiB");
    p->h->signals[i] = s;
    return PLX_OK;
}

static plx_status count_records(parsing *p)
{
    plx_edf_header *h = p->h;
    int64_t stated = 0;
    plx_slice text = main_text(p, RECORDS);
    if (!whole(text, -1, 99999999, &stated))
        return fault(p, PLX_SYNTAX, text, "the number of data records is no whole number");
    uint64_t bytes = p->file.n - h->header_bytes;
    uint64_t there = h->record_bytes > 0 ? bytes / h->record_bytes : 0;
    h->records = stated < 0 ? there : (uint64_t)stated;
    h->records_held = there < h->records ? there : h->records;
    h->left_over = bytes - h->records_held * h->record_bytes;
    for (uint32_t i = 0; i < h->signals_n; i++)
        if (h->records * h->signals[i].samples > PLX_EDF_SAMPLES_MAX)
            return fault(p, PLX_LIMIT, text, "a signal has more samples than 10^9");
    return PLX_OK;
}

static plx_status read_all(parsing *p)
{
    plx_edf_header *h = p->h;
    uint64_t at = 0;
    bool annotations = false;
    PLX_TRY(read_main(p));
    if (h->signals_n > h->signals_capacity) return PLX_SPACE;
    for (uint32_t i = 0; i < h->signals_n; i++) {
        PLX_TRY(read_signal(p, i, &at));
        annotations = annotations || h->signals[i].annotations;
    }
    h->record_bytes = (uint32_t)at;
    if (h->kind == PLX_EDF_DISCONTINUOUS && !annotations)
        return fault(p, PLX_SYNTAX, main_text(p, RESERVED),
                     "a discontinuous file has no annotations that tell the times");
    return count_records(p);
}

plx_status plx_edf_header_parse(plx_slice file, plx_edf_header *h, plx_edf_error *error)
{
    plx_edf_header fresh = {.signals = h->signals, .signals_capacity = h->signals_capacity};
    parsing p = {.file = file, .h = &fresh};
    plx_status status = read_all(&p);
    if (status == PLX_SPACE)
        p.error = (plx_edf_error){.text = "more memory is needed for signals"};
    else if (status != PLX_OK)
        fresh.signals_n = 0;
    if (status != PLX_OK && error) *error = p.error;
    *h = fresh;
    return status;
}

bool plx_edf_physical(const plx_edf_signal *s, int32_t digital, double *value)
{
    if (!s->calibrated) return false;
    double digital_range = (double)s->digital_max - (double)s->digital_min;
    double above = (double)digital - (double)s->digital_min;
    *value = above * (s->physical_max - s->physical_min) / digital_range + s->physical_min;
    return true;
}
