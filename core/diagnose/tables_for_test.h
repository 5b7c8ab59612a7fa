/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* For tests and fuzzers: two small tables in the form of DDXPlus, made up. */
#ifndef PLX_CORE_DIAGNOSE_TABLES_FOR_TEST_H
#define PLX_CORE_DIAGNOSE_TABLES_FOR_TEST_H

#include "core/diagnose/ddxplus.h"

#define CONDITIONS_FOR_TEST                                                                        \
    "{\"Angina\":{\"condition_name\":\"Angina\",\"icd10-id\":\"I20\",\"severity\":2,"              \
    "\"symptoms\":{\"E_1\":{},\"E_2\":{},\"E_3\":{}},\"antecedents\":{\"E_5\":{}}},"               \
    "\"Reflux\":{\"icd10-id\":\"K21\",\"severity\":4,"                                             \
    "\"symptoms\":{\"E_1\":{},\"E_2\":{},\"E_3\":{},\"E_4\":{}},\"antecedents\":{}},"              \
    "\"Guillain-Barr\\u00e9 syndrome\":{\"icd10-id\":\"G61\",\"severity\":3,"                      \
    "\"symptoms\":{\"E_1\":{},\"E_2\":{},\"E_3\":{}},\"antecedents\":{}}}"

#define EVIDENCES_FOR_TEST                                                                         \
    "{\"E_1\":{\"code_question\":\"E_1\",\"question_en\":\"Pain?\",\"is_antecedent\":false,"       \
    "\"default_value\":0,\"value_meaning\":{},\"possible-values\":[],\"data_type\":\"B\"},"        \
    "\"E_2\":{\"code_question\":\"E_1\",\"question_en\":\"Where?\",\"default_value\":\"V_123\","   \
    "\"value_meaning\":{\"V_123\":{\"en\":\"nowhere\"},\"V_5\":{\"en\":\"chest\"}},"               \
    "\"possible-values\":[\"V_123\",\"V_5\",\"V_6\"],\"data_type\":\"M\"},"                        \
    "\"E_3\":{\"code_question\":\"E_1\",\"question_en\":\"How strong?\",\"default_value\":0,"      \
    "\"possible-values\":[0,1,2,3],\"data_type\":\"C\"},"                                          \
    "\"E_4\":{\"code_question\":\"E_4\",\"question_en\":\"Colour?\",\"default_value\":\"V_8\","    \
    "\"possible-values\":[\"V_8\",\"V_9\"],\"data_type\":\"C\"},"                                  \
    "\"E_5\":{\"code_question\":\"E_5\",\"question_en\":\"Smoker?\",\"is_antecedent\":true,"       \
    "\"default_value\":0,\"possible-values\":[],\"data_type\":\"B\"}}"

/* The arena needs about a megabyte. */
static inline void tables_for_test(plx_knowledge *k, plx_arena *arena)
{
    static plx_json_token tokens[2][512];
    plx_json conditions = {.tokens = tokens[0], .capacity = 512},
             evidences = {.tokens = tokens[1], .capacity = 512};
    char why[160];
    plx_status status = plx_json_parse(PLX_LIT(CONDITIONS_FOR_TEST), &conditions, NULL);
    PLX_ASSERT(status == PLX_OK);
    status = plx_json_parse(PLX_LIT(EVIDENCES_FOR_TEST), &evidences, NULL);
    PLX_ASSERT(status == PLX_OK);
    status = plx_ddxplus_tables(&conditions, &evidences, arena, k, why, sizeof why);
    PLX_ASSERT(status == PLX_OK);
}

#endif
