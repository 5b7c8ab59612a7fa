/* SPDX-License-Identifier: Apache-2.0 */
/* SPDX-FileCopyrightText: 2026 The Pollux authors */
/* ADT messages (v2 chapter 3): what each does to persons, stays and places. */
#include "core/twin/private.h"

static int64_t happened_us(const twin_context *c)
{
    return c->event->happened_us != PLX_TIME_NONE ? c->event->happened_us : c->entry->arrival_us;
}

static bool valued(const plx_identifier *id)
{
    return id->value.presence == PLX_VALUE && id->value.text.n > 0;
}

/* Events of a stay. */

static void say(twin_event *x, twin_said field, plx_presence presence)
{
    x->presence |= (uint32_t)presence << (2 * field);
}

static void say_place(plx_twin *t, twin_event *x, twin_said field, uint32_t *into,
                      const plx_location *said)
{
    *into = plx_twin_place_get(t, said);
    bool nothing = said->presence == PLX_VALUE && !*into; /* a building alone is no place to be */
    say(x, field, nothing ? PLX_EMPTY : said->presence);
}

static void say_staff(twin_context *c, twin_event *x, twin_said field, uint32_t *into,
                      const plx_staff_name *said)
{
    *into = plx_twin_staff_get(c, said);
    say(x, field, said->presence == PLX_VALUE && !*into ? PLX_EMPTY : said->presence);
}

static void say_text(plx_twin *t, twin_event *x, twin_said field, twin_text *into,
                     const plx_text *said)
{
    say(x, field, said->presence);
    if (said->presence == PLX_VALUE) *into = plx_twin_text_hold(t, said->text);
}

static twin_event event_make(twin_context *c, const plx_visit_facts *v)
{
    plx_twin *t = c->t;
    twin_event x = {.at_us = happened_us(c),
                    .named_us = PLX_TIME_NONE,
                    .admitted_us = v->admitted.time_us,
                    .discharged_us = v->discharged.time_us,
                    .source = plx_twin_source_hold(c),
                    .action = (uint8_t)c->event->adt};
    if (v->admitted.presence != PLX_VALUE) x.admitted_us = PLX_TIME_NONE;
    if (v->discharged.presence != PLX_VALUE) x.discharged_us = PLX_TIME_NONE;
    if (plx_twin_action_is_cancel(x.action)) {
        x.at_us = twin_source_at(t, x.source)->recorded_us;
        x.named_us = c->event->event_occurred_us;
    }
    say_place(t, &x, TWIN_SAID_LOCATION, &x.location, &v->assigned);
    say_place(t, &x, TWIN_SAID_PRIOR, &x.prior, &v->prior);
    say_place(t, &x, TWIN_SAID_TEMPORARY, &x.temporary, &v->temporary);
    say_place(t, &x, TWIN_SAID_PENDING, &x.pending, &v->pending);
    say_staff(c, &x, TWIN_SAID_ATTENDING, &x.attending, &v->attending);
    say_staff(c, &x, TWIN_SAID_NURSE, &x.nurse, &v->nurse);
    say_text(t, &x, TWIN_SAID_COMPLAINT, &x.complaint, &v->complaint);
    say_text(t, &x, TWIN_SAID_DISPOSITION, &x.disposition, &v->disposition);
    plx_presence class = v->patient_class.presence;
    bool letter = class == PLX_VALUE && v->patient_class.text.n > 0 &&
                  (v->patient_class.text.at[0] & 0x80) == 0 &&
                  v->patient_class.text.at[0] != 'N'; /* table 0004: not applicable */
    if (letter) x.patient_class = (uint8_t)v->patient_class.text.at[0];
    say(&x, TWIN_SAID_CLASS, class == PLX_VALUE && !letter ? PLX_EMPTY : class);
    return x;
}

static void event_add(plx_twin *t, uint32_t encounter, const twin_event *x)
{
    if (plx_twin_stay_insert(t, encounter, x))
        plx_twin_stay_continue(t, encounter);
    else
        plx_twin_stay_fold(t, encounter);
}

