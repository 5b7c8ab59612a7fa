/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Each text is stored once and counted: codes, units, names and small numbers repeat endlessly. */
#include "core/base/hash.h"
#include "core/twin/private.h"

static uint64_t hash_of(plx_slice text)
{
    return plx_hash64(text.at, text.n, TWIN_MAP_TEXT);
}

/* At most TWIN_TEXT_MAX bytes, never half a character of UTF-8. */
static plx_slice cut(plx_slice text)
{
    if (text.n <= TWIN_TEXT_MAX) return text;
    size_t n = TWIN_TEXT_MAX;
    while (n > TWIN_TEXT_MAX - 4 && ((uint8_t)text.at[n] & 0xC0) == 0x80)
        n--;
    return (plx_slice){text.at, n};
}

static twin_text find(const plx_twin *t, plx_slice text, uint64_t hash)
{
    uint32_t at = PLX_MAP_START, found;
    while ((found = plx_twin_index_find(t, TWIN_MAP_TEXT, hash, &at)) != 0)
        if (plx_slice_equal(twin_text_get(t, found), text)) return found;
    return 0;
}

bool plx_twin_text_find(const plx_twin *t, plx_slice text, twin_text *found)
{
    text = cut(text);
    twin_text known = text.n ? find(t, text, hash_of(text)) : 0;
    if (text.n && !known) return false;
    *found = known;
    return true;
}

twin_text plx_twin_text_hold(plx_twin *t, plx_slice text)
{
    if (text.n == 0) return 0;
    if (text.n > TWIN_TEXT_MAX) t->world.cut++;
    text = cut(text);
    uint64_t hash = hash_of(text);
    twin_text known = find(t, text, hash);
    if (!known) {
        known = plx_twin_block_take(t, &t->region, sizeof(twin_text_head) + text.n);
        twin_text_head *head = plx_twin_at(t, known);
        head->n = (uint32_t)text.n;
        memcpy(head + 1, text.at, text.n);
        plx_twin_index_put(t, TWIN_MAP_TEXT, hash, known);
    }
    plx_twin_text_keep(t, known);
    return known;
}

void plx_twin_text_keep(plx_twin *t, twin_text text)
{
    if (text) ((twin_text_head *)plx_twin_at(t, text))->count++;
}

void plx_twin_text_release(plx_twin *t, twin_text text)
{
    if (text == 0) return;
    twin_text_head *head = plx_twin_at(t, text);
    PLX_ASSERT(head->count > 0);
    if (--head->count > 0) return;
    plx_twin_index_remove(t, TWIN_MAP_TEXT, hash_of(twin_text_get(t, text)), text);
    plx_twin_block_give(t, &t->region, text, sizeof *head + head->n);
}

void plx_twin_text_set(plx_twin *t, twin_text *field, plx_slice text)
{
    twin_text old = *field;
    *field = plx_twin_text_hold(t, text);
    plx_twin_text_release(t, old);
}
