/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Patients in a bed, for the tests of their bodies and of what is told of them. Included by tests
 * only. */
#ifndef PLX_CORE_HOSPITAL_BEDSIDE_FOR_TEST_H
#define PLX_CORE_HOSPITAL_BEDSIDE_FOR_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/hospital/inner.h"

typedef struct run {
    void *memory;
    hospital *h;
} run;

static inline run begin(uint64_t seed, uint32_t journeys, uint32_t bodies)
{
    plx_hospital_model m = plx_hospital_model_default();
    run r;
    m.seed = seed;
    m.journeys_max = journeys;
    m.bodies = bodies;
    const size_t size = (plx_hospital_size(&m) + 15) / 16 * 16;
    assert_true(size > 0);
    r.memory = aligned_alloc(16, size);
    assert_non_null(r.memory);
    assert_int_equal(plx_hospital_init(&r.h, r.memory, size, &m), PLX_OK);
    return r;
}

static inline uint8_t complaint_named(const char *code)
{
    for (uint32_t i = 0; i < plx_hosp_complaints_n; i++)
        if (strcmp(plx_hosp_complaints[i].code, code) == 0) return (uint8_t)i;
    fail_msg("no complaint %s", code);
    return 0;
}

/* A visit in a bed that no event of the hospital knows of. */
static inline visit *in_bed(hospital *h, const char *code, int32_t age, uint64_t journey)
{
    visit *v = plx_hosp_visit_new(h);
    assert_non_null(v);
    v->journey = journey;
    v->rng = plx_rng_init(1, journey);
    v->person = plx_hosp_person_new(h, &v->rng, false, AGE_ADULT);
    assert_true(v->person != NOBODY);
    v->complaint = complaint_named(code);
    v->triage = 1;
    v->age_years = age;
    plx_hosp_vitals_begin(v);
    v->severity = v->target = 0.9;
    v->phase = PHASE_PLACED;
    v->place = PLACE_FIRST_BED;
    v->placed_us = h->now_us;
    plx_hosp_bedside_begin(h, v);
    return v;
}

/* An adult whose illness is of this kind; what is UINT8_MAX: any. */
static inline visit *ill_with(hospital *h, const char *code, illness_kind kind, uint8_t what)
{
    for (uint64_t journey = 1; journey < 60; journey++) {
        visit *v = in_bed(h, code, 45, journey);
        const bedside *b = plx_hosp_bedside_of(h, v);
        if (b && b->ill && b->ill->kind == kind && (what == UINT8_MAX || b->ill->what == what))
            return v;
        plx_hosp_bedside_end(h, v);
    }
    fail_msg("nobody with %s has it", code);
    return NULL;
}

/* Minutes pass; each minute is looked at, and treated by the protocols when that is wanted. */
static inline bedside *pass(hospital *h, visit *v, int minutes, bool treated)
{
    bedside *b = plx_hosp_bedside_of(h, v);
    for (int i = 0; i < minutes; i++) {
        h->now_us += PLX_MINUTE_US;
        b = plx_hosp_bedside_catch_up(h, v);
        assert_non_null(b);
        const bedside_signs *s = &b->signs;
        const measured m = {(int32_t)s->hr, (int32_t)s->sbp,  (int32_t)s->map,
                            (int32_t)s->rr, (int32_t)s->spo2, (int32_t)(10 * s->temp)};
        if (treated) plx_hosp_protocol(h, v, b, &m);
        assert_int_equal(v->on_oxygen, v->oxygen_l_min > 0);
        assert_int_equal(v->on_oxygen, b->care.airway.flow_l_min > 0);
    }
    return b;
}

#endif
