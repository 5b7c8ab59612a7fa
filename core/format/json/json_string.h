/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* Strings of a document: decoding, comparison and the search for duplicate keys. Inner to this
 * room; strings have passed the tokenizer, so their escapes and their UTF-8 are valid. */
#ifndef PLX_CORE_FORMAT_JSON_JSON_STRING_H
#define PLX_CORE_FORMAT_JSON_JSON_STRING_H

#include "core/format/json/json.h"

/* raw: between the quotes, escapes not decoded. Both are compared decoded. */
bool plx_json_same_string(plx_slice a, plx_slice b);
/* Token of the first key of the object that stood before, UINT32_MAX when all differ. Linear in the
 * keys' bytes; seed makes the table's collisions unforeseeable. Object's token must be complete. */
uint32_t plx_json_duplicate_key(const plx_json *json, uint32_t object, uint64_t seed);

#endif
