/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Goal: no sequence of events breaks a ledger whose every limit is small. Oracle: sanitizers and
 * the ledger's own assertions; after each event the pending ones are not more than the open ones;
 * at the end all are settled and the cells count every forecast once; a copy in another place ends
 * with the same digest. */
#include "core/ledger/ledger_for_test.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const plx_ledger_limits tiny = {6, 3, 4, 4, 1, 0, 1};

typedef struct input {
    const uint8_t *at;
    size_t n;
    int64_t now_us;
    uint64_t id;
} input;

static uint32_t take(input *in)
{
    if (in->n == 0) return 0;
    in->n--;
    return *in->at++;
}

static double take_value(input *in)
{
    static const double odd[] = {0, -0.0, 1e12, -1e12, 1e-300, 0.5};
    const uint32_t b = take(in);
    return b < 6 ? odd[b] : b;
}

static plx_target take_target(input *in)
{
    static const plx_target targets[] = {PLX_TARGET_HR, PLX_TARGET_NIBP_SYS, PLX_TARGET_CENSUS,
                                         PLX_TARGET_MAP_LOW};
    return targets[take(in) % 4];
}

static void set_form(plx_prediction *p, input *in, bool event)
{
    double values[PLX_PREDICTION_MEMBERS_MAX];
    plx_status status;
    if (event) {
        p->kind = PLX_PREDICTION_EVENT;
        status = plx_prediction_set_probability(p, take(in) / 255.0);
    } else if (take(in) % 2) {
        const uint32_t n = 2 + take(in) % 63;
        for (uint32_t i = 0; i < n; i++)
            values[i] = i < 4 ? take_value(in) : values[i % 4];
        status = plx_prediction_set_members(p, values, n);
    } else {
        const double base = take_value(in), step = take(in);
        for (uint32_t i = 0; i < PLX_PREDICTION_LEVELS; i++)
            values[i] = base + (base < 1e11 ? step * i : 0);
        status = plx_prediction_set_quantiles(p, values);
    }
    PLX_ASSERT(status == PLX_OK);
}

static void predict(plx_ledger *l, input *in)
{
    const plx_target target = take_target(in);
    const int64_t lead = (1 + take(in)) * 20 * PLX_SECOND_US;
    plx_prediction p = prediction_for_test(++in->id, take(in) % 4, target, in->now_us, lead);
    const uint32_t how = take(in);
    p.shown = how % 2;
    if (how % 4 == 2) {
        p.arm[0] = 'a';
        p.arm_hash = 1;
    }
    if (how % 8 == 5) p.valid_from_us = in->now_us;
    if (how % 16 != 9) set_form(&p, in, target == PLX_TARGET_MAP_LOW);
    PLX_ASSERT(plx_prediction_check(&p) == PLX_OK);
    const plx_status status = plx_ledger_predict(l, in->now_us, &p, NULL);
    PLX_ASSERT(status == PLX_OK || status == PLX_FULL || status == PLX_CONFLICT);
}

static void tell(plx_ledger *l, input *in)
{
    const plx_target target = take_target(in);
    const uint64_t subject = take(in) % 4;
    plx_ledger_value v =
        value_for_test(1 + take(in) % 32, subject, target,
                       in->now_us + ((int64_t)take(in) - 200) * PLX_SECOND_US, take_value(in));
    v.version = take(in);
    v.retracted = v.version % 8 == 7;
    if (v.version % 16 == 3) v.quality = PLX_QUALITY_SUSPECT;
    const plx_status status = plx_ledger_truth(l, in->now_us, &v, NULL);
    PLX_ASSERT(status == PLX_OK || status == PLX_FULL);
}

static void other(plx_ledger *l, input *in, uint32_t what)
{
    const uint64_t subject = take(in) % 4;
    const int64_t at = in->now_us - (int64_t)take(in) * PLX_SECOND_US;
    const plx_ledger_key key =
        key_for_test(take_target(in), (plx_horizon)(take(in) % PLX_HORIZON_N));
    plx_status status = PLX_OK;
    plx_advice advice;
    switch (what) {
    case 2:
        plx_ledger_action(l, in->now_us, subject, PLX_ACT_CIRCULATION, at, NULL);
        break;
    case 3:
        plx_ledger_leave(l, in->now_us, subject, take(in) % 3 ? at : PLX_TIME_NONE, NULL);
        break;
    case 4:
        status = plx_ledger_merge(l, in->now_us, subject, take(in) % 4, NULL);
        break;
    case 5:
        status = plx_ledger_mark_set(l, in->now_us, subject, key.target, in->id - take(in) % 8,
                                     (plx_ledger_mark)(take(in) % 2), NULL);
        break;
    case 6:
        status =
            plx_ledger_decide(l, in->now_us, &key, (plx_model_state)(take(in) % 5), true, NULL);
        break;
    default:
        in->now_us += (int64_t)take(in) * take(in) * PLX_SECOND_US;
        plx_ledger_tick(l, in->now_us, NULL);
        plx_ledger_advise(l, &key, subject, &advice);
        PLX_ASSERT(advice.factor >= 1 && advice.factor <= PLX_METER_WIDEN_MAX);
        break;
    }
    PLX_ASSERT(status == PLX_OK || status == PLX_FULL || status == PLX_UNKNOWN ||
               status == PLX_CONFLICT);
}

static void play(plx_ledger *l, input in)
{
    while (in.n > 0) {
        const uint32_t what = take(&in) % 8;
        in.now_us += take(&in) * PLX_SECOND_US;
        if (what == 0)
            predict(l, &in);
        else if (what == 1)
            tell(l, &in);
        else
            other(l, &in, what);
        uint64_t pending = 0;
        for (uint32_t c = 0; c < plx_ledger_cells(l); c++)
            pending += plx_ledger_cell_at(l, c)->outcome[PLX_FATE_PENDING];
        PLX_ASSERT(pending <= plx_ledger_open(l) && plx_ledger_open(l) <= tiny.open_max);
    }
    plx_ledger_tick(l, in.now_us + 31 * PLX_DAY_US, NULL);
    PLX_ASSERT(plx_ledger_open(l) == 0);
    uint64_t closed = 0;
    for (uint32_t c = 0; c < plx_ledger_cells(l); c++)
        for (int o = 0; o < PLX_FATE_N; o++)
            closed += plx_ledger_cell_at(l, c)->outcome[o];
    PLX_ASSERT(closed == plx_ledger_counted(l).predictions);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *memory;
    uint8_t digest[2][32];
    plx_ledger *l = ledger_for_test(&tiny, &memory);
    const input in = {data, size, LEDGER_START, 0};
    void *copy = malloc(plx_ledger_size(&tiny));
    if (!copy) abort();
    memcpy(copy, memory, plx_ledger_size(&tiny));
    play(l, in);
    plx_ledger_digest(l, digest[0]);
    free(memory);
    play(copy, in);
    plx_ledger_digest(copy, digest[1]);
    PLX_ASSERT(memcmp(digest[0], digest[1], 32) == 0);
    free(copy);
    return 0;
}
