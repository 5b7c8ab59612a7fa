/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One forecast as it is written down before its outcome: who said what about which value, when,
 * from what, and under which condition. Plain data without pointers; its bytes are the body of a
 * journal entry.
 *
 * Bytes (little-endian): "PLXP", format u16, the fields of the table in its order (texts: length u8
 * and bytes), base f64, step f64, points i16 (n), CRC-32C u32 of all before it. There is exactly
 * one encoding of a prediction.
 *
 * A forecast is of the value as it would be observed: measurement noise is part of it. */
#ifndef PLX_CORE_LEDGER_PREDICTION_H
#define PLX_CORE_LEDGER_PREDICTION_H

#include <stddef.h>
#include <stdint.h>

#include "core/base/level.h"
#include "core/base/status.h"

enum {
    PLX_PREDICTION_FORMAT = 1,
    PLX_PREDICTION_TEXT = 24,            /* bytes of a text field, at least one of them 0 */
    PLX_PREDICTION_LEVELS = PLX_LEVEL_N, /* of the quantile form */
    PLX_PREDICTION_MEMBERS_MAX = 64,
    PLX_PREDICTION_BYTES_MAX = 384,
};

#define PLX_PREDICTION_VALUE_MAX 1e12 /* absolute */

/* X(NAME, text) for the words below. Numbers are stored: append only. */
#define PLX_MODEL_CLASS_TABLE(X)                                                                   \
    X(FLOW, "flow") X(DISCRETE_CDS, "discrete-cds") X(DEVICE_TYPE, "device-type")
#define PLX_PREDICTION_KIND_TABLE(X)                                                               \
    X(QUANTITY, "quantity")                                                                        \
    X(COUNT, "count")                                                                              \
    X(EVENT, "event")                                                                              \
    X(CATEGORY, "category")                                                                        \
    X(TIME_TO_EVENT, "time-to-event")                                                              \
    X(CONTRAST, "contrast")
#define PLX_SCOPE_TABLE(X) X(IN, "in") X(EDGE, "edge") X(OUT, "out")
#define PLX_FORM_TABLE(X)                                                                          \
    X(NO_ANSWER, "no answer")     /* step and points 0; base 0 */                                  \
    X(QUANTILES, "quantiles")     /* at plx_levels, not falling */                                 \
    X(ENSEMBLE, "ensemble")       /* 2..64 members, not falling */                                 \
    X(PROBABILITY, "probability") /* base is the probability of the event */
/* X(NAME, text, s) */
#define PLX_HORIZON_TABLE(X)                                                                       \
    X(1MIN, "1 min", 60)                                                                           \
    X(5MIN, "5 min", 300)                                                                          \
    X(15MIN, "15 min", 900)                                                                        \
    X(30MIN, "30 min", 1800)                                                                       \
    X(60MIN, "60 min", 3600)                                                                       \
    X(2H, "2 h", 7200)                                                                             \
    X(4H, "4 h", 14400)                                                                            \
    X(8H, "8 h", 28800)                                                                            \
    X(24H, "24 h", 86400)

typedef enum plx_model_class {
#define X(name, text) PLX_MODEL_CLASS_##name,
    PLX_MODEL_CLASS_TABLE(X)
#undef X
        PLX_MODEL_CLASS_N
} plx_model_class;

typedef enum plx_prediction_kind {
#define X(name, text) PLX_PREDICTION_##name,
    PLX_PREDICTION_KIND_TABLE(X)
#undef X
        PLX_PREDICTION_KIND_N
} plx_prediction_kind;

typedef enum plx_scope {
#define X(name, text) PLX_SCOPE_##name,
    PLX_SCOPE_TABLE(X)
#undef X
        PLX_SCOPE_N
} plx_scope;

typedef enum plx_form {
#define X(name, text) PLX_FORM_##name,
    PLX_FORM_TABLE(X)
#undef X
        PLX_FORM_N
} plx_form;

typedef enum plx_horizon {
#define X(name, text, s) PLX_HORIZON_##name,
    PLX_HORIZON_TABLE(X)
#undef X
        PLX_HORIZON_N
} plx_horizon;

enum {
    PLX_USE_ADVISORY = 1, /* it became an advisory */
    PLX_USE_WHAT_IF = 2,
    PLX_USE_MAX = 3,
};

/* X(TYPE, name, largest, unit, meaning). Types: U64, TIME (us UTC), U32, U8, TEXT (printable ASCII
 * without blanks, zeros after it). largest: of U8 and U32; of TEXT 1 = may be empty. */
