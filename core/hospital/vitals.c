/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* One number, severity, walks at random towards a target that treatment lowers and deterioration
 * raises. Whoever has a body (bedside.h) shows what it shows; every vital sign of the others
 * follows the severity by the complaint's row, enough to look alive and to cross the bands of
 * scores. Sent by bedside monitors (IHE PCD-01 shape) and by hand. */
#include "core/base/mathx.h"
#include "core/hospital/inner.h"

#include <math.h>

enum { BY_LINE = 3 }; /* rows of the arterial line, the last ones */

typedef struct reading {
    int32_t hr, sbp, dbp, map, rr, spo2, temp_tenths;
    double oxygen_l_min;                /* under which it was measured */
    int32_t abp_sys, abp_dia, abp_mean; /* by the arterial line; 0: there is none */
    char acvpu;
} reading;

/* Resting values by age: usual paediatric and adult means, rounded. */
void plx_hosp_vitals_begin(visit *v)
{
    static const double SEVERITY[5] = {0.85, 0.6, 0.38, 0.16, 0.08};
    const double young = v->age_years < 16 ? 1 - v->age_years / 16.0 : 0;
    v->severity = SEVERITY[v->triage - 1] + plx_hosp_between(&v->rng, -0.12, 0.12);
    if (v->severity < 0.02) v->severity = 0.02;
    v->target = v->severity;
    v->hr = 72 + 55 * young + plx_rng_normal(&v->rng, 0, 7);
    v->sbp = 126 - 38 * young + (v->age_years > 60 ? 12 : 0) + plx_rng_normal(&v->rng, 0, 9);
    v->rr = 15 + 13 * young + plx_rng_normal(&v->rng, 0, 1);
    v->temp = 36.8 + plx_rng_normal(&v->rng, 0, 0.2);
}

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

void plx_hosp_vitals_walk(visit *v, int64_t now_us)
{
    static const double MIXING_MIN = 25, RECOVERY_MIN = 240, WORSE_PER_MIN = 0.0004;
    if (v->walk_us == 0) v->walk_us = now_us;
    const double minutes = (double)(now_us - v->walk_us) / (double)PLX_MINUTE_US;
    v->walk_us = now_us;
    if (minutes <= 0) return;
    if (v->placed_us) v->target *= plx_exp(-minutes / RECOVERY_MIN);
    const double hazard = v->triage <= 3 ? WORSE_PER_MIN : WORSE_PER_MIN / 8;
    if (plx_hosp_chance(&v->rng, 1 - plx_exp(-minutes * hazard)))
        v->target = clamp(v->target + 0.45, 0, 1);
    const double pull = 1 - plx_exp(-minutes / MIXING_MIN);
    const double noise = plx_rng_normal(&v->rng, 0, 0.06);
    v->severity = clamp(v->severity + (v->target - v->severity) * pull + noise * pull, 0.01, 1);
}

static int32_t whole(double x)
{
    return (int32_t)floor(x + 0.5);
}

static char consciousness(visit *v, double strain)
{
    if (strain > 0.95) return 'U';
    if (strain > 0.90) return 'P';
    if (strain > 0.82) return 'V';
    return strain > 0.68 && plx_hosp_chance(&v->rng, 0.3) ? 'C' : 'A';
}

static void adjust_oxygen(visit *v, double spo2)
{
    if (!v->on_oxygen && spo2 < 91.5 && v->placed_us) {
        v->on_oxygen = true;
        v->oxygen_l_min = spo2 < 84 ? 15 : spo2 < 88 ? 6 : 2;
    } else if (v->on_oxygen && spo2 > 96.5 && v->severity < 0.3) {
        v->on_oxygen = false;
        v->oxygen_l_min = 0;
    }
}

