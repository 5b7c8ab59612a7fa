/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* What was collected -> the numbers of a model. */
#include <math.h>

#include "core/fit/fit.h"

enum { PARENT_WEIGHT = 20 };  /* of a share's parent, in visits (design) */
enum { LEAVERS_LEAST = 200 }; /* for another patience than an exponential one */
#define ZONE_SHARE 0.02       /* a zone that takes less of a class is not its own */
#define ALL_AT_ONCE 0.97      /* a way out of no time for so many is none */

static double smoothed(double n, double of, double parent)
{
    return (n + PARENT_WEIGHT * parent) / (of + PARENT_WEIGHT);
}

/* Laws by class; small ones lean on all together. */
static void laws_by_class(const plx_sample samples[PLX_FIT_CLASSES], unsigned families,
                          plx_sample_law out[PLX_FIT_CLASSES], plx_sample *scratch)
{
    plx_sample_law all;
    *scratch = (plx_sample){0};
    for (int c = 0; c < PLX_FIT_CLASSES; c++)
        plx_sample_merge(scratch, &samples[c]);
    plx_sample_fit(scratch, families, &all);
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        plx_sample_fit(&samples[c], families, &out[c]);
        plx_sample_shrink(&out[c], &all);
    }
}

/* Who leaves: a class in which nobody ever did has no end of patience. */
static void patience(const plx_fit *f, plx_fit_model *m)
{
    const bool until_doctor = f->has[PLX_FLOW_NOTE_PLACE] == 0;
    bool any = false;
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        const plx_sample *s = &f->patience[until_doctor][c];
        const unsigned families =
            1u << PLX_LAW_EXPONENTIAL | (s->n >= LEAVERS_LEAST ? 1u << PLX_LAW_WEIBULL : 0);
        plx_sample_fit(s, families, &m->patience[c]);
        any |= m->patience[c].known;
    }
    m->missing[PLX_FIT_NO_LEAVERS] = !any;
    m->patience_until_doctor = until_doctor;
    m->patience_from_arrival = f->has[PLX_FLOW_NOTE_TRIAGE_END] == 0;
}

static void acuities(const plx_fit *f, plx_fit_model *m)
{
    double all = 0, share[PLX_FIT_CLASSES] = {0};
    for (int h = 0; h < 24; h++)
        for (int c = 0; c < PLX_FIT_CLASSES; c++) {
            share[c] += (double)f->by_hour[h][c];
            all += (double)f->by_hour[h][c];
        }
    for (int h = 0; h < 24; h++) {
        double hour = 0, sum = 0;
        for (int c = 0; c < PLX_FIT_CLASSES; c++)
            hour += (double)f->by_hour[h][c];
        for (int c = 0; c < PLX_FIT_CLASSES; c++)
            sum += m->acuity_p[h][c] =
                smoothed((double)f->by_hour[h][c], hour, all > 0 ? share[c] / all : c == 2);
        for (int c = 0; c < PLX_FIT_CLASSES; c++)
            m->acuity_p[h][c] /= sum;
    }
}

static void shares_of(const uint64_t n[PLX_FIT_CLASSES], const uint64_t of[PLX_FIT_CLASSES],
                      double p[PLX_FIT_CLASSES])
{
    double all = 0, whole = 0;
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        all += (double)n[c];
        whole += (double)of[c];
    }
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        const double own = smoothed((double)n[c], (double)of[c], whole > 0 ? all / whole : 0);
        p[c] = own < 1 ? own : 1;
    }
}

static void dispositions(const plx_fit *f, plx_fit_model *m)
{
    double all[PLX_FLOW_DISPOSITION_N] = {0}, whole = 0;
    for (int c = 0; c < PLX_FIT_CLASSES; c++)
        for (int d = 0; d < PLX_FLOW_DISPOSITION_N; d++) {
            all[d] += (double)f->decided[c][d];
            whole += (double)f->decided[c][d];
        }
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        double of = 0;
        for (int d = 0; d < PLX_FLOW_DISPOSITION_N; d++)
            of += (double)f->decided[c][d];
        for (int d = 0; d < PLX_FLOW_DISPOSITION_N; d++)
            m->disposition_p[c][d] = smoothed((double)f->decided[c][d], of,
                                              whole > 0 ? all[d] / whole : d == PLX_FLOW_DISCHARGE);
    }
}