#define PLX_PREDICTION_TABLE(X)                                                                    \
    X(U64, id, 0, "", "journal sequence, from 1")                                                  \
    X(U64, version, 0, "", "hash of the model's code and parameters")                              \
    X(U64, subject, 0, "", "twin id")                                                              \
    X(U64, cutoff, 0, "", "last journal sequence used; below id")                                  \
    X(U64, arm_hash, 0, "", "hash of the arm's text; 0 without an arm")                            \
    X(TIME, issued_us, 0, "us", "UTC")                                                             \
    X(TIME, valid_from_us, 0, "us", "UTC; a point has from = to")                                  \
    X(TIME, valid_to_us, 0, "us", "UTC, after issued")                                             \
    X(TEXT, model, 0, "", "id of the context-of-use file")                                         \
    X(TEXT, target, 0, "", "code: LOINC, MDC, dept.census ...")                                    \
    X(TEXT, unit, 0, "", "UCUM")                                                                   \
    X(TEXT, arm, 1, "", "arm id of a what-if; empty = as-is, no new action assumed")               \
    X(U32, shown, UINT32_MAX, "", "bits of the roles that see it; 0 = nobody")                     \
    X(U8, model_class, PLX_MODEL_CLASS_N - 1, "", "plx_model_class")                               \
    X(U8, kind, PLX_PREDICTION_KIND_N - 1, "", "plx_prediction_kind")                              \
    X(U8, horizon, PLX_HORIZON_N - 1, "", "plx_horizon of valid_to - issued")                      \
    X(U8, scope, PLX_SCOPE_N - 1, "", "plx_scope")                                                 \
    X(U8, uses, PLX_USE_MAX, "", "PLX_USE_ bits")                                                  \
    X(U8, form, PLX_FORM_N - 1, "", "plx_form")                                                    \
    X(U8, reason, UINT8_MAX, "", "the model's number for why there is no answer; else 0")          \
    X(U8, n, PLX_PREDICTION_MEMBERS_MAX, "", "points")

typedef struct plx_prediction {
#define PLX_FIELD_U64(name) uint64_t name;
#define PLX_FIELD_TIME(name) int64_t name;
#define PLX_FIELD_TEXT(name) char name[PLX_PREDICTION_TEXT];
#define PLX_FIELD_U32(name) uint32_t name;
#define PLX_FIELD_U8(name) uint8_t name;
#define X(type, name, largest, unit, meaning) PLX_FIELD_##type(name)
    PLX_PREDICTION_TABLE(X)
#undef X
    uint32_t zero;     /* always 0: room to the next eight bytes */
    double base, step; /* value of a point = base + step x point; step >= 0 */
    int16_t point[PLX_PREDICTION_MEMBERS_MAX]; /* zeros from n on */
} plx_prediction;

/* The standard normal law's quantiles at the levels (plx_levels). */
extern const double plx_prediction_normal_quantiles[PLX_PREDICTION_LEVELS];

/* Constant texts, never NULL. */
const char *plx_prediction_kind_text(plx_prediction_kind kind);
const char *plx_horizon_text(plx_horizon horizon);
int64_t plx_horizon_us(plx_horizon horizon);
/* The class of a lead: the nearest by ratio; the shorter of two. lead > 0. */
plx_horizon plx_horizon_of(int64_t lead_us);

/* The text as a field holds it; PLX_LIMIT when it is longer than PLX_PREDICTION_TEXT - 1,
 * PLX_SYNTAX for a byte that is not printable ASCII. */
PLX_MUST_CHECK plx_status plx_prediction_text(const char *text, char out[PLX_PREDICTION_TEXT]);

/* These set form, n, base, step and points. Values are rounded to 1/65534 of their range; they may
 * be in any order for an ensemble and must not fall for quantiles (PLX_CONFLICT). PLX_RANGE: not
 * finite or beyond PLX_PREDICTION_VALUE_MAX; PLX_MISSING below 2 members, PLX_LIMIT above 64. */
PLX_MUST_CHECK plx_status plx_prediction_set_members(plx_prediction *p, const double *values,
                                                     uint32_t n);
PLX_MUST_CHECK plx_status plx_prediction_set_quantiles(plx_prediction *p,
                                                       const double values[PLX_PREDICTION_LEVELS]);
/* kind must be event; p in [0, 1] else PLX_RANGE. */
PLX_MUST_CHECK plx_status plx_prediction_set_probability(plx_prediction *p, double probability);
void plx_prediction_set_no_answer(plx_prediction *p, uint8_t reason);
/* The points as values, n of them, rising. */
void plx_prediction_values(const plx_prediction *p, double out[PLX_PREDICTION_MEMBERS_MAX]);

/* PLX_MISSING: no id, model, target or unit. PLX_CONFLICT: times out of order, a horizon that is
 * not that of the times, a cutoff after the id, points that fall, a form that does not fit its
 * kind, an arm without hash. PLX_RANGE: a number outside its range. PLX_SYNTAX: a text. */
PLX_MUST_CHECK plx_status plx_prediction_check(const plx_prediction *p);
/* A checked prediction; bytes written, at most PLX_PREDICTION_BYTES_MAX. */
size_t plx_prediction_encode(const plx_prediction *p, uint8_t out[PLX_PREDICTION_BYTES_MAX]);
/* Any bytes. PLX_SYNTAX: not a prediction, or bytes after it; PLX_UNSUPPORTED: another format;
 * PLX_TRUNCATED; PLX_CORRUPT: checksum; else what check says. *out unchanged on error. */
PLX_MUST_CHECK plx_status plx_prediction_decode(const uint8_t *bytes, size_t n,
                                                plx_prediction *out);

#endif