static reading read_walk(visit *v)
{
    const complaint *c = &plx_hosp_complaints[v->complaint];
    plx_rng *rng = &v->rng;
    const double s = v->severity;
    const double lift = v->on_oxygen ? 2 + 0.45 * v->oxygen_l_min : 0;
    const double spo2 = clamp(97.8 + c->spo2 * s + lift + plx_rng_normal(rng, 0, 0.6), 55, 100);
    reading r = {0};
    r.spo2 = whole(spo2);
    r.hr = whole(clamp(v->hr + c->hr * s + plx_rng_normal(rng, 0, 3), 25, 230));
    r.sbp = whole(clamp(v->sbp + c->sbp * s + plx_rng_normal(rng, 0, 4), 45, 260));
    r.dbp = whole(clamp(0.5 * r.sbp + 14 + plx_rng_normal(rng, 0, 2), 20, r.sbp - 12));
    r.map = whole((r.sbp + 2.0 * r.dbp) / 3);
    r.rr = whole(clamp(v->rr + c->rr * s + plx_rng_normal(rng, 0, 1), 4, 60));
    r.temp_tenths = whole(10 * clamp(v->temp + c->temp_tenths / 10.0 * s, 30, 42));
    r.acvpu = consciousness(v, s);
    adjust_oxygen(v, spo2);
    r.oxygen_l_min = v->oxygen_l_min;
    return r;
}

/* 0..1, on the scale of severity: a brain without pressure, oxygen, or with too much carbon dioxide
 * fails whatever the illness. Limits are priors. */
static double strain_of(const visit *v, const bedside_signs *s)
{
    double strain = v->severity;
    const double faint = clamp((70 - s->map) / 35, 0, 1);
    const double blue = clamp((88 - s->spo2) / 28, 0, 1);
    const double narcotic = clamp((s->paco2 - 50) / 45, 0, 1);
    strain = faint > strain ? faint : strain;
    strain = blue > strain ? blue : strain;
    return narcotic > strain ? narcotic : strain;
}

/* A monitor that draws counts what it draws. */
static void read_waveform(const hospital *h, const bedside *b, reading *r)
{
    const waveform *w = plx_hosp_waveform_of(h, b);
    waveform_numbers n;
    if (!w || !plx_hosp_waveform_count(w, &n)) return;
    r->hr = whole(n.hr);
    if (!plx_hosp_waveform_has(b, PLX_SIGNAL_ABP)) return;
    r->abp_sys = whole(n.sys);
    r->abp_dia = whole(n.dia);
    r->abp_mean = whole(n.map);
}

/* Signs of the body and the errors of devices and hands, of the sizes of the walk. */
static reading read_body(hospital *h, visit *v, bedside *b)
{
    const bedside_signs *s = &b->signs;
    plx_rng *rng = &v->rng;
    reading r = {0};
    r.spo2 = whole(clamp(s->spo2 + plx_rng_normal(rng, 0, 0.6), 40, 100));
    r.hr = whole(clamp(s->hr + plx_rng_normal(rng, 0, 3), 20, 250));
    r.sbp = whole(clamp(s->sbp + plx_rng_normal(rng, 0, 4), 40, 280));
    r.dbp = whole(clamp(s->dbp + plx_rng_normal(rng, 0, 2), 15, r.sbp - 8));
    r.map = whole(clamp(s->map + plx_rng_normal(rng, 0, 2), r.dbp + 2, r.sbp - 2));
    r.rr = whole(clamp(s->rr + plx_rng_normal(rng, 0, 1), 0, 60));
    r.temp_tenths = whole(10 * clamp(s->temp, 30, 42));
    r.acvpu = consciousness(v, strain_of(v, s));
    r.oxygen_l_min = v->oxygen_l_min;
    read_waveform(h, b, &r);
    const measured m = {r.hr, r.sbp, r.map, r.rr, r.spo2, r.temp_tenths};
    plx_hosp_protocol(h, v, b, &m);
    return r;
}

static reading read_vitals(hospital *h, visit *v)
{
    plx_hosp_vitals_walk(v, h->now_us);
    bedside *b = plx_hosp_bedside_catch_up(h, v);
    return b ? read_body(h, v, b) : read_walk(v);
}