/* A29 (v2 3.3.29): with the person the visits until then go, as by an A23 of each. */
static void delete_stay(twin_context *c, uint32_t encounter, int64_t deleted_us)
{
    plx_twin *t = c->t;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    const twin_event *events = twin_events_of(t, e);
    if (e->events_n == 0 || events[0].at_us > deleted_us) return;
    for (uint32_t i = 0; i < e->events_n; i++)
        if (events[i].action == PLX_ADT_DELETE_VISIT && events[i].at_us == deleted_us) return;
    twin_event x = {.at_us = deleted_us,
                    .named_us = PLX_TIME_NONE,
                    .admitted_us = PLX_TIME_NONE,
                    .discharged_us = PLX_TIME_NONE,
                    .source = plx_twin_source_hold(c),
                    .action = PLX_ADT_DELETE_VISIT};
    event_add(t, encounter, &x);
}

static void stay_event(twin_context *c, uint32_t encounter, const plx_visit_facts *v)
{
    plx_twin *t = c->t;
    twin_span before = twin_span_of(twin_encounter_at(t, encounter));
    twin_event x = event_make(c, v);
    event_add(t, encounter, &x);
    uint32_t group = twin_group_of(t, twin_encounter_at(t, encounter)->owner);
    const twin_group *g = group ? twin_group_at(t, group) : NULL;
    /* of a merged person the A29 may have meant but one of the two */
    if (g && !g->edges && g->deleted_us != PLX_TIME_NONE) delete_stay(c, encounter, g->deleted_us);
    plx_twin_encounter_settle(c, encounter, before);
}

/* A44 before this message, which is older: the account's stay is the right person's. */
static void follow_account(twin_context *c, uint32_t encounter)
{
    plx_twin *t = c->t;
    const twin_encounter *e = twin_encounter_at(t, encounter);
    const twin_node *n = twin_node_at(t, e->account);
    bool older = n->moved_to && happened_us(c) <= n->moved_us;
    if (!older || e->owner_moved) return;
    if (twin_group_of(t, e->owner) != twin_group_of(t, n->moved_from)) return;
    plx_twin_encounter_own(c, encounter, n->moved_to, true);
}

/* The stay that a person's facts and a PV1 name; 0 when they name none that may be made here. */
static uint32_t stay_of(twin_context *c, const plx_visit_facts *v, const plx_identifier *account,
                        uint32_t person)
{
    bool loose;
    twin_clue clue = {.visit = v,
                      .account = account,
                      .person = person,
                      .at_us = happened_us(c),
                      .adt = true,
                      .arrival = plx_twin_action_is_arrival((uint8_t)c->event->adt)};
    uint32_t encounter = plx_twin_encounter_for(c, &clue, &loose);
    if (!encounter) return 0;
    plx_twin_encounter_own(c, encounter, person, false);
    if (valued(account)) {
        uint32_t node = plx_twin_node_get(c->t, TWIN_ACCOUNT_ID, account, 0);
        plx_twin_encounter_account(c, encounter, node);
        follow_account(c, encounter);
    }
    return encounter;
}

/* A28 and A31 speak of the person alone (v2 3.3.28, 3.3.31): their PV1 is there because the
 * structure asks for one. An update that names no stay that is known makes none either. */
static bool is_person_only(const twin_context *c, uint32_t person)
{
    const plx_event *e = c->event;
    if (e->adt != PLX_ADT_UPDATE) return false;
    if (plx_slice_is(e->trigger, "A28") || plx_slice_is(e->trigger, "A31")) return true;
    if (!e->visit.given) return true;
    if (valued(&e->visit.visit) || valued(&e->person.account)) return false;
    uint32_t candidates;
    return !person || !plx_twin_encounter_at_time(c->t, twin_group_of(c->t, person), happened_us(c),
                                                  0, &candidates);
}

static void touch_person(twin_context *c, uint32_t person)
{
    plx_twin *t = c->t;
    uint32_t walked = 0, group = twin_group_of(t, person);
    if (!group) return;
    for (uint32_t node = twin_group_at(t, group)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e && walked < TWIN_VISITS_WALK_MAX;
             e = twin_encounter_at(t, e)->owner_next, walked++)
            plx_twin_encounter_touch(c, e);
}

