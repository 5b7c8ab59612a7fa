/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What a value is, how good it is, and which kind of nothing stands in its place. These words are
 * the same from HL7 to the pixel; letters are the "k" of the served value object. */
#ifndef PLX_CORE_RECORD_KIND_H
#define PLX_CORE_RECORD_KIND_H

#include "core/base/slice.h"

/* X(NAME, letter, text) */
#define PLX_KIND_TABLE(X)                                                                          \
    X(MEASURED, 'm', "measured")                                                                   \
    X(MANUAL, 'h', "charted by hand")                                                              \
    X(DERIVED, 'd', "derived")                                                                     \
    X(CORRECTED, 'c', "corrected")                                                                 \
    X(IMPUTED, 'i', "imputed")                                                                     \
    X(PREDICTED, 'p', "predicted")                                                                 \
    X(DEMO, 't', "demo or test")

typedef enum plx_kind {
#define X(name, letter, text) PLX_KIND_##name,
    PLX_KIND_TABLE(X)
#undef X
        PLX_KIND_COUNT
} plx_kind;

#define PLX_QUALITY_TABLE(X)                                                                       \
    X(GOOD, "good")                                                                                \
    X(SUSPECT, "suspect")       /* shown, marked "confirm" */                                      \
    X(IMPOSSIBLE, "impossible") /* kept, never used */                                             \
    X(STALE, "stale")                                                                              \
    X(ABSENT, "absent")

typedef enum plx_quality {
#define X(name, text) PLX_QUALITY_##name,
    PLX_QUALITY_TABLE(X)
#undef X
        PLX_QUALITY_COUNT
} plx_quality;

/* HL7 v2 chapter 2: absent and empty leave the old value, null ("" in the message) clears it. */
typedef enum plx_presence { PLX_ABSENT, PLX_EMPTY, PLX_NULL, PLX_VALUE } plx_presence;

/* A text that may be there or not. The slice is decoded UTF-8 and borrowed. */
typedef struct plx_text {
    plx_slice text; /* empty unless presence is PLX_VALUE */
    plx_presence presence;
} plx_text;

char plx_kind_letter(plx_kind kind);
const char *plx_kind_text(plx_kind kind);
const char *plx_quality_text(plx_quality quality);

#endif