int64_t plx_hosp_vitals_interval_us(const hospital *h, visit *v)
{
    if (v->place < PLACE_FIRST_BED) return 0;
    const uint32_t area = h->places[v->place].area;
    if (area == AREA_RESUS) return PLX_MINUTE_US;
    const bedside *b = plx_hosp_bedside_of(h, v);
    if (b && area < AREA_WARD && plx_hosp_protocol_close_watch(b)) return 5 * PLX_MINUTE_US;
    if (area == AREA_MINORS || area >= AREA_WARD) return 0;
    return v->triage <= 2 ? 5 * PLX_MINUTE_US : v->triage == 3 ? 15 * PLX_MINUTE_US : 0;
}

typedef struct row { /* one OBX */
    const char *code, *sub_id, *unit;
    int32_t value;
    unsigned decimals;
    int64_t time_us;
    bool absent;
} row;

static void put_row(plx_out *out, uint32_t n, const row *r, bool by_hand)
{
    plx_out_text(out, "OBX|");
    plx_out_u64(out, n);
    plx_out_text(out, "|NM|");
    plx_out_text(out, r->code);
    plx_out_char(out, '|');
    plx_out_text(out, r->sub_id);
    plx_out_char(out, '|');
    const plx_decimal value = plx_decimal_make(r->value, r->decimals);
    if (!r->absent) plx_out_slice_add(out, plx_decimal_text(&value));
    plx_out_char(out, '|');
    plx_out_text(out, r->unit);
    plx_out_text(out, r->absent ? "|||||X|||" : by_hand ? "|||||F|||" : "|||||R|||");
    plx_hosp_put_time(out, r->time_us, false);
    plx_out_text(out, "|||");
    plx_out_text(out, by_hand ? "MMEAS^manual-measurement^MDC" : "AMEAS^auto-measurement^MDC");
    plx_out_char(out, '\r');
}

/* The monitor knows its bed, and mostly who lies there. */
static void put_monitor_identity(hospital *h, plx_out *out, visit *v, bool with_visit)
{
    if (v->place < PLACE_FIRST_BED || !plx_hosp_chance(&v->rng, 0.1)) {
        plx_hosp_put_short_identity(h, out, v, with_visit);
        return;
    }
    plx_out_text(out, "PID|1\rPV1|1|E|");
    plx_hosp_place_write(out, h->places, v->place);
    plx_out_char(out, '\r');
}

