/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/record/kind.h"

static const char letters[] = {
#define X(name, letter, text) letter,
    PLX_KIND_TABLE(X)
#undef X
};

static const char *const kind_texts[] = {
#define X(name, letter, text) text,
    PLX_KIND_TABLE(X)
#undef X
};

static const char *const quality_texts[] = {
#define X(name, text) text,
    PLX_QUALITY_TABLE(X)
#undef X
};

char plx_kind_letter(plx_kind kind)
{
    PLX_ASSERT((unsigned)kind < PLX_KIND_COUNT);
    return letters[kind];
}

const char *plx_kind_text(plx_kind kind)
{
    PLX_ASSERT((unsigned)kind < PLX_KIND_COUNT);
    return kind_texts[kind];
}

const char *plx_quality_text(plx_quality quality)
{
    PLX_ASSERT((unsigned)quality < PLX_QUALITY_COUNT);
    return quality_texts[quality];
}
