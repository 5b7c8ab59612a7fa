/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
#include "core/format/hl7v2/intake.h"

#include "core/base/hash.h"
#include "core/format/hl7v2/content.h"
#include "core/format/hl7v2/dtm.h"

enum { TYPE_MAX = 20 /* characters of MSH-9.1 */ };

static bool is_line_end(char c)
{
    return c == '\r' || c == '\n';
}

static bool is_alnum(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The parser stops at a missing MSH or MSH-1 only; behind a usable start it stops at limits. */
static bool header_usable(plx_slice bytes)
{
    size_t i = bytes.n >= 3 && memcmp(bytes.at, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    while (i < bytes.n && (bytes.at[i] == ' ' || bytes.at[i] == '\t' || is_line_end(bytes.at[i])))
        i++;
    if (bytes.n - i < 4 || memcmp(bytes.at + i, "MSH", 3) != 0) return false;
    const unsigned char separator = (unsigned char)bytes.at[i + 3];
    return separator >= 0x20 && separator != 0x7F && !is_alnum((char)separator);
}

static void judge_unparsed(plx_slice bytes, const plx_hl7_error *error, plx_hl7_intake *intake)
{
    const bool limit = header_usable(bytes);
    intake->verdict = limit ? PLX_VERDICT_REFUSED : PLX_VERDICT_ERROR;
    intake->fault.code = limit ? 207 : 100;
    intake->fault.offset = error ? error->offset : 0;
    intake->fault.text = error && error->text ? error->text : "the message cannot be parsed";
}

static char condition(const plx_hl7_message *m, plx_hl7_span span)
{
    if (!plx_hl7_valued(m, span)) return 0;
    const plx_slice s = plx_slice_trim(plx_hl7_slice(m, span));
    if (plx_slice_is(s, "SU")) return 'S';
    if (plx_slice_is(s, "ER")) return 'E';
    if (plx_slice_is(s, "NE")) return 'N';
    return 'A';
}

static void read_mode(const plx_hl7_content *c, plx_hl7_intake *intake)
{
    intake->accept_when = condition(c->m, plx_hl7_fields_get(&c->msh, 15));
    intake->application_when = condition(c->m, plx_hl7_fields_get(&c->msh, 16));
    intake->enhanced = intake->accept_when || intake->application_when;
}

static void hash_field(plx_blake2b *hash, const plx_hl7_content *c, uint32_t field)
{
    const plx_slice s = plx_hl7_slice(c->m, plx_hl7_fields_get(&c->msh, field));
    plx_blake2b_add(hash, s.at, s.n);
    plx_blake2b_add(hash, "\r", 1); /* no field holds one */
}

/* bytes: as sent, where c is of their text in another character set. Blanks and a mark before the
 * header are the same in both. */
static void make_keys(const plx_hl7_content *c, plx_slice bytes, uint32_t iface, bool reused,
                      plx_hl7_intake *intake)
{
    enum { KEY = 16 };
    size_t body = c->m->segments[0].offset;
    if (bytes.at == c->m->bytes.at) body += c->m->segments[0].length;
    while (body < bytes.n && !is_line_end(bytes.at[body]))
        body++;
    while (body < bytes.n && is_line_end(bytes.at[body]))
        body++;
    if (body > bytes.n) body = bytes.n;
    plx_blake2b_once(intake->body_hash, KEY, bytes.at + body, bytes.n - body);
    if (!plx_hl7_valued(c->m, plx_hl7_fields_get(&c->msh, reused ? 7 : 10))) return;

    plx_blake2b hash;
    const uint8_t number[4] = {(uint8_t)iface, (uint8_t)(iface >> 8), (uint8_t)(iface >> 16),
                               (uint8_t)(iface >> 24)};
    plx_blake2b_init(&hash, KEY);
    plx_blake2b_add(&hash, number, sizeof number);
    hash_field(&hash, c, 3);
    hash_field(&hash, c, 4);
    hash_field(&hash, c, reused ? 7 : 10);
    if (reused) plx_blake2b_add(&hash, intake->body_hash, KEY);
    plx_blake2b_end(&hash, intake->ext_key);
}

static void complain(const plx_hl7_content *c, uint16_t field, uint16_t code, const char *text,
                     plx_hl7_intake *intake)
{
    const bool refused = code >= 200 && code <= 203;
    intake->verdict = refused ? PLX_VERDICT_REFUSED : PLX_VERDICT_ERROR;
    plx_hl7_fault_set(c->m, (plx_hl7_place){"MSH", 0, field, 0}, code, text, &intake->fault);
}

/* P, T or D; P when empty; 0 for anything else. */
static char processing_of(const plx_hl7_content *c)
{
    const plx_hl7_span span = plx_hl7_fields_component(&c->msh, 11, 1);
    if (!plx_hl7_valued(c->m, span)) return 'P';
    const plx_slice s = plx_slice_trim(plx_hl7_slice(c->m, span));
    return s.n == 1 && (s.at[0] == 'P' || s.at[0] == 'T' || s.at[0] == 'D') ? s.at[0] : 0;
}

static bool type_has_shape(plx_slice type)
{
    if (type.n > TYPE_MAX) return false;
    for (size_t i = 0; i < type.n; i++)
        if (!is_alnum(type.at[i]) && type.at[i] != '_') return false;
    return true;
}

static bool sent_time_bad(const plx_hl7_content *c)
{
    plx_when when;
    const plx_hl7_span span = plx_hl7_fields_component(&c->msh, 7, 1);
    return plx_hl7_valued(c->m, span) &&
           plx_hl7_dtm_parse(plx_hl7_slice(c->m, span), 0, &when) != PLX_OK;
}

/* True when the header is in order. */
static bool judge_header(const plx_hl7_content *c, plx_hl7_intake *intake)
{
    if (plx_hl7_version_minor(c->m, &c->msh) < 0)
        complain(c, 12, 203, "the version (MSH-12) is not 2.1 to 2.9", intake);
    else if (!processing_of(c))
        complain(c, 11, 202, "the processing id (MSH-11) is not P, T or D", intake);
    else if (c->type.n == 0)
        complain(c, 9, 101, "the message type (MSH-9) is missing", intake);
    else if (!type_has_shape(c->type))
        complain(c, 9, 103, "the message type (MSH-9) is no code of letters and digits", intake);
    else if (!plx_hl7_valued(c->m, plx_hl7_fields_get(&c->msh, 10)))
        complain(c, 10, 101, "the message control id (MSH-10) is missing", intake);
    else if (sent_time_bad(c))
        complain(c, 7, 102, "the time of the message (MSH-7) is not YYYYMMDDHHMMSS", intake);
    else
        return true;
    return false;
}

void plx_hl7_judge(plx_slice bytes, const plx_hl7_message *message, const plx_hl7_error *error,
                   uint32_t iface, bool reused_control_id, plx_hl7_intake *intake)
{
    memset(intake, 0, sizeof *intake);
    if (!message) {
        judge_unparsed(bytes, error, intake);
        return;
    }
    plx_hl7_content c;
    plx_hl7_content_read(message, &c);
    read_mode(&c, intake);
    make_keys(&c, bytes, iface, reused_control_id, intake);
    const char processing = processing_of(&c);
    intake->verdict =
        processing == 'T' || processing == 'D' ? PLX_VERDICT_SHADOW : PLX_VERDICT_ACCEPTED;
    intake->is_ack = plx_slice_is(c.type, "ACK") || (c.msa != UINT32_MAX && c.payload_n == 0);
    if (intake->is_ack || !judge_header(&c, intake)) return;
    const plx_status content = plx_hl7_content_check(&c, &intake->fault);
    if (content != PLX_OK)
        intake->verdict = content == PLX_LIMIT ? PLX_VERDICT_REFUSED : PLX_VERDICT_ERROR;
}