static const char *stay_apply(twin_context *c, uint32_t person)
{
    const plx_event *e = c->event;
    if (is_person_only(c, person)) {
        touch_person(c, person);
        return NULL;
    }
    uint32_t encounter = stay_of(c, &e->visit, &e->person.account, person);
    if (!encounter) return "no-stay-named";
    stay_event(c, encounter, &e->visit);
    plx_twin_observations_take(c, encounter, false);
    if (plx_twin_observations_score(e))
        plx_twin_score_update(c, encounter);
    else
        plx_twin_score_review(c, encounter);
    return NULL;
}

static const char *swap_apply(twin_context *c, uint32_t person)
{
    const plx_event *e = c->event;
    uint32_t other = plx_twin_person_take(c, &e->other_person);
    uint32_t one = stay_of(c, &e->visit, &e->person.account, person);
    uint32_t two = stay_of(c, &e->other_visit, &e->other_person.account, other);
    if (!one || !two || one == two) return "swap-needs-two-stays";
    plx_visit_facts here = e->visit, there = e->other_visit;
    if (here.assigned.presence != PLX_VALUE) here.assigned = there.prior;
    if (there.assigned.presence != PLX_VALUE) there.assigned = here.prior;
    stay_event(c, one, &here);
    stay_event(c, two, &there);
    return NULL;
}

/* Identities. */

/* MRG often leaves the authority out; it is the sender's, as in PID-3. */
static uint32_t old_person(twin_context *c, const plx_identifier *id, uint32_t person)
{
    plx_twin *t = c->t;
    plx_identifier whole = *id;
    uint32_t node = plx_twin_node_find(t, TWIN_PERSON_ID, &whole);
    if (!node && whole.authority.n == 0)
        whole.authority = twin_text_get(t, twin_node_at(t, person)->authority);
    return plx_twin_node_get(t, TWIN_PERSON_ID, &whole, 0);
}

static const char *merge_persons(twin_context *c, uint32_t person)
{
    plx_twin *t = c->t;
    const plx_merge_facts *m = &c->event->merge;
    if (!person || m->ids_n == 0) return "merge-names-no-person";
    uint32_t group = twin_group_of(t, person);
    for (uint32_t i = 0; i < m->ids_n; i++) {
        uint32_t from = old_person(c, &m->ids[i], person);
        uint32_t old = twin_group_at(t, twin_group_of(t, from))->encounter;
        uint32_t kept = twin_group_at(t, twin_group_of(t, person))->encounter;
        group = plx_twin_node_merge(c, from, person, happened_us(c));
        if (old && kept && old != kept) plx_twin_encounter_absorb(c, kept, old);
    }
    plx_twin_encounter_join_person(c, group);
    return NULL;
}

static const char *merge_visits(twin_context *c, uint32_t person)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    if (!valued(&e->merge.visit) || !valued(&e->visit.visit)) return "merge-names-no-visit";
    uint32_t from = plx_twin_node_get(t, TWIN_VISIT_ID, &e->merge.visit, 0);
    uint32_t to = plx_twin_node_get(t, TWIN_VISIT_ID, &e->visit.visit, 0);
    uint32_t old = twin_group_at(t, twin_group_of(t, from))->encounter;
    uint32_t kept = twin_group_at(t, twin_group_of(t, to))->encounter;
    uint32_t group = plx_twin_node_merge(c, from, to, happened_us(c));
    if (old) twin_encounter_at(t, old)->visit = group;
    if (kept) twin_encounter_at(t, kept)->visit = group;
    if (old && kept && old != kept) plx_twin_encounter_absorb(c, kept, old);
    uint32_t encounter = twin_group_at(t, group)->encounter;
    if (!encounter) return NULL;
    plx_twin_encounter_touch(c, encounter);
    plx_twin_encounter_own(c, encounter, person, false);
    return NULL;
}

/* A stay that only its account names, and whose arrival nobody told, is the one stay that the
 * other account has. */
static bool is_unarrived(const twin_encounter *e)
{
    return !e->visit && e->stay.arrivals_n == 0;
}

