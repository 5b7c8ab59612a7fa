/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Fields and segments that several messages share, HL7 v2.5.1 chapters 2, 2A and 3. */
#include "core/hospital/inner.h"

typedef struct sender_text {
    const char *application, *prefix; /* MSH-3, start of MSH-10 */
} sender_text;

static const sender_text SENDER_TEXTS[SENDERS] = {
    {"REGISTRATION", "REG"}, {"LAB", "LAB"},      {"RADIOLOGY", "RAD"}, {"MONITOR", "MON"},
    {"CHART", "CHT"},        {"PHARMACY", "PHA"}, {"EMAR", "MAR"}};

void plx_hosp_put_time(plx_out *out, int64_t time_us, bool milliseconds)
{
    const plx_civil c = plx_time_to_civil(time_us);
    plx_out_u64_padded(out, (uint64_t)c.year, 4);
    plx_out_u64_padded(out, (uint64_t)c.month, 2);
    plx_out_u64_padded(out, (uint64_t)c.day, 2);
    plx_out_u64_padded(out, (uint64_t)c.hour, 2);
    plx_out_u64_padded(out, (uint64_t)c.minute, 2);
    plx_out_u64_padded(out, (uint64_t)c.second, 2);
    if (milliseconds) {
        plx_out_char(out, '.');
        plx_out_u64_padded(out, (uint64_t)c.microsecond / 1000, 3);
    }
    plx_out_text(out, "+0000");
}

void plx_hosp_put_number(plx_out *out, const char *prefix, uint64_t number, unsigned width)
{
    plx_out_text(out, prefix);
    plx_out_u64_padded(out, number, width);
}

void plx_hosp_put_msh(hospital *h, plx_out *out, const header *m)
{
    const sender_text *from = &SENDER_TEXTS[m->from];
    plx_out_text(out, "MSH|^~\\&|");
    plx_out_text(out, from->application);
    plx_out_text(out, "|" HOSPITAL_FACILITY "|POLLUX|ED|");
    plx_hosp_put_time(out, m->sent_us, true);
    plx_out_text(out, "||");
    plx_out_text(out, m->type);
    plx_out_char(out, '|');
    h->control_at = (uint32_t)out->n;
    plx_hosp_put_number(out, from->prefix, ++h->control_ids[m->from], 9);
    h->control_n = (uint32_t)out->n - h->control_at;
    plx_out_text(out, "|P|2.5.1||||||UNICODE UTF-8\r");
}

void plx_hosp_put_person_id(plx_out *out, const person *p)
{
    plx_hosp_put_number(out, p->temporary ? "T" : "M", p->number, 8);
    plx_out_text(out, "^^^" HOSPITAL_FACILITY "^MR");
}

void plx_hosp_put_visit_number(plx_out *out, uint32_t number)
{
    plx_hosp_put_number(out, "V", number, 8);
    plx_out_text(out, "^^^" HOSPITAL_FACILITY "^VN");
}

uint32_t plx_hosp_staff_number(char kind, uint32_t number)
{
    PLX_ASSERT(number < (kind == 'D' ? DOCTORS : NURSES)); /* 0 is the first one, not nobody */
    return (kind == 'D' ? 101 : 201) + number;
}

void plx_hosp_put_staff(plx_out *out, char kind, uint32_t number)
{
    const char prefix[2] = {kind, 0};
    plx_hosp_put_number(out, prefix, plx_hosp_staff_number(kind, number), 3);
    plx_out_char(out, '^');
    plx_out_text(out, plx_hosp_family_names[(number * 7 + 3) % plx_hosp_family_names_n]);
    plx_out_char(out, '^');
    plx_out_text(out, plx_hosp_given_names[number % 2][number * 5 % GIVEN_NAMES_N]);
    plx_out_text(out, "^^^^^^" HOSPITAL_FACILITY);
}

static void put_name(plx_out *out, const person *p)
{
    if (p->temporary) {
        plx_out_text(out, p->man ? "Unknown^Male" : "Unknown^Female");
        return;
    }
    plx_out_text(out, plx_hosp_family_names[p->family]);
    plx_out_char(out, '^');
    plx_out_text(out, plx_hosp_given_names[p->man][p->given]);
    plx_out_text(out, "^^^^^L");
}

void plx_hosp_put_pid(const hospital *h, plx_out *out, const visit *v, uint32_t who,
                      bool clear_phone)
{
    const person *p = &h->persons[who];
    plx_out_text(out, "PID|1||");
    plx_hosp_put_person_id(out, p);
    plx_out_text(out, "||");
    put_name(out, p);
    plx_out_text(out, "||");
    if (!p->temporary) {
        const plx_civil c = plx_time_to_civil(p->birth_day * PLX_DAY_US);
        plx_out_u64_padded(out, (uint64_t)c.year, 4);
        plx_out_u64_padded(out, (uint64_t)c.month, 2);
        plx_out_u64_padded(out, (uint64_t)c.day, 2);
    }
    plx_out_text(out, p->man ? "|M|||" : "|F|||");
    if (!p->temporary) {
        plx_out_u64(out, 1 + p->number % 180);
        plx_out_char(out, ' ');
        plx_out_text(out, plx_hosp_streets[p->street]);
        plx_out_text(out, "^^Northbridge^^NB1 4QT||");
        if (clear_phone)
            plx_out_text(out, "\"\"");
        else
            plx_hosp_put_number(out, "^PRN^PH^^^^555", p->number, 7);
    }
    /* PID-13 is the last one above only when there is an address. */
    plx_out_text(out, p->temporary ? "|||||||" : "|||||");
    if (v) {
        plx_hosp_put_number(out, "A", v->journey, 8);
        plx_out_text(out, "^^^" HOSPITAL_FACILITY "^AN");
    }
    plx_out_char(out, '\r');
}

void plx_hosp_put_short_identity(hospital *h, plx_out *out, const visit *v, bool with_visit)
{
    const bool stale = h->now_us < v->stale_until_us;
    const uint32_t who = stale && v->old_person != NOBODY ? v->old_person : v->person;
    const person *p = &h->persons[who];
    plx_out_text(out, "PID|1||");
    plx_hosp_put_person_id(out, p);
    plx_out_text(out, "||");
    put_name(out, p);
    plx_out_text(out, p->man ? "|||M\r" : "|||F\r");
    plx_out_text(out, "PV1|1|");
    plx_out_char(out, v->class == 'I' ? 'I' : 'E');
    plx_out_char(out, '|');
    plx_hosp_place_write(out, h->places, v->place);
    if (with_visit) {
        plx_out_text(out, "||||||||||||||||");
        plx_hosp_put_visit_number(out, stale && v->old_number ? v->old_number : v->number);
    }
    plx_out_char(out, '\r');
}