static void ways_out(const plx_fit *f, plx_fit_model *m, plx_sample *scratch)
{
    plx_sample_law all;
    for (int d = 0; d < PLX_FLOW_DISPOSITION_N; d++) {
        plx_sample_fit(&f->leaving[d], PLX_SAMPLE_ANY, &m->leaving[d]);
        if (m->leaving[d].law.p0 > ALL_AT_ONCE) m->leaving[d].known = false;
    }
    *scratch = (plx_sample){0};
    for (int b = 0; b < 4; b++)
        plx_sample_merge(scratch, &f->board[b]);
    plx_sample_fit(scratch, PLX_SAMPLE_ANY, &all);
    for (int b = 0; b < 4; b++) {
        plx_sample_fit(&f->board[b], PLX_SAMPLE_ANY, &m->board[b]);
        plx_sample_shrink(&m->board[b], &all);
    }
}

/* Zones of a class by how often they took it. */
static void zones(const plx_fit *f, unsigned zones_n, plx_fit_model *m)
{
    for (int c = 0; c < PLX_FIT_CLASSES; c++) {
        uint64_t all = 0;
        uint8_t *order = m->zone_order[c];
        for (unsigned z = 0; z < zones_n; z++)
            all += f->zone[c][z];
        for (unsigned z = 0; z < zones_n; z++) {
            if (all > 0 && (double)f->zone[c][z] < ZONE_SHARE * (double)all) continue;
            uint8_t at = m->zone_order_n[c]++;
            for (; at > 0 && f->zone[c][order[at - 1]] < f->zone[c][z]; at--)
                order[at] = order[at - 1];
            order[at] = (uint8_t)z;
        }
    }
}

void plx_fit_end(const plx_fit *f, unsigned zones_n, plx_fit_model *m)
{
    plx_sample scratch;
    uint64_t through[PLX_FIT_CLASSES]; /* who did not leave */
    *m = (plx_fit_model){0};
    for (int c = 0; c < PLX_FIT_CLASSES; c++)
        through[c] = f->of[c] - f->left[c];
    m->missing[PLX_FIT_NO_CALENDAR] = f->shifted;
    m->missing[PLX_FIT_NO_ACUITY] = f->unknown_acuity == f->visits;
    m->missing[PLX_FIT_NO_TRIAGE] = f->has[PLX_FLOW_NOTE_TRIAGE_START] == 0;
    m->missing[PLX_FIT_NO_PLACES] = f->has[PLX_FLOW_NOTE_PLACE] == 0 || f->shifted;
    m->missing[PLX_FIT_NO_DOCTORS] = f->has[PLX_FLOW_NOTE_DOCTOR_START] == 0;
    m->missing[PLX_FIT_NO_CONTACT_END] =
        !m->missing[PLX_FIT_NO_DOCTORS] && f->has[PLX_FLOW_NOTE_DOCTOR_END] == 0;
    m->missing[PLX_FIT_NO_DECISION] =
        f->has[PLX_FLOW_NOTE_DECISION] + f->has[PLX_FLOW_NOTE_BED_REQUEST] == 0;
    if (!f->shifted) plx_arrivals_fit(f->arrivals, f->hours, f->first_hour, &m->arrivals);
    acuities(f, m);
    plx_sample_fit(&f->triage, PLX_SAMPLE_ANY, &m->triage);
    laws_by_class(f->first, PLX_SAMPLE_ANY, m->first, &scratch);
    scratch = (plx_sample){0};
    for (int c = 0; c < PLX_FIT_CLASSES; c++)
        plx_sample_merge(&scratch, &f->review[c]);
    plx_sample_fit(&scratch, PLX_SAMPLE_ANY, &m->review);
    for (int k = 0; k < PLX_FLOW_KINDS_MAX; k++) {
        plx_sample_fit(&f->test[k], PLX_SAMPLE_ANY, &m->test[k]);
        shares_of(f->tested[k], through, m->test_p[k]);
    }
    for (int s = 0; s < PLX_FLOW_SERVICES_MAX; s++) {
        plx_sample_fit(&f->consult[s], PLX_SAMPLE_ANY, &m->consult[s]);
        shares_of(f->asked[s], through, m->consult_p[s]);
    }
    dispositions(f, m);
    ways_out(f, m, &scratch);
    patience(f, m);
    zones(f, zones_n, m);
    if (f->shifted) return;
    uint16_t all;
    plx_presence_capacity(&f->doctors, m->doctors, &all);
    plx_presence_capacity(&f->nurses, m->nurses, &all);
    for (unsigned z = 0; z < zones_n; z++) {
        uint16_t by_block[2][PLX_PRESENCE_BLOCKS];
        plx_presence_capacity(&f->places[z], by_block, &m->places[z]);
    }
}
