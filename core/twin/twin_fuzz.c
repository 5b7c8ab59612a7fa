/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Any bytes become a story of a small hospital: three persons, three visits, three beds, every ADT
 * event, orders, results, ticks, repairs, and messages mangled at a byte. Traps when a rule of
 * invariant_for_test.h is broken, when the board, feeds or reports are no valid documents, or when
 * a copy of the twin does not have its hash. */
#include "core/format/json/json.h"
#include "core/twin/board.h"
#include "core/twin/invariant_for_test.h"
#include "core/twin/report.h"
#include "core/twin/treatment.h"

enum {
    REGION_BYTES = 64 * 1024 * 1024,
    STEP_BYTES = 1 << 20,
    TEXT_BYTES = 1 << 20,
    TOKENS = 1 << 16,
    ENTRIES_MAX = 64,
    CHECK_EVERY = 8
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static uint8_t region[REGION_BYTES], copy[REGION_BYTES];
static char step_memory[STEP_BYTES], text[TEXT_BYTES], document[TEXT_BYTES];
static plx_json_token tokens[TOKENS];
static uint64_t view_memory[1 << 16];

typedef struct story {
    const uint8_t *at;
    size_t n;
    plx_twin *t;
    plx_board_view *view;
    int64_t now_us;
} story;

static uint32_t draw(story *s, uint32_t below)
{
    if (s->n == 0) return 0;
    s->n--;
    return *s->at++ % below;
}

static void put_time(plx_out *out, uint32_t minute)
{
    plx_out_text(out, "20261125");
    plx_out_u64_padded(out, 10 + minute / 60, 2);
    plx_out_u64_padded(out, minute % 60, 2);
}

static void put_msh(story *s, plx_out *out, const char *type)
{
    static const char *const SENDERS[] = {"REG", "LAB", "MON"};
    plx_out_text(out, "MSH|^~\\&|");
    plx_out_text(out, SENDERS[draw(s, 3)]);
    plx_out_text(out, "|H|PLX|ED|");
    put_time(out, draw(s, 120));
    plx_out_text(out, "||");
    plx_out_text(out, type);
    plx_out_text(out, "|C");
    plx_out_u64(out, draw(s, 50));
    plx_out_text(out, "|P|2.5.1\r");
}

static void put_person(story *s, plx_out *out, const char *segment)
{
    static const char *const IDS[] = {"P1^^^H^MR",        "P2^^^H^MR", "P3^^^H^MR",
                                      "P1^^^H~P2^^^H^MR", "",          "X9^^^L^PI~P3^^^H^MR"};
    static const char *const NAMES[] = {"", "DOE^JANE", "ROE^JOHN", "\"\""};
    static const char *const BIRTHS[] = {"", "19700101", "20200101", "\"\""};
    static const char *const ACCOUNTS[] = {"", "", "A1^^^H", "A2^^^H"};
    plx_out_text(out, segment);
    plx_out_text(out, IDS[draw(s, 6)]);
    plx_out_text(out, "||");
    plx_out_text(out, NAMES[draw(s, 4)]);
    plx_out_text(out, "||");
    plx_out_text(out, BIRTHS[draw(s, 4)]);
    plx_out_text(out, "|F||||||||||");
    plx_out_text(out, ACCOUNTS[draw(s, 4)]);
    plx_out_text(out, "\r");
}

static void put_place(story *s, plx_out *out)
{
    static const char *const PLACES[] = {"", "ED^R1^1^H", "ED^R2^1^H", "W3^4^1^H", "ED", "\"\""};
    plx_out_text(out, PLACES[draw(s, 6)]);
}

static void put_visit(story *s, plx_out *out)
{
    static const char *const VISITS[] = {"V1^^^H", "V2^^^H", "V3^^^H", "", "V1"};
    static const char *const DOCTORS[] = {"", "D1^CHEN", "D2^IVES", "\"\""};
    static const char CLASSES[] = {'E', 'I', 'O', 'P'};
    plx_out_text(out, "PV1|1|");
    plx_out_char(out, CLASSES[draw(s, 4)]);
    plx_out_char(out, '|');
    put_place(s, out);
    plx_out_text(out, "|||");
    put_place(s, out);
    plx_out_char(out, '|');
    plx_out_text(out, DOCTORS[draw(s, 4)]);
    plx_out_text(out, "||||");
    put_place(s, out);
    plx_out_text(out, "||||||||");
    plx_out_text(out, VISITS[draw(s, 5)]);
    plx_out_text(out, "|||||||||||||||||");
    plx_out_text(out, draw(s, 2) ? "01" : "");
    plx_out_text(out, "||||||");
    put_place(s, out);
    plx_out_text(out, "||");
    if (draw(s, 2)) put_time(out, draw(s, 120));
    plx_out_char(out, '|');
    if (draw(s, 4) == 3) put_time(out, draw(s, 120));
    plx_out_char(out, '\r');
}

static void put_merge(story *s, plx_out *out)
{
    static const char *const OLD[] = {"P1^^^H^MR", "P2^^^H^MR", "P3", "P1^^^H~P3^^^H"};
    static const char *const VISITS[] = {"V1^^^H", "V2^^^H", "V3^^^H", ""};
    static const char *const ACCOUNTS[] = {"A1^^^H", "A2^^^H", "A3^^^H", ""};
    plx_out_text(out, "MRG|");
    plx_out_text(out, OLD[draw(s, 4)]);
    plx_out_text(out, "||");
    plx_out_text(out, ACCOUNTS[draw(s, 4)]);
    plx_out_text(out, "||");
    plx_out_text(out, VISITS[draw(s, 4)]);
    plx_out_char(out, '\r');
}

static void put_adt(story *s, plx_out *out)
{
    char type[9] = "ADT^A00", *number = type + 5;
    uint32_t event = 1 + draw(s, 60);
    number[0] = (char)('0' + event / 10);
    number[1] = (char)('0' + event % 10);
    put_msh(s, out, type);
    plx_out_text(out, "EVN||");
    put_time(out, draw(s, 120));
    plx_out_text(out, "||||");
    if (draw(s, 2)) put_time(out, draw(s, 120));
    plx_out_char(out, '\r');
    put_person(s, out, "PID|1||");
    if (draw(s, 8)) put_visit(s, out);
    bool second = event == 17 || event == 24 || event == 37;
    if (second) {
        put_person(s, out, "PID|2||");
        put_visit(s, out);
    }
    if (event >= 34 || event == 18) put_merge(s, out);
    if (draw(s, 4) == 0) plx_out_text(out, "PV2|||^pain\r");
}

static void put_observation(story *s, plx_out *out)
{
    static const char *const CODES[] = {"8867-4^HR^LN", "9279-1^RR^LN", "718-7^Hb^LN",
                                        "8480-6^S^LN",  "3151-8^F^LN",  "X^Y^L",
                                        "8310-5^T^LN",  "67775-7^A^LN"};
    static const char *const VALUES[] = {"88", "-999", "", "12.50", "V", ">^5", "140", "\"\""};
    static const char *const UNITS[] = {"/min", "", "g/L", "mm[Hg]", "Cel", "kPa"};
    static const char STATUS[] = {'F', 'P', 'C', 'D', 'W', 'X', 'N', 'R'};
    plx_out_text(out, draw(s, 3) ? "OBX|1|NM|" : "OBX|1|ST|");
    plx_out_text(out, CODES[draw(s, 8)]);
    plx_out_char(out, '|');
    plx_out_text(out, draw(s, 4) ? "" : "2");
    plx_out_char(out, '|');
    plx_out_text(out, VALUES[draw(s, 8)]);
    plx_out_char(out, '|');
    plx_out_text(out, UNITS[draw(s, 6)]);
    plx_out_text(out, "|||||");
    plx_out_char(out, STATUS[draw(s, 8)]);
    plx_out_text(out, "|||");
    if (draw(s, 4)) put_time(out, draw(s, 120));
    plx_out_char(out, '\r');
}

static void put_results(story *s, plx_out *out)
{
    static const char *const TYPES[] = {"ORU^R01", "ORM^O01", "OML^O21"};
    static const char *const CONTROLS[] = {"NW", "SC", "CA", "RE", "OK"};
    static const char *const NUMBERS[] = {"", "N1^H", "N2^H", "N3^H"};
    put_msh(s, out, TYPES[draw(s, 3)]);
    if (draw(s, 6)) put_person(s, out, "PID|1||");
    if (draw(s, 4)) put_visit(s, out);
    uint32_t orders = 1 + draw(s, 2);
    for (uint32_t i = 0; i < orders; i++) {
        const char *placer = NUMBERS[draw(s, 4)], *filler = NUMBERS[draw(s, 4)];
        plx_out_text(out, "ORC|");
        plx_out_text(out, CONTROLS[draw(s, 5)]);
        plx_out_char(out, '|');
        plx_out_text(out, placer);
        plx_out_char(out, '|');
        plx_out_text(out, filler);
        plx_out_text(out, "\rOBR|1|");
        plx_out_text(out, placer);
        plx_out_char(out, '|');
        plx_out_text(out, filler);
        plx_out_text(out, "|CBC^Count^L||||||||||||||||||");
        if (draw(s, 2)) put_time(out, draw(s, 120));
        plx_out_text(out, draw(s, 2) ? "||LAB|F\r" : "||RAD|P\r");
        for (uint32_t k = draw(s, 4); k > 0; k--)
            put_observation(s, out);
    }
}

/* Orders of drugs and their administrations. */
static void put_medication(story *s, plx_out *out)
{
    static const char *const TYPES[] = {"RDE^O11", "RAS^O17", "RGV^O15", "RDS^O13"};
    static const char *const CONTROLS[] = {"NW", "XO", "DC", "RE", "HD"};
    static const char *const NUMBERS[] = {"", "N1^H", "N2^H", "M1^H"};
    static const char *const DRUGS[] = {"7512^norepinephrine^RXNORM", "^lactated ringers",
                                        "161^acetaminophen^RXNORM", "X^?^L", "7806^oxygen^RXNORM"};
    static const char *const AMOUNTS[] = {"0.1", "500", "", "\"\"", "999", "0", "-3", "1e3"};
    static const char *const UNITS[] = {"ug/kg/min", "mL", "mg", "", "mL/h", "units"};
    static const char *const ENDS[] = {"|||||||||||||||A\r", "|||||||||||||CP||U\r",
                                       "|||||||||||||RE|D\r", "|h||||||||||||CP\r"};
    put_msh(s, out, TYPES[draw(s, 4)]);
    if (draw(s, 6)) put_person(s, out, "PID|1||");
    if (draw(s, 4)) put_visit(s, out);
    plx_out_text(out, "ORC|");
    plx_out_text(out, CONTROLS[draw(s, 5)]);
    plx_out_char(out, '|');
    plx_out_text(out, NUMBERS[draw(s, 4)]);
    plx_out_char(out, '|');
    plx_out_text(out, NUMBERS[draw(s, 4)]);
    plx_out_text(out, "||||||");
    if (draw(s, 2)) put_time(out, draw(s, 120));
    plx_out_text(out, draw(s, 2) ? "\rRXE||" : "\rRXO|");
    plx_out_text(out, DRUGS[draw(s, 5)]);
    plx_out_text(out, "|5||mg\r");
    for (uint32_t k = draw(s, 4); k > 0; k--) {
        plx_out_text(out, "RXA|0|");
        plx_out_u64(out, draw(s, 3));
        plx_out_char(out, '|');
        if (draw(s, 6)) put_time(out, draw(s, 120));
        plx_out_char(out, '|');
        if (draw(s, 3) == 0) put_time(out, draw(s, 120));
        plx_out_char(out, '|');
        plx_out_text(out, DRUGS[draw(s, 5)]);
        plx_out_char(out, '|');
        plx_out_text(out, AMOUNTS[draw(s, 8)]);
        plx_out_char(out, '|');
        plx_out_text(out, UNITS[draw(s, 6)]);
        plx_out_text(out, ENDS[draw(s, 4)]);
        if (draw(s, 3) == 0) plx_out_text(out, "RXR|IV\r");
    }
}

static void apply(story *s, plx_entry entry)
{
    plx_arena step = plx_arena_init(step_memory, STEP_BYTES);
    plx_applied applied;
    entry.seq = plx_twin_seq(s->t) + 1;
    entry.arrival_us = s->now_us;
    s->now_us += (int64_t)draw(s, 200) * PLX_SECOND_US;
    plx_status status = plx_twin_apply(s->t, &entry, &step, &applied);
    PLX_ASSERT(status == PLX_OK);
    PLX_ASSERT(applied.touched_n <= PLX_TWIN_TOUCHED_MAX);
    plx_out ops = plx_out_init(document, TEXT_BYTES);
    plx_out_char(&ops, '[');
    for (uint32_t i = 0; i < applied.touched_n; i++)
        plx_board_delta(s->t, applied.touched[i], s->view, &ops, &ops);
    if (applied.all) plx_board_delta_all(s->t, s->view, &ops, &ops);
    plx_out_char(&ops, ']');
    plx_json json = {.tokens = tokens, .capacity = TOKENS};
    PLX_ASSERT(ops.full || plx_json_parse(plx_out_slice(&ops), &json, NULL) == PLX_OK);
}

static void message(story *s, plx_slice body)
{
    static const plx_verdict VERDICTS[] = {PLX_VERDICT_DUPLICATE, PLX_VERDICT_CONFLICT,
                                           PLX_VERDICT_ERROR,     PLX_VERDICT_REFUSED,
                                           PLX_VERDICT_BROKEN,    PLX_VERDICT_SHADOW};
    uint32_t odd = draw(s, 32);
    plx_entry entry = {.kind = PLX_ENTRY_MESSAGE, .iface = 2 + draw(s, 2), .body = body};
    if (odd < 6) entry.verdict = VERDICTS[odd];
    if (odd == 6) {
        entry.kind = PLX_ENTRY_EDITED;
        entry.iface = PLX_IFACE_REPAIR;
        entry.ref = draw(s, 60);
    }
    apply(s, entry);
}

static void one_entry(story *s)
{
    plx_out out = plx_out_init(text, TEXT_BYTES);
    switch (draw(s, 14)) {
    case 0:
        s->now_us += (int64_t)draw(s, 255) * PLX_HOUR_US;
        apply(s, (plx_entry){.kind = PLX_ENTRY_TICK});
        return;
    case 1: /* whatever comes */
        message(s, (plx_slice){(const char *)s->at, s->n < 200 ? s->n : 200});
        return;
    case 2:
        plx_out_text(&out, "{\"action\":\"discard\",\"seq\":");
        plx_out_u64(&out, draw(s, 60));
        plx_out_text(&out, ",\"why\":\"x\"}");
        apply(s, (plx_entry){.kind = PLX_ENTRY_ACTION, .body = plx_out_slice(&out)});
        return;
    case 3:
    case 4:
    case 5:
    case 6:
        put_results(s, &out);
        break;
    case 7:
    case 8:
        put_medication(s, &out);
        break;
    default:
        put_adt(s, &out);
        break;
    }
    if (draw(s, 16) == 0 && out.n > 0)
        text[(draw(s, 256) * 256 + draw(s, 256)) % out.n] = (char)draw(s, 256);
    message(s, plx_out_slice(&out));
}

static void check_documents(const plx_twin *t)
{
    plx_json json = {.tokens = tokens, .capacity = TOKENS};
    plx_out out = plx_out_init(document, TEXT_BYTES);
    plx_board_write(t, &out);
    PLX_ASSERT(out.full || plx_json_parse(plx_out_slice(&out), &json, NULL) == PLX_OK);
    out = plx_out_init(document, TEXT_BYTES);
    plx_feeds_write(t, 100, &out);
    PLX_ASSERT(out.full || plx_json_parse(plx_out_slice(&out), &json, NULL) == PLX_OK);
    for (uint32_t i = twin_next(t, TWIN_SCORE, 0); i; i = twin_next(t, TWIN_SCORE, i)) {
        const twin_score *x = twin_score_at(t, i);
        out = plx_out_init(document, TEXT_BYTES);
        plx_status why = plx_why_write(t, plx_twin_source_id(t, x->source, x->index), &out);
        PLX_ASSERT(why == PLX_OK);
        PLX_ASSERT(out.full || plx_json_parse(plx_out_slice(&out), &json, NULL) == PLX_OK);
    }
    for (uint32_t i = twin_next(t, TWIN_DOSE, 0); i; i = twin_next(t, TWIN_DOSE, i)) {
        const twin_dose *x = twin_dose_at(t, i);
        out = plx_out_init(document, TEXT_BYTES);
        plx_status why = plx_why_write(t, plx_twin_source_id(t, x->source, x->index), &out);
        PLX_ASSERT(why == PLX_OK);
        PLX_ASSERT(out.full || plx_json_parse(plx_out_slice(&out), &json, NULL) == PLX_OK);
    }
    for (int which = 0; which < 3; which++) {
        plx_arena scratch = plx_arena_init(step_memory, STEP_BYTES);
        out = plx_out_init(document, TEXT_BYTES);
        PLX_ASSERT(plx_report_write(t, (plx_report)which, &scratch, &out) == PLX_OK);
    }
}

/* By time, with numbers that a body may be given, and nothing that was said before is new. */
static void check_treatments(const plx_twin *t)
{
    static plx_twin_treatment out[PLX_TWIN_TREATMENTS_MAX];
    char why[100];
    for (uint32_t e = twin_next(t, TWIN_ENCOUNTER, 0); e; e = twin_next(t, TWIN_ENCOUNTER, e)) {
        uint32_t n = plx_twin_treatments(t, e, PLX_TIME_NONE, out, PLX_TWIN_TREATMENTS_MAX);
        for (uint32_t i = 0; i < n && i < PLX_TWIN_TREATMENTS_MAX; i++) {
            plx_care care;
            PLX_ASSERT(i == 0 || out[i - 1].at_us <= out[i].at_us);
            PLX_ASSERT(out[i].first_seq <= out[i].seq && out[i].seq <= plx_twin_seq(t));
            PLX_ASSERT(out[i].action.amount >= 0 && out[i].action.duration_s >= 0);
            plx_care_init(&care, &(plx_person){.age = 50, .height_cm = 170, .weight_kg = 70});
            (void)plx_care_act(&care, &out[i].action, why, sizeof why);
        }
        PLX_ASSERT(plx_twin_treatments_after(t, e, plx_twin_seq(t), out) == 0);
    }
}

static void check_copy(const plx_twin *t)
{
    uint8_t one[32], other[32];
    plx_twin *u;
    size_t used = plx_twin_used(t);
    memcpy(copy, region, used);
    plx_status status = plx_twin_adopt(&u, copy, used, REGION_BYTES);
    PLX_ASSERT(status == PLX_OK);
    plx_twin_hash(t, one);
    plx_twin_hash(u, other);
    PLX_ASSERT(memcmp(one, other, sizeof one) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    story s = {.at = data, .n = n, .now_us = INT64_C(1795608000000000)};
    plx_twin_model model = plx_twin_model_default();
    model.implied_transfer = (plx_twin_implied)draw(&s, 3);
    plx_status status = plx_twin_init(&s.t, region, REGION_BYTES, &model);
    PLX_ASSERT(status == PLX_OK && plx_board_view_size(1000) <= sizeof view_memory);
    s.view = plx_board_view_init(view_memory, 1000);
    for (int i = 1; i <= ENTRIES_MAX && s.n > 0; i++) {
        one_entry(&s);
        if (i % CHECK_EVERY == 0) check_twin(s.t);
    }
    check_twin(s.t);
    check_documents(s.t);
    check_treatments(s.t);
    check_copy(s.t);
    return 0;
}