static void join_accounts(twin_context *c, uint32_t old, uint32_t kept, uint32_t group)
{
    const twin_encounter *from = twin_encounter_at(c->t, old);
    const twin_encounter *into = twin_encounter_at(c->t, kept);
    uint32_t one = twin_group_of(c->t, from->owner), other = twin_group_of(c->t, into->owner);
    bool alone = twin_group_at(c->t, group)->encounters_n == 2 && (!one || !other || one == other);
    if ((!from->visit && !into->visit) || (alone && is_unarrived(from)))
        plx_twin_encounter_absorb(c, kept, old);
    else if (alone && is_unarrived(into))
        plx_twin_encounter_absorb(c, old, kept);
}

static const char *merge_accounts(twin_context *c)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    if (!valued(&e->merge.account) || !valued(&e->person.account)) return "merge-names-no-account";
    uint32_t from = plx_twin_node_get(t, TWIN_ACCOUNT_ID, &e->merge.account, 0);
    uint32_t to = plx_twin_node_get(t, TWIN_ACCOUNT_ID, &e->person.account, 0);
    uint32_t old = twin_group_at(t, twin_group_of(t, from))->encounter;
    uint32_t kept = twin_group_at(t, twin_group_of(t, to))->encounter;
    uint32_t group = plx_twin_node_merge(c, from, to, happened_us(c));
    if (old) plx_twin_encounter_touch(c, old);
    if (old && kept && old != kept) join_accounts(c, old, kept, group);
    return NULL;
}

/* A43: the identifiers go to the person that PID names by another one. */
static const char *move_identifiers(twin_context *c)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    uint32_t target = 0;
    for (uint32_t i = 0; i < e->person.ids_n && !target; i++) {
        uint32_t node = plx_twin_node_get(t, TWIN_PERSON_ID, &e->person.ids[i], 0);
        bool moves = false;
        for (uint32_t k = 0; k < e->merge.ids_n; k++)
            moves |= plx_twin_node_find(t, TWIN_PERSON_ID, &e->merge.ids[k]) == node;
        if (!moves) target = node;
    }
    if (!target || e->merge.ids_n == 0) return "move-names-no-person";
    for (uint32_t i = 0; i < e->merge.ids_n; i++) {
        uint32_t node = old_person(c, &e->merge.ids[i], target);
        plx_twin_node_move(c, node, twin_group_of(t, target), happened_us(c));
    }
    plx_twin_encounter_join_person(c, twin_group_of(t, target));
    return NULL;
}

/* For messages of before the move that come after it. */
static void remember_move(twin_context *c, uint32_t account, uint32_t from, uint32_t to)
{
    plx_twin *t = c->t;
    twin_node *n = twin_node_at(t, account);
    int64_t at_us = happened_us(c);
    if (n->moved_to && at_us < n->moved_us) return;
    n->moved_us = at_us;
    n->moved_from = from;
    n->moved_to = to;
    twin_group_at(t, twin_group_of(t, from))->kept = 1;
    twin_group_at(t, twin_group_of(t, to))->kept = 1;
}

static const char *move_account(twin_context *c, uint32_t person)
{
    plx_twin *t = c->t;
    const plx_event *e = c->event;
    const plx_identifier *id = valued(&e->merge.account) ? &e->merge.account : &e->person.account;
    if (!person || !valued(id) || e->merge.ids_n == 0) return "move-names-no-account";
    uint32_t named = plx_twin_node_get(t, TWIN_ACCOUNT_ID, id, 0);
    uint32_t from = old_person(c, &e->merge.ids[0], person);
    uint32_t account = twin_group_of(t, named), old = twin_group_of(t, from);
    if (old == twin_group_of(t, person)) return NULL;
    remember_move(c, named, from, person);
    for (uint32_t node = twin_group_at(t, old)->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t i = twin_node_at(t, node)->encounters; i;) {
            uint32_t next = twin_encounter_at(t, i)->owner_next;
            if (twin_group_of(t, twin_encounter_at(t, i)->account) == account) {
                plx_twin_encounter_own(c, i, person, true);
                plx_twin_encounter_touch(c, i);
            }
            i = next;
        }
    return NULL;
}

