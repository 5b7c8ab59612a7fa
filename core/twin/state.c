/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* The tables of state.h as data. */
#include "core/twin/state.h"

#define FIELD_SIZE(kind, name, unit, low, high, text) +sizeof(twin_type_##kind)
#define ARRAY_SIZE(kind, name, n, unit, low, high, text) +(n) * sizeof(twin_type_##kind)
#define NO_PADDING(record, TABLE)                                                                  \
    _Static_assert(sizeof(record) == 0 TABLE(FIELD_SIZE, ARRAY_SIZE), #record " has padding");

#define FIELD_ROW(kind, name, unit, low, high, text)                                               \
    {#name, unit, text, low, high, (uint16_t)offsetof(OWNER, name), 1, TWIN_KIND_##kind},
#define ARRAY_ROW(kind, name, n, unit, low, high, text)                                            \
    {#name, unit, text, low, high, (uint16_t)offsetof(OWNER, name), n, TWIN_KIND_##kind},

NO_PADDING(twin_source, TWIN_SOURCE_TABLE)
NO_PADDING(twin_node, TWIN_NODE_TABLE)
NO_PADDING(twin_group, TWIN_GROUP_TABLE)
NO_PADDING(twin_edge, TWIN_EDGE_TABLE)
NO_PADDING(twin_link, TWIN_LINK_TABLE)
NO_PADDING(twin_facts, TWIN_FACTS_TABLE)
NO_PADDING(twin_place, TWIN_PLACE_TABLE)
NO_PADDING(twin_staff, TWIN_STAFF_TABLE)
NO_PADDING(twin_stay, TWIN_STAY_TABLE)
NO_PADDING(twin_event, TWIN_EVENT_TABLE)
NO_PADDING(twin_order, TWIN_ORDER_TABLE)
NO_PADDING(twin_series, TWIN_SERIES_TABLE)
NO_PADDING(twin_row, TWIN_ROW_TABLE)
NO_PADDING(twin_dose, TWIN_DOSE_TABLE)
NO_PADDING(twin_score, TWIN_SCORE_TABLE)
NO_PADDING(twin_dead, TWIN_DEAD_TABLE)
NO_PADDING(twin_body, TWIN_BODY_TABLE)
NO_PADDING(twin_book, TWIN_BOOK_TABLE)
NO_PADDING(twin_world, TWIN_WORLD_TABLE)
_Static_assert(sizeof(twin_encounter) == sizeof(twin_stay)
                                             TWIN_ENCOUNTER_TABLE(FIELD_SIZE, ARRAY_SIZE),
               "twin_encounter has padding");
_Static_assert(sizeof(plx_twin) == offsetof(plx_twin, books) + sizeof(twin_book) * PLX_IFACE_MAX &&
                   offsetof(plx_twin, books) == offsetof(plx_twin, world) + sizeof(twin_world) &&
                   offsetof(plx_twin, world) == offsetof(plx_twin, zero_32) + sizeof(uint32_t),
               "plx_twin has padding");

#define OWNER twin_source
static const twin_field source_fields[] = {TWIN_SOURCE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_node
static const twin_field node_fields[] = {TWIN_NODE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_group
static const twin_field group_fields[] = {TWIN_GROUP_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_edge
static const twin_field edge_fields[] = {TWIN_EDGE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_link
static const twin_field link_fields[] = {TWIN_LINK_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_facts
static const twin_field facts_fields[] = {TWIN_FACTS_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_place
static const twin_field place_fields[] = {TWIN_PLACE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_staff
static const twin_field staff_fields[] = {TWIN_STAFF_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_stay
static const twin_field stay_fields[] = {TWIN_STAY_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_event
static const twin_field event_fields[] = {TWIN_EVENT_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_encounter
static const twin_field encounter_fields[] = {TWIN_ENCOUNTER_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_order
static const twin_field order_fields[] = {TWIN_ORDER_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_series
static const twin_field series_fields[] = {TWIN_SERIES_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_row
static const twin_field row_fields[] = {TWIN_ROW_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_dose
static const twin_field dose_fields[] = {TWIN_DOSE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_score
static const twin_field score_fields[] = {TWIN_SCORE_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_dead
static const twin_field dead_fields[] = {TWIN_DEAD_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_body
static const twin_field body_fields[] = {TWIN_BODY_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_book
static const twin_field book_fields[] = {TWIN_BOOK_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER
#define OWNER twin_world
static const twin_field world_fields[] = {TWIN_WORLD_TABLE(FIELD_ROW, ARRAY_ROW)};
#undef OWNER

#define COUNT(array) ((uint32_t)(sizeof(array) / sizeof *(array)))

static const twin_layout layouts[] = {
#define X(NAME, name, text)                                                                        \
    [TWIN_##NAME] = {#name, name##_fields, COUNT(name##_fields), sizeof(twin_##name)},
    TWIN_POOL_TABLE(X)
#undef X
};

const twin_layout plx_twin_world_layout = {"world", world_fields, COUNT(world_fields),
                                           sizeof(twin_world)};
const twin_layout plx_twin_book_layout = {"book", book_fields, COUNT(book_fields),
                                          sizeof(twin_book)};
const twin_layout plx_twin_event_layout = {"event", event_fields, COUNT(event_fields),
                                           sizeof(twin_event)};
const twin_layout plx_twin_stay_layout = {"stay", stay_fields, COUNT(stay_fields),
                                          sizeof(twin_stay)};

const twin_layout *plx_twin_layout_of(twin_pool_kind pool)
{
    return &layouts[pool];
}

void plx_twin_layout_clear(const twin_layout *layout, void *record)
{
    const int64_t none = PLX_TIME_NONE;
    for (uint32_t i = 0; i < layout->fields_n; i++) {
        const twin_field *f = &layout->fields[i];
        if (f->kind != TWIN_KIND_TIME) continue;
        for (uint32_t k = 0; k < f->n; k++)
            memcpy((uint8_t *)record + f->offset + k * sizeof none, &none, sizeof none);
    }
}
