/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/base/time.h"
#include "core/format/hl7v2/content.h"
#include "core/format/hl7v2/intake.h"

enum { ERR_BY_FIELD_SINCE = 5 /* ERR-2 to ERR-8 came with 2.5 */ };

static bool is_success(plx_verdict verdict)
{
    return verdict == PLX_VERDICT_ACCEPTED || verdict == PLX_VERDICT_SHADOW ||
           verdict == PLX_VERDICT_DUPLICATE;
}

static bool wanted(char when, plx_verdict verdict)
{
    return when == 'A' || (when == 'S' && is_success(verdict)) ||
           (when == 'E' && !is_success(verdict));
}

bool plx_hl7_ack_due(const plx_hl7_intake *intake, plx_hl7_ack_level level, plx_verdict verdict)
{
    if (intake->is_ack) return false;
    if (level == PLX_HL7_ACK_ORIGINAL) return !intake->enhanced;
    return wanted(level == PLX_HL7_ACK_ACCEPT ? intake->accept_when : intake->application_when,
                  verdict);
}

static const char *code_text(uint16_t code)
{
    switch (code) {
    case 100:
        return "Segment sequence error";
    case 101:
        return "Required field missing";
    case 102:
        return "Data type error";
    case 103:
        return "Table value not found";
    case 200:
        return "Unsupported message type";
    case 201:
        return "Unsupported event code";
    case 202:
        return "Unsupported processing id";
    case 203:
        return "Unsupported version id";
    case 204:
        return "Unknown key identifier";
    case 205:
        return "Duplicate key identifier";
    case 206:
        return "Application record locked";
    default:
        return "Application internal error";
    }
}

typedef struct writer {
    plx_out *out;
    plx_hl7_delimiters d;
    bool escapes; /* the delimiters can stand in an escape sequence */
} writer;

static bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool splits(const plx_hl7_delimiters *d, char c)
{
    return c == d->field || c == d->component || c == d->repetition || c == d->subcomponent;
}

static writer writer_init(const plx_hl7_message *m, plx_out *out)
{
    writer w = {out, {'|', '^', '~', '\\', '&', 0}, true};
    if (!m) return w;
    w.d = m->delimiters;
    w.escapes = !splits(&w.d, w.d.escape) && !is_letter_or_digit(w.d.escape) &&
                !is_letter_or_digit(w.d.component) && !is_letter_or_digit(w.d.repetition) &&
                !is_letter_or_digit(w.d.subcomponent);
    return w;
}

static void put(const writer *w, char c)
{
    plx_out_char(w->out, c);
}

/* The letter of the escape sequence for a character; 0 when it may stand as it is. */
static char escape_letter(const plx_hl7_delimiters *d, char c)
{
    if (c == d->field) return 'F';
    if (c == d->component) return 'S';
    if (c == d->repetition) return 'R';
    if (c == d->subcomponent) return 'T';
    if (c == d->escape) return 'E';
    if (d->truncation != 0 && c == d->truncation) return 'P';
    return 0;
}

/* Text of our own. Delimiters in it are escaped, or left out where escaping cannot work. */
static void put_text(const writer *w, const char *text)
{
    for (; *text; text++) {
        const char letter = escape_letter(&w->d, *text);
        if (!letter) {
            put(w, *text);
        } else if (w->escapes) {
            put(w, w->d.escape);
            put(w, letter);
            put(w, w->d.escape);
        }
    }
}

/* Bytes of the sender, without those that would end our frame. */
static void put_raw(const writer *w, const plx_hl7_message *m, plx_hl7_span span)
{
    const plx_slice s = plx_hl7_slice(m, span);
    for (size_t i = 0; i < s.n; i++)
        if (s.at[i] != 0x0B && s.at[i] != 0x1C) put(w, s.at[i]);
}

static void put_fields(const writer *w, unsigned n)
{
    for (unsigned i = 0; i < n; i++)
        put(w, w->d.field);
}

/* YYYYMMDDHHMMSS+0000; nothing for no time. */
static void put_time(const writer *w, int64_t time_us)
{
    if (time_us == PLX_TIME_NONE) return;
    const plx_civil c = plx_time_to_civil(time_us);
    if (c.year < 1 || c.year > 9999) return;
    plx_out_u64_padded(w->out, (uint64_t)c.year, 4);
    plx_out_u64_padded(w->out, (uint64_t)c.month, 2);
    plx_out_u64_padded(w->out, (uint64_t)c.day, 2);
    plx_out_u64_padded(w->out, (uint64_t)c.hour, 2);
    plx_out_u64_padded(w->out, (uint64_t)c.minute, 2);
    plx_out_u64_padded(w->out, (uint64_t)c.second, 2);
    plx_out_text(w->out, "+0000");
}

/* MSH-9: ACK^event^ACK, or ACK alone where no event is known or nothing can part them. */
static void put_type(const writer *w, const plx_hl7_message *m, const plx_hl7_fields *msh)
{
    plx_out_text(w->out, "ACK");
    if (!m || w->d.component == w->d.field) return;
    const plx_hl7_span event = plx_hl7_fields_component(msh, 9, 2);
    if (!plx_hl7_valued(m, event)) return;
    put(w, w->d.component);
    put_raw(w, m, event);
    put(w, w->d.component);
    plx_out_text(w->out, "ACK");
}