static const char *move_visit(twin_context *c, uint32_t person)
{
    const plx_event *e = c->event;
    const plx_identifier *id = valued(&e->merge.visit) ? &e->merge.visit : &e->visit.visit;
    if (!person || !valued(id)) return "move-names-no-visit";
    bool loose;
    plx_visit_facts by_number = {.given = true, .visit = *id};
    twin_clue clue = {.visit = &by_number, .at_us = happened_us(c), .adt = true};
    uint32_t encounter = plx_twin_encounter_for(c, &clue, &loose);
    plx_twin_encounter_own(c, encounter, person, true);
    plx_twin_encounter_touch(c, encounter);
    plx_twin_score_update(c, encounter);
    return NULL;
}

static const char *link_persons(twin_context *c, uint32_t person)
{
    uint32_t other = plx_twin_person_take(c, &c->event->other_person);
    if (!person || !other || person == other) return "link-needs-two-persons";
    plx_twin_person_link(c, person, other, c->event->adt == PLX_ADT_LINK, happened_us(c));
    return NULL;
}

static const char *delete_person(twin_context *c, uint32_t person)
{
    plx_twin *t = c->t;
    if (!person) return "delete-names-no-person";
    twin_group *g = twin_group_at(t, twin_group_of(t, person));
    int64_t at_us = happened_us(c);
    if (g->deleted_us == PLX_TIME_NONE || at_us > g->deleted_us) g->deleted_us = at_us;
    for (uint32_t node = g->members; node; node = twin_node_at(t, node)->next)
        for (uint32_t e = twin_node_at(t, node)->encounters; e;
             e = twin_encounter_at(t, e)->owner_next) {
            twin_span before = twin_span_of(twin_encounter_at(t, e));
            delete_stay(c, e, at_us);
            plx_twin_encounter_settle(c, e, before);
        }
    return NULL;
}

static const char *bed_status(twin_context *c)
{
    uint32_t place = plx_twin_place_get(c->t, &c->event->visit.assigned);
    if (!place) return "bed-status-names-no-bed";
    if (c->event->visit.bed_status.presence == PLX_VALUE)
        plx_twin_place_status(c, place, c->event->visit.bed_status.text, happened_us(c));
    return NULL;
}

const char *plx_twin_adt_apply(twin_context *c, bool *dead)
{
    const plx_event *e = c->event;
    *dead = false;
    uint32_t person = 0;
    bool moves_ids = e->adt == PLX_ADT_MOVE_PERSON;
    if (e->adt == PLX_ADT_NONE || e->adt == PLX_ADT_CHANGE_ALT_VISIT_ID)
        return "event-without-state";
    if (!moves_ids) person = plx_twin_person_take(c, &e->person);
    const char *why = NULL;
    switch (e->adt) {
    case PLX_ADT_MERGE_PERSON:
    case PLX_ADT_CHANGE_PERSON_ID:
        why = merge_persons(c, person);
        break;
    case PLX_ADT_MERGE_VISIT:
    case PLX_ADT_CHANGE_VISIT_ID:
        why = merge_visits(c, person);
        break;
    case PLX_ADT_MERGE_ACCOUNT:
    case PLX_ADT_CHANGE_ACCOUNT_ID:
        why = merge_accounts(c);
        break;
    case PLX_ADT_MOVE_PERSON:
        why = move_identifiers(c);
        break;
    case PLX_ADT_MOVE_ACCOUNT:
        why = move_account(c, person);
        break;
    case PLX_ADT_MOVE_VISIT:
        why = move_visit(c, person);
        break;
    case PLX_ADT_LINK:
    case PLX_ADT_UNLINK:
        why = link_persons(c, person);
        break;
    case PLX_ADT_DELETE_PERSON:
        why = delete_person(c, person);
        break;
    case PLX_ADT_BED_STATUS:
        why = bed_status(c);
        break;
    case PLX_ADT_SWAP:
        why = swap_apply(c, person);
        break;
    default:
        why = stay_apply(c, person);
        break;
    }
    *dead = why != NULL;
    return why;
}