void plx_hosp_vitals_monitor(hospital *h, visit *v, bool with_visit)
{
    plx_out out;
    const reading r = read_vitals(h, v);
    const bool bed = v->place >= PLACE_FIRST_BED;
    const int64_t error_us = bed ? h->places[v->place].clock_ms * INT64_C(1000) : 0;
    const int64_t now = h->now_us + error_us;
    /* The cuff goes by itself every quarter of an hour, first when the patient comes. */
    const int64_t quarter = h->now_us - h->now_us % (15 * PLX_MINUTE_US);
    const int64_t cuff = error_us + (quarter > v->placed_us ? quarter : h->now_us);
    const bool no_spo2 = plx_hosp_chance(&v->rng, 0.02);
    const row rows[] = {{"147842^MDC_ECG_HEART_RATE^MDC", "1.1.1.147842",
                         "264864^MDC_DIM_BEAT_PER_MIN^MDC", r.hr, 0, now, false},
                        {"151562^MDC_RESP_RATE^MDC", "1.1.2.151562",
                         "264928^MDC_DIM_RESP_PER_MIN^MDC", r.rr, 0, now, false},
                        {"150456^MDC_PULS_OXIM_SAT_O2^MDC", "1.2.1.150456",
                         "262688^MDC_DIM_PERCENT^MDC", r.spo2, 0, now, no_spo2},
                        {"149530^MDC_PULS_OXIM_PULS_RATE^MDC", "1.2.1.149530",
                         "264864^MDC_DIM_BEAT_PER_MIN^MDC", r.hr, 0, now, no_spo2},
                        {"150021^MDC_PRESS_BLD_NONINV_SYS^MDC", "1.3.1.150021",
                         "266016^MDC_DIM_MMHG^MDC", r.sbp, 0, cuff, false},
                        {"150022^MDC_PRESS_BLD_NONINV_DIA^MDC", "1.3.1.150022",
                         "266016^MDC_DIM_MMHG^MDC", r.dbp, 0, cuff, false},
                        {"150023^MDC_PRESS_BLD_NONINV_MEAN^MDC", "1.3.1.150023",
                         "266016^MDC_DIM_MMHG^MDC", r.map, 0, cuff, false},
                        {"150037^MDC_PRESS_BLD_ART_ABP_SYS^MDC", "1.4.1.150037",
                         "266016^MDC_DIM_MMHG^MDC", r.abp_sys, 0, now, false},
                        {"150038^MDC_PRESS_BLD_ART_ABP_DIA^MDC", "1.4.1.150038",
                         "266016^MDC_DIM_MMHG^MDC", r.abp_dia, 0, now, false},
                        {"150039^MDC_PRESS_BLD_ART_ABP_MEAN^MDC", "1.4.1.150039",
                         "266016^MDC_DIM_MMHG^MDC", r.abp_mean, 0, now, false}};
    const uint32_t n = sizeof rows / sizeof *rows - (r.abp_mean ? 0 : BY_LINE);
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    plx_hosp_put_msh(h, &out, &(header){MONITOR, "ORU^R01^ORU_R01", now});
    put_monitor_identity(h, &out, v, with_visit);
    plx_out_text(&out, "OBR|1|||182777000^Monitoring of patient^SCT|||");
    plx_hosp_put_time(&out, now, false);
    plx_out_char(&out, '\r');
    for (uint32_t k = 0; k < n; k++)
        put_row(&out, k + 1, &rows[k], false);
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    plx_hosp_outbox_put(h, i, &out, h->now_us + (int64_t)plx_rng_below(&h->global, 300) * 1000);
}

static void put_acvpu(plx_out *out, uint32_t n, char letter, int64_t time_us)
{
    static const char *const TEXTS[] = {"Alert", "Confusion", "Voice", "Pain", "Unresponsive"};
    const char text[2] = {letter, 0};
    plx_out_text(out, "OBX|");
    plx_out_u64(out, n);
    plx_out_text(out, "|CWE|67775-7^Level of responsiveness^LN||");
    plx_out_text(out, text);
    plx_out_char(out, '^');
    plx_out_text(out, TEXTS[strchr("ACVPU", letter) - "ACVPU"]);
    plx_out_text(out, "^L||||||F|||");
    plx_hosp_put_time(out, time_us, false);
    plx_out_text(out, "|||MMEAS^manual-measurement^MDC\r");
}