static void put_control_id(const writer *w, uint64_t seq)
{
    put(w, 'P');
    plx_out_u64(w->out, seq);
}

/* Header of an answer to what has no header of its own. */
static void put_plain_header(const writer *w, uint64_t seq, int64_t arrival_us)
{
    plx_out_text(w->out, "MSH|^~\\&|||||");
    put_time(w, arrival_us);
    plx_out_text(w->out, "||ACK|");
    put_control_id(w, seq);
    plx_out_text(w->out, "|P|2.5\r");
}

static void put_header(const writer *w, const plx_hl7_message *m, const plx_hl7_fields *msh,
                       uint64_t seq, int64_t arrival_us)
{
    static const uint8_t swapped[] = {5, 6, 3, 4};
    plx_out_text(w->out, "MSH");
    put(w, w->d.field);
    put_raw(w, m, plx_hl7_fields_get(msh, 2));
    for (unsigned i = 0; i < 4; i++) {
        put(w, w->d.field);
        put_raw(w, m, plx_hl7_fields_get(msh, swapped[i]));
    }
    put(w, w->d.field);
    put_time(w, arrival_us);
    put_fields(w, 2);
    put_type(w, m, msh);
    put(w, w->d.field);
    put_control_id(w, seq);
    for (uint32_t field = 11; field <= 12; field++) {
        put(w, w->d.field);
        put_raw(w, m, plx_hl7_fields_get(msh, field));
    }
    const plx_hl7_span charset = plx_hl7_fields_get(msh, 18);
    if (charset.presence == PLX_VALUE) {
        put_fields(w, 6);
        put_raw(w, m, charset);
    }
    put(w, '\r');
}

static void put_number(const writer *w, uint16_t number)
{
    if (number > 0) plx_out_u64(w->out, number);
}

/* ERR-1 (2.4 and older): segment ^ sequence ^ field ^ code & text & table. */
static void put_err_by_segment(const writer *w, const plx_hl7_fault *f)
{
    plx_out_text(w->out, "ERR");
    put(w, w->d.field);
    put_text(w, f->segment);
    put(w, w->d.component);
    put_number(w, f->segment_n);
    put(w, w->d.component);
    put_number(w, f->field);
    put(w, w->d.component);
    plx_out_u64(w->out, f->code);
    put(w, w->d.subcomponent);
    put_text(w, code_text(f->code));
    put(w, w->d.subcomponent);
    plx_out_text(w->out, "HL70357\r");
}

/* ERR-2 location, ERR-3 code, ERR-4 severity, ERR-8 text for people. */
static void put_err_by_field(const writer *w, const plx_hl7_fault *f)
{
    plx_out_text(w->out, "ERR");
    put_fields(w, 2);
    if (f->segment[0]) {
        put_text(w, f->segment);
        put(w, w->d.component);
        put_number(w, f->segment_n);
    }
    if (f->segment[0] && f->field > 0) {
        put(w, w->d.component);
        put_number(w, f->field);
    }
    if (f->segment[0] && f->component > 0) {
        put(w, w->d.component);
        put(w, '1'); /* repetition */
        put(w, w->d.component);
        put_number(w, f->component);
    }
    put(w, w->d.field);
    plx_out_u64(w->out, f->code);
    put(w, w->d.component);
    put_text(w, code_text(f->code));
    put(w, w->d.component);
    plx_out_text(w->out, "HL70357");
    put(w, w->d.field);
    put(w, 'E');
    put_fields(w, 4);
    put_text(w, f->text ? f->text : "");
    put(w, '\r');
}

static char answer_letter(plx_verdict verdict)
{
    if (is_success(verdict)) return 'A';
    return verdict == PLX_VERDICT_REFUSED ? 'R' : 'E';
}

void plx_hl7_ack_write(const plx_hl7_message *message, plx_hl7_ack_level level, plx_verdict verdict,
                       const plx_hl7_fault *fault, uint64_t seq, int64_t arrival_us, plx_out *out)
{
    static const plx_hl7_fault unknown = {.code = 207, .text = "the message was not taken"};
    plx_hl7_fields msh;
    const writer w = writer_init(message, out);
    bool by_field = true;
    if (message) {
        plx_hl7_fields_read(message, 0, 18, &msh);
        const int minor = plx_hl7_version_minor(message, &msh);
        by_field = minor < 0 || minor >= ERR_BY_FIELD_SINCE;
        put_header(&w, message, &msh, seq, arrival_us);
    } else {
        put_plain_header(&w, seq, arrival_us);
    }
    const plx_hl7_fault *f = fault && fault->code ? fault : &unknown;
    plx_out_text(out, "MSA");
    put(&w, w.d.field);
    put(&w, level == PLX_HL7_ACK_ACCEPT ? 'C' : 'A');
    put(&w, answer_letter(verdict));
    put(&w, w.d.field);
    if (message) put_raw(&w, message, plx_hl7_fields_get(&msh, 10));
    const bool failed = !is_success(verdict);
    if (failed && !by_field && f->text) {
        put(&w, w.d.field);
        put_text(&w, f->text);
    }
    put(&w, '\r');
    if (failed && by_field) put_err_by_field(&w, f);
    if (failed && !by_field) put_err_by_segment(&w, f);
}
