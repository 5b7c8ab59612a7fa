/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* A second of one bed's waveforms as vendors send it (IHE PCD-01 shape): OBR-4 names a continuous
 * waveform and OBR-7 to 8 its second, an OBX of type NA holds the samples of a channel, and facets
 * below it in OBX-4 tell sampling rate, resolution, and the number that means no sample. */
#include "core/hospital/inner.h"

enum { DELAY_MS = 150 }; /* from the last sample to the wire */

/* The pressure of the artery needs a line in it, and CO2 a sampler under the nose. */
const waveform_channel plx_hosp_waveform_channels[PLX_SIGNAL_N] = {
    [PLX_SIGNAL_ECG] = {1, 200, "131330^MDC_ECG_ELEC_POTL_II^MDC", "1.1.1.131330",
                        "266418^MDC_DIM_MILLI_VOLT^MDC", "0.005"},
    [PLX_SIGNAL_ABP] = {2, 4, "150036^MDC_PRESS_BLD_ART_ABP^MDC", "1.4.1.150036",
                        "266016^MDC_DIM_MMHG^MDC", "0.25"},
    [PLX_SIGNAL_PPG] = {2, 500, "150452^MDC_PULS_OXIM_PLETH^MDC", "1.2.1.150452",
                        "262656^MDC_DIM_DIMLESS^MDC", "0.002"},
    [PLX_SIGNAL_RESP] = {5, 500, "151780^MDC_IMPED_TTHOR^MDC", "1.1.2.151780",
                         "262656^MDC_DIM_DIMLESS^MDC", "0.002"},
    [PLX_SIGNAL_CO2] = {5, 10, "151724^MDC_AWAY_CO2^MDC", "1.5.1.151724", "266016^MDC_DIM_MMHG^MDC",
                        "0.1"}};

/* Arterial lines are for who gets a vasopressor; capnography is for who is sedated, by himself or
 * by a machine. */
bool plx_hosp_waveform_has(const bedside *b, plx_signal signal)
{
    switch (signal) {
    case PLX_SIGNAL_ABP:
        return b->given.norepinephrine_us > 0;
    case PLX_SIGNAL_CO2:
        return (b->ill && b->ill->kind == ILLNESS_POISON) || b->care.airway.vent != PLX_VENT_NONE;
    default:
        return true;
    }
}

static void put_samples(plx_out *out, const int16_t *samples, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (i > 0) plx_out_char(out, '^');
        plx_out_i64(out, samples[i]);
    }
}

static void put_start(plx_out *out, uint32_t n, const char *type, const char *code,
                      const char *part)
{
    plx_out_text(out, "OBX|");
    plx_out_u64(out, n);
    plx_out_char(out, '|');
    plx_out_text(out, type);
    plx_out_char(out, '|');
    plx_out_text(out, code);
    plx_out_char(out, '|');
    plx_out_text(out, part);
}

static void put_end(plx_out *out, const char *unit)
{
    plx_out_char(out, '|');
    plx_out_text(out, unit);
    plx_out_text(out, "|||||R");
}

/* Four OBX: the samples and their facets. n: number of the first. */
static void put_channel(plx_out *out, uint32_t n, const waveform_channel *c, const int16_t *samples,
                        int64_t start_us)
{
    const uint32_t rate = PLX_WAVE_PER_S / c->step;
    put_start(out, n, "NA", c->code, c->part);
    plx_out_char(out, '|');
    put_samples(out, samples, rate);
    put_end(out, c->unit);
    plx_out_text(out, "|||");
    plx_hosp_put_time(out, start_us, true);
    plx_out_text(out, "|||AMEAS^auto-measurement^MDC\r");
    put_start(out, n + 1, "NM", "0^MDC_ATTR_SAMP_RATE^MDC", c->part);
    plx_out_text(out, ".1|");
    plx_out_u64(out, rate);
    put_end(out, "264608^MDC_DIM_PER_SEC^MDC");
    plx_out_char(out, '\r');
    put_start(out, n + 2, "NM", "2327^MDC_ATTR_NU_MSMT_RES^MDC", c->part);
    plx_out_text(out, ".2|");
    plx_out_text(out, c->one_step);
    put_end(out, c->unit);
    plx_out_char(out, '\r');
    put_start(out, n + 3, "NM", "262196^MDC_EVT_INOP^MDC", c->part);
    plx_out_text(out, ".3|");
    plx_out_u64(out, INT16_MAX);
    put_end(out, "");
    plx_out_char(out, '\r');
}

void plx_hosp_waveform_send(hospital *h, visit *v, const bedside *b, const waveform_second *drawn)
{
    plx_out out;
    const int64_t end_us = h->now_us + h->places[v->place].clock_ms * INT64_C(1000);
    const int64_t start_us = end_us - PLX_SECOND_US;
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    plx_hosp_put_msh(h, &out, &(header){MONITOR, "ORU^R01^ORU_R01", end_us});
    plx_hosp_put_short_identity(h, &out, v, true);
    plx_out_text(&out, "OBR|1|||69121^MDC_OBS_WAVE_CTS^MDC|||");
    plx_hosp_put_time(&out, start_us, true);
    plx_out_char(&out, '|');
    plx_hosp_put_time(&out, end_us, true);
    plx_out_text(&out, "\rOBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X\r");
    uint32_t n = 2;
    for (uint32_t s = 0; s < PLX_SIGNAL_N; s++) {
        if (!plx_hosp_waveform_has(b, (plx_signal)s)) continue;
        put_channel(&out, n, &plx_hosp_waveform_channels[s], drawn->samples[s], start_us);
        n += 4;
    }
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    h->counts.waves++;
    plx_hosp_outbox_put(h, i, &out, h->now_us + DELAY_MS * INT64_C(1000));
}