void plx_hosp_vitals_chart(hospital *h, visit *v, bool triage, bool with_visit)
{
    plx_out out;
    const reading r = read_vitals(h, v);
    const int64_t now = h->now_us - h->now_us % PLX_SECOND_US;
    const bool fahrenheit = plx_hosp_chance(&v->rng, 0.05);
    const int32_t degf_tenths = whole(r.temp_tenths * 1.8 + 320);
    const row rows[] = {
        {"9279-1^Respiratory rate^LN", "", "/min^/min^UCUM", r.rr, 0, now, false},
        {"59408-5^Oxygen saturation^LN", "", "%^%^UCUM", r.spo2, 0, now, false},
        {"3151-8^Inhaled oxygen flow rate^LN", "", "L/min^L/min^UCUM", whole(r.oxygen_l_min), 0,
         now, false},
        {"8480-6^Systolic blood pressure^LN", "", "mm[Hg]^mm[Hg]^UCUM", r.sbp, 0, now, false},
        {"8462-4^Diastolic blood pressure^LN", "", "mm[Hg]^mm[Hg]^UCUM", r.dbp, 0, now, false},
        {"8889-8^Heart rate by pulse oximetry^LN", "", "/min^/min^UCUM", r.hr, 0, now, false},
        {"8310-5^Body temperature^LN", "", fahrenheit ? "[degF]^[degF]^UCUM" : "Cel^Cel^UCUM",
         fahrenheit ? degf_tenths : r.temp_tenths, 1, now, false},
        {"75636-1^Emergency severity index^LN", "", "1^1^UCUM", v->triage, 0, now, false}};
    const uint32_t n = sizeof rows / sizeof *rows - !triage, i = plx_hosp_outbox_take(h, &out);
    plx_hosp_put_msh(h, &out, &(header){CHART, "ORU^R01^ORU_R01", h->now_us + 40 * PLX_SECOND_US});
    plx_hosp_put_short_identity(h, &out, v, with_visit);
    plx_out_text(&out, "OBR|1|||85353-1^Vital signs^LN|||");
    plx_hosp_put_time(&out, now, false);
    plx_out_char(&out, '\r');
    for (uint32_t k = 0; k < n; k++)
        put_row(&out, k + 1, &rows[k], true);
    put_acvpu(&out, n + 1, r.acvpu, now);
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    plx_hosp_outbox_put(h, i, &out, h->now_us + 41 * PLX_SECOND_US);
}

void plx_hosp_vitals_size(hospital *h, const visit *v)
{
    plx_out out;
    const bedside *b = plx_hosp_bedside_of(h, v);
    if (!b) return;
    const int64_t now = h->now_us - h->now_us % PLX_SECOND_US;
    const plx_person *p = &b->care.person;
    const row rows[] = {
        {"29463-7^Body weight^LN", "", "kg^kg^UCUM", whole(10 * p->weight_kg), 1, now, false},
        {"8302-2^Body height^LN", "", "cm^cm^UCUM", whole(p->height_cm), 0, now, false}};
    const uint32_t i = plx_hosp_outbox_take(h, &out);
    plx_hosp_put_msh(h, &out, &(header){CHART, "ORU^R01^ORU_R01", h->now_us + PLX_SECOND_US});
    plx_hosp_put_short_identity(h, &out, v, true);
    plx_out_text(&out, "OBR|1|||34565-2^Vital signs, weight and height panel^LN|||");
    plx_hosp_put_time(&out, now, false);
    plx_out_char(&out, '\r');
    put_row(&out, 1, &rows[0], true);
    put_row(&out, 2, &rows[1], true);
    h->slots[i].visit = plx_hosp_visit_slot(h, v);
    h->slots[i].stream = v->stream;
    plx_hosp_outbox_put(h, i, &out, h->now_us + 2 * PLX_SECOND_US);
}

void plx_hosp_handle_vitals(hospital *h, visit *v, const event *e)
{
    static const double CHART_MIN[5] = {30, 60, 90, 150, 180};
    if (v->phase != PHASE_PLACED && v->phase != PHASE_BOARDING) return;
    if (e->kind == EVENT_CHARTED) {
        plx_hosp_vitals_chart(h, v, false, true);
        const double minutes = CHART_MIN[v->triage - 1] * plx_hosp_between(&v->rng, 0.8, 1.2);
        plx_hosp_schedule_visit(h, v, h->now_us + (int64_t)(minutes * 60) * PLX_SECOND_US,
                                EVENT_CHARTED);
        return;
    }
    const int64_t interval_us = plx_hosp_vitals_interval_us(h, v);
    if (interval_us > 0) plx_hosp_vitals_monitor(h, v, true);
    plx_hosp_schedule_visit(h, v, h->now_us + (interval_us > 0 ? interval_us : 15 * PLX_MINUTE_US),
                            EVENT_VITALS);
}
