// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: the pages in a real browser, against a made-up department that shows every look at once: kinds,
// alarms, connection, keys, languages, accessibility, hostile text. Oracle: web 3, 4, 5, 8, 10 and 11;
// axe-core; a fresh page. Tolerance: times are upper bounds for a busy machine.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeFaults } from "./axe.mjs";
import { executable, openBrowser, openPage, until } from "./browser.mjs";
import { Double } from "../double/server.mjs";
import { bodyOf } from "../double/twin.mjs";
import { makeWorld } from "../double/world.mjs";

const options = { skip: executable ? false : "needs Chromium", timeout: 120_000 };

/** A double and a browser; they end with the test t, whatever becomes of it. */
async function stage(t, options = {}, browserOptions = {}) {
  const double = new Double({ seed: 1, ...options });
  const url = await double.start(options.port);
  const context = await openBrowser(browserOptions);
  const close = async () => {
    await context.closeAll();
    await double.stop();
  };
  t?.after(close);
  return { double, url, context, close };
}

const ready = (page) => page.waitForSelector(".row");
const linkState = (page) => page.locator("[data-link]").getAttribute("data-link");

describe("board", options, () => {
  let s;
  before(async () => (s = await stage(null)));
  after(() => s.close());

  test("rows stand there and change without a reload", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    assert.equal(await page.locator(".row").count(), s.double.world.rows.size);
    await page.evaluate(() => (window.same = true));
    const row = [...s.double.world.rows.values()][16];
    s.double.world.j++;
    s.double.publish([[`enc:${row.id}`, "hr", { v: "137", u: "/min", k: "m", t: s.double.now(), i: "x" }]]);
    const cell = page.locator(`[data-cell="${row.id}/hr"]`);
    await until(async () => (await cell.textContent()).includes("137"), "the new value", 3000);
    s.double.world.rows.delete(row.id);
    s.double.world.j++;
    s.double.publish([["board", "row-", row.id]]);
    await until(async () => (await page.locator(`[data-row="${row.id}"]`).count()) === 0, "the row leaves", 8000);
    assert.ok(await page.evaluate(() => window.same));
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("each kind differs from measured in two things that are no colour", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    const looks = await page.evaluate(() => {
      const kinds = {};
      for (const v of document.querySelectorAll("button.v")) {
        const kind = /v-k-(\w)/.exec(v.className)?.[1];
        const quality = /v-q-(\w+)/.exec(v.className)?.[1];
        const key = quality === "good" ? kind : quality;
        const body = v.querySelector(".v-body");
        if (!key || kinds[key] || !body.textContent || body.querySelector(".triage, .alarm, .stay, .dots")) continue;
        const css = getComputedStyle(body);
        kinds[key] = {
          weight: css.fontWeight, slant: css.fontStyle, decoration: css.textDecorationLine,
          border: css.borderBottomStyle, background: css.backgroundImage !== "none",
          marks: body.textContent.replace(/[\d./]+/g, ""), struck: !!body.querySelector("s"),
          svg: body.querySelectorAll("svg").length, sup: !!body.querySelector("sup"),
        };
      }
      return kinds;
    });
    const wanted = { c: 2, i: 2, p: 2, t: 2, suspect: 2, impossible: 1, h: 1, d: 1 };
    for (const [kind, n] of Object.entries(wanted)) {
      assert.ok(looks[kind], `no value of kind ${kind} on the screen`);
      const differs = Object.keys(looks.m).filter((k) => looks[kind][k] !== looks.m[k]);
      assert.ok(differs.length >= n, `${kind} differs only in ${differs}`);
    }
    await page.close();
  });

  test("expired values are hidden behind words, null and empty have their own", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    const labels = await page.evaluate(() => [...document.querySelectorAll("[data-cell]")].map((v) => v.getAttribute("aria-label")));
    assert.ok(labels.some((l) => l.includes("no current value")) , "expired");
    assert.ok(labels.some((l) => l.includes("cleared")));
    assert.ok(labels.some((l) => l.includes("not measured")));
    assert.ok(labels.some((l) => l.includes("no answer")));
    assert.ok(labels.some((l) => l.includes("missing: Respiration rate")));
    assert.equal(await page.locator('[data-cell$="/news2"]', { hasText: "4–7" }).count(), 1);
    await page.close();
  });

  test("rows do not jump while somebody works; they move when asked", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    const order = () => page.locator(".row").evaluateAll((rows) => rows.map((r) => r.dataset.row));
    const start = await order();
    await page.mouse.move(700, 500);
    const last = start.at(-1);
    const row = s.double.world.rows.get(last);
    row.c.triage = { v: "1", k: "h", t: s.double.now(), i: "y" };
    s.double.world.j++;
    s.double.publish([[`enc:${last}`, "triage", row.c.triage]]);
    await page.mouse.move(705, 505);
    await page.waitForSelector(".moves button");
    await page.mouse.move(710, 505);
    assert.equal((await order()).at(-1), last, "still where it was");
    await page.keyboard.press("r");
    await until(async () => (await order()).indexOf(last) < 8, "sorted on request", 2000);
    await page.close();
  });

  test("filters are a URL; names can be hidden", async () => {
    const page = await openPage(s.context, `${s.url}#/board?area=Resus&sort=bed&hide=1`);
    await ready(page);
    const beds = await page.locator(".row .bed").allTextContents();
    assert.ok(beds.length >= 3 && beds.every((b) => b.startsWith("R")));
    assert.deepEqual(beds, [...beds].sort());
    assert.ok((await page.locator(".who-name").allTextContents()).every((n) => n.length < 30 && !/[A-Z]{4}/.test(n)));
    await page.getByRole("button", { name: "NEWS2 ≥ 5" }).click();
    assert.match(page.url(), /news2=5/);
    await page.goBack();
    await until(async () => !page.url().includes("news2"), "back", 2000);
    await page.fill("#search", "nobody-has-this-name");
    await page.waitForSelector(".empty");
    assert.ok(!page.url().includes("nobody"), "no search text in the URL");
    await page.close();
  });
});

describe("keys", options, () => {
  let s;
  before(async () => (s = await stage(null)));
  after(() => s.close());

  test("board to patient to reason and back, without a mouse", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    const focus = () => page.evaluate(() => document.activeElement.dataset.cell ?? document.activeElement.tagName);
    const ids = await page.locator(".row").evaluateAll((rows) => rows.map((r) => r.dataset.row));
    await page.keyboard.press("j");
    await until(async () => (await focus()) === `${ids[0]}/name`, "first row", 2000);
    await page.keyboard.press("j");
    await until(async () => (await focus()) === `${ids[1]}/name`, "second row", 2000);
    await page.keyboard.press("Enter");
    await page.waitForSelector(".patient .tiles");
    await page.keyboard.press("Escape");
    await until(async () => (await focus()) === `${ids[1]}/name`, "focus comes back", 2000);
    for (const cell of ["triage", "complaint", "arrived", "news2"]) {
      await page.keyboard.press("ArrowRight");
      await until(async () => (await focus()) === `${ids[1]}/${cell}`, cell, 2000);
    }
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] .why-node");
    await page.getByRole("button", { name: "Show raw message" }).first().press("Enter");
    await page.waitForSelector("dialog[open] .raw mark");
    await page.keyboard.press("Escape");
    await until(async () => (await focus()) === `${ids[1]}/news2`, "focus comes back", 2000);
    await page.keyboard.press("k");
    await until(async () => (await focus()) === `${ids[0]}/news2`, "up", 2000);
    await page.close();
  });

  test("letters: sort, hide, area, search, screens, help; all can be turned off", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    await page.keyboard.press("s");
    await until(() => page.url().includes("sort=bed"), "sort", 2000);
    await page.keyboard.press("x");
    await until(() => page.url().includes("hide=1"), "hide", 2000);
    await page.keyboard.press("1");
    await until(() => page.url().includes("area=Resus"), "area", 2000);
    await page.keyboard.press("0");
    await page.keyboard.press("/");
    assert.equal(await page.evaluate(() => document.activeElement.id), "search");
    await page.keyboard.type("sx1");
    assert.equal(await page.inputValue("#search"), "sx1", "letters are letters in a field");
    await page.keyboard.press("Escape");
    for (const [key, screen] of [["f", "floor"], ["d", "dept"], ["t", "trust"], ["a", "admin"], ["i", "feeds"], ["b", "board"]]) {
      await page.keyboard.press("g");
      await page.keyboard.press(key);
      await until(() => page.url().includes(`#/${screen}`), screen, 2000);
      if (!["board", "feeds", "trust"].includes(screen)) assert.match(await page.locator(".lead").textContent(), /not part of this version/);
    }
    await page.keyboard.press("?");
    await page.waitForSelector("dialog[open]");
    await page.locator("dialog input[type=checkbox]").uncheck();
    await page.keyboard.press("Escape");
    const before = page.url();
    await page.keyboard.press("s");
    await page.waitForTimeout(200);
    assert.equal(page.url(), before, "letter keys are off");
    await page.close();
  });
});

describe("a patient and what-if", options, () => {
  let s;
  before(async () => (s = await stage(null)));
  after(() => s.close());
  const first = () => [...s.double.world.rows.values()][0];

  test("the board tells mechanism and risk as predicted, by more than a colour", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    const shock = page.locator(`[data-cell="${first().id}/shock"]`);
    assert.match(await shock.innerText(), /→\s*hypovolaemic 0\.88, −1\.1 L/);
    assert.equal(await shock.locator(".v-body").evaluate((e) => getComputedStyle(e).borderBottomStyle), "dashed");
    assert.match(await page.locator(`[data-cell="${first().id}/risk"]`).innerText(), /→\s*0\.76/);
    await page.close();
  });

  test("keyboard only: board, twin, two arms and their difference, a refusal, and back", async () => {
    const page = await openPage(s.context, s.url);
    await ready(page);
    await page.locator(`[data-cell="${first().id}/name"]`).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".fan");
    assert.match(page.url(), new RegExp(`#/p/${first().id}$`));
    assert.equal(await page.locator(".fan").count(), 5);
    assert.match(await page.locator('[data-vital="map"]').innerText(), /60 min – 4 h last value · the simple forecast was better/);
    assert.match(await page.locator(".mechanisms li").first().innerText(), /hypovolaemic\s+0\.88/);
    assert.match(await page.locator(".hidden-list").innerText(), /→\s*1100\s*\(800–1400\)/);
    assert.match(await page.locator(".twin-state").innerText(), /unsure[\s\S]*D 1\.4[\s\S]*device-type[\s\S]*intervals are widened/);
    await page.getByRole("button", { name: "Add an arm" }).press("Enter");
    await page.getByRole("textbox", { name: "Norepinephrine, ug/kg/min" }).fill("0.2");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".arms-table");
    const asked = s.double.posts.at(-1).request;
    assert.deepEqual(asked, { stay: first().id, arms: ["crystalloid 500 mL 15 min", "norepinephrine 0.2 ug/kg/min"], minutes: [5, 15, 30, 60] });
    const rows = page.locator(".arms-table tbody tr");
    assert.match(await rows.nth(0).innerText(), /Nothing new/);
    assert.doesNotMatch(await rows.nth(0).innerText(), /Δ/);
    assert.match(await rows.nth(2).innerText(), /Norepinephrine 0\.2 ug\/kg\/min[\s\S]*→ 76 \(68 … 84\)[\s\S]*Δ [\s\S]*\+8 \(6 … 10\)[\s\S]*P\(MAP ≥ 65\) 0\.88/);
    assert.equal(await page.locator(".elsewhere").count(), 0, "its own answer is no news");
    await page.getByRole("textbox", { name: "Crystalloid, mL" }).fill("99999");
    await page.keyboard.press("Enter");
    await until(async () => /a number from 1 to 20000/.test((await page.locator(".said.error").allTextContents()).join()), "the server's sentence");
    await page.getByRole("textbox", { name: "Crystalloid, mL" }).fill("5oo");
    await page.keyboard.press("Enter");
    await until(async () => /no number/.test((await page.locator(".said.error").allTextContents()).join()), "no number");
    await page.getByRole("button", { name: "Compare" }).focus();
    await page.keyboard.press("Escape");
    await until(async () => (await page.evaluate(() => document.activeElement.dataset.cell)) === `${first().id}/name`, "focus comes back", 3000);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("it is live; who left says so; another patient does not inherit the question", async () => {
    const page = await openPage(s.context, `${s.url}#/p/${first().id}`);
    await page.waitForSelector(".fan");
    s.double.world.j++;
    s.double.publish([[`enc:${first().id}`, "body", bodyOf(s.double.now(), { status: "adrift", text: "The twin does not follow this patient: no forecast and no what-if.", forecast: null })]]);
    await until(async () => (await page.locator("[data-twin]").getAttribute("data-twin")) === "adrift", "adrift", 3000);
    assert.ok(await page.getByRole("button", { name: "Compare" }).isDisabled());
    assert.equal(await page.locator(".fan").count(), 0);
    const other = [...s.double.world.rows.values()][5];
    await page.goto(`${s.url}#/p/${other.id}`);
    await until(async () => /No live twin follows/.test(await page.locator(".patient").innerText()), "nobody follows", 3000);
    assert.equal(await page.locator(".whatif").count(), 0);
    await page.goto(`${s.url}#/p/zzz`);
    await until(async () => /no longer on the board/.test(await page.locator(".patient").innerText()), "gone", 5000);
    await page.close();
  });

  test("trust: the worst first, too few where there are no figures", async () => {
    const page = await openPage(s.context, `${s.url}#/trust`);
    await page.waitForSelector(".trust-cells tbody tr");
    const rows = await page.locator(".trust-cells tbody tr").allInnerTexts();
    assert.equal(rows.length, 15);
    assert.match(rows[0], /Oxygen saturation[\s\S]*demoted[\s\S]*hold the truth too seldom/);
    assert.match(rows[1], /Mean arterial pressure[\s\S]*79\.0 %[\s\S]*−0\.04[\s\S]*persistence/);
    assert.match(rows[14], /too few/);
    await page.close();
  });
});

describe("connection", options, () => {
  test("stop: LAGGING, OFFLINE, ages tick; start: LIVE by delta, then by snapshot", async (t) => {
    const s = await stage(t);
    const page = await openPage(s.context, s.url);
    await ready(page);
    const port = s.double.port;
    await s.double.stop();
    await until(async () => (await linkState(page)) === "lagging", "LAGGING", 6000);
    await until(async () => (await linkState(page)) === "offline", "OFFLINE", 8000);
    await page.waitForSelector(".bar-bad");
    const clock = () => page.locator(".top-time").textContent();
    const then = await clock();
    await until(async () => (await clock()) !== then, "time and ages go on", 3000);
    await until(async () => (await page.locator(".v-f-ageing, .v-f-stale").count()) > 20, "streams grow old", 20000);
    const again = new Double({ world: s.double.world });
    again.batches = s.double.batches;
    await again.start(port);
    await until(async () => (await linkState(page)) === "live", "LIVE again", 12000);
    await again.stop();
    const other = new Double({ world: makeWorld({ seed: 9 }), epoch: "other" });
    await other.start(port);
    const row = [...other.world.rows.keys()].at(-1);
    await until(async () => (await page.locator(`[data-row="${row}"]`).count()) === 1, "another journal: a snapshot", 15000);
    assert.deepEqual(page.faults, []);
    await s.context.closeAll();
    await other.stop();
  });

  test("whatever was missed, the page ends like a fresh one", async (t) => {
    const s = await stage(t);
    const page = await openPage(s.context, s.url);
    await ready(page);
    for (let cut = 0; cut < 3; cut++) {
      for (const v of s.double.viewers) v.socket.destroy();
      const ids = [...s.double.world.rows.keys()];
      const gone = ids[3 + cut];
      s.double.world.rows.delete(gone);
      s.double.world.j++;
      s.double.publish([["board", "row-", gone]]);
      await until(async () => s.double.viewers.size > 0 && (await linkState(page)) === "live", "back", 12000);
    }
    clearInterval(s.double.timer); // life stops: both pages must now show the same
    const fresh = await openPage(s.context, s.url);
    await ready(fresh);
    const state = (p) => p.locator(".row").evaluateAll((rows) => rows.map((r) => [r.dataset.row, ...[...r.querySelectorAll("td")].map((td) => td.querySelector(".v-body")?.textContent ?? "")].join("|")).sort().join("\n"));
    const stable = (text) => text.replace(/\|[^|]*(?=\n|$)/g, "");
    await until(async () => stable(await state(page)) === stable(await state(fresh)), "equal pages", 8000);
  });
});

describe("alarms and colours", options, () => {
  for (const colorScheme of ["dark", "light"])
    test(`fixed colours in ${colorScheme}`, async (t) => {
      const s = await stage(t, {}, { colorScheme, reducedMotion: "reduce" });
      const page = await openPage(s.context, s.url);
      await ready(page);
      const fill = (selector) => page.locator(selector).first().evaluate((e) => getComputedStyle(e).backgroundColor);
      assert.equal(await fill(".alarm-high"), "rgb(213, 0, 0)");
      assert.equal(await fill(".alarm-medium"), "rgb(255, 214, 0)");
      assert.equal(await fill(".alarm-technical"), "rgb(129, 212, 250)");
      assert.equal(await fill(".news-3"), "rgb(239, 62, 66)");
      assert.equal(await fill(".news-1"), "rgb(255, 242, 117)");
      });

  test("high flashes at 2 Hz, nothing faster than three times a second", async (t) => {
    const s = await stage(t);
    const page = await openPage(s.context, s.url);
    await ready(page);
    const n = await page.evaluate(
      () =>
        new Promise((done) => {
          let on = 0;
          const root = document.documentElement;
          let was = root.classList.contains("flash-high");
          const watch = new MutationObserver(() => {
            const is = root.classList.contains("flash-high");
            if (is && !was) on++;
            was = is;
          });
          watch.observe(root, { attributes: true });
          setTimeout(() => done(on), 5000);
        }),
    );
    assert.ok(n >= 8 && n <= 11, `${n} flashes in 5 s`);
  });
});

describe("languages", options, () => {
  test("Chinese by the browser's language, English by choice, kept", async (t) => {
    const s = await stage(t, {}, { locale: "zh-CN" });
    const page = await openPage(s.context, s.url);
    await ready(page);
    assert.equal(await page.evaluate(() => document.documentElement.lang), "zh-CN");
    assert.match(await page.locator(".rail").textContent(), /看板/);
    assert.match(await page.locator("thead").textContent(), /主诉/);
    await page.getByRole("button", { name: "English" }).click();
    await until(async () => /Complaint/.test(await page.locator("thead").textContent()), "English", 3000);
    await page.reload();
    await ready(page);
    assert.match(await page.locator("thead").textContent(), /Complaint/);
  });

  test("what the server says is Chinese too, what people wrote is not touched", async (t) => {
    const s = await stage(t, {}, { locale: "zh-CN" });
    const page = await openPage(s.context, s.url);
    await ready(page);
    const board = await page.locator("#app").innerText();
    for (const words of ["床位冲突", "滞留待入院", "CT head：进行中", "chest pain", "收入院"])
      assert.ok(board.includes(words), words);
    for (const words of [/boarding/, /in progress/, /ordered/, /to be /, /conflict/, /missing/, /\badmit\b/])
      assert.doesNotMatch(board, words);
    const labels = await page.evaluate(() => [...document.querySelectorAll("[data-cell]")].map((v) => v.getAttribute("aria-label")).join("\n"));
    assert.match(labels, /不适用于 16 岁以下患者/);
    assert.match(labels, /缺少：呼吸频率/);
    await page.locator("input[type=search]").fill("进行中");
    await until(async () => /CT head/.test(await page.locator("tbody").innerText()), "found by what is shown", 3000);
    await page.goto(`${s.url}#/feeds`);
    await page.waitForSelector(".dead tbody tr");
    const feeds = await page.locator("#app").innerText();
    assert.match(feeds, /版本（MSH-12）不在 2.1 至 2.9 之间/);
    assert.doesNotMatch(feeds, /the version/);
  });

  test("a locale that Intl refuses still starts", async (t) => {
    const s = await stage(t);
    const page = await s.context.newPage();
    await page.addInitScript(() => Object.defineProperty(Navigator.prototype, "language", { get: () => "en-US@posix" }));
    await page.goto(s.url);
    await ready(page);
  });
});

describe("accessibility", options, () => {
  for (const colorScheme of ["dark", "light"])
    for (const locale of ["en-GB", "zh-CN"])
      test(`axe: every screen, ${colorScheme}, ${locale}`, async (t) => {
        const s = await stage(t, { most: 18 }, { colorScheme, locale, reducedMotion: "reduce" });
        const page = await openPage(s.context, s.url);
        await ready(page);
        assert.deepEqual(await axeFaults(page), [], "board");
        await page.locator(".who").first().click();
        await page.waitForSelector(".patient .tiles");
        assert.deepEqual(await axeFaults(page), [], "patient");
        await page.keyboard.press("Escape");
        await ready(page);
        await page.locator('[data-cell$="/news2"]').first().click();
        await page.waitForSelector("dialog[open] .why-node");
        assert.deepEqual(await axeFaults(page), [], "why");
        await page.keyboard.press("Escape");
        for (const screen of ["floor", "dept", "admin"]) {
          await page.goto(`${s.url}#/${screen}`);
          await page.waitForSelector(".later");
          assert.deepEqual(await axeFaults(page), [], screen);
        }
        await page.goto(`${s.url}#/trust`);
        await page.waitForSelector(".trust-cells tbody tr");
        assert.deepEqual(await axeFaults(page), [], "trust");
        await page.goto(`${s.url}#/p/${[...s.double.world.rows.keys()][0]}`);
        await page.waitForSelector(".fan");
        await page.locator(".whatif button[type=submit]").click();
        await page.waitForSelector(".arms-table");
        for (const summary of await page.locator("summary").all()) await summary.click();
        assert.deepEqual(await axeFaults(page), [], "twin and what-if");
        await page.goto(`${s.url}#/feeds`);
        await page.waitForSelector(".dead tbody tr");
        assert.deepEqual(await axeFaults(page), [], "feeds");
        await page.locator(".dead tbody button").first().click();
        await page.waitForSelector("dialog[open] textarea");
        assert.deepEqual(await axeFaults(page), [], "dead letter");
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await page.waitForSelector("dialog[open] kbd");
        assert.deepEqual(await axeFaults(page), [], "help");
        assert.deepEqual(page.faults, []);
          });

  test("320 px wide and 200 % zoom: no scrolling in two directions", async (t) => {
    const s = await stage(t, { most: 18 }, { viewport: { width: 320, height: 640 } });
    const page = await openPage(s.context, s.url);
    await ready(page);
    const wide = () => page.evaluate(() => Math.max(...[...document.querySelectorAll("html, main, .table-box")].map((e) => e.scrollWidth - e.clientWidth)));
    assert.equal(await wide(), 0, "board as cards");
    assert.deepEqual(await axeFaults(page), []);
    await page.goto(`${s.url}#/feeds`);
    await page.waitForSelector(".dead tbody tr");
    assert.equal(await wide(), 0, "feeds");
    await page.goto(`${s.url}#/p/${[...s.double.world.rows.keys()][0]}`);
    await page.waitForSelector(".fan");
    await page.locator(".whatif button[type=submit]").click();
    await page.waitForSelector(".arms-table");
    assert.equal(await wide(), 0, "patient");
    await page.goto(`${s.url}#/trust`);
    await page.waitForSelector(".trust-cells tbody tr");
    assert.equal(await wide(), 0, "trust");
    await page.goto(s.url);
    await ready(page);
    await page.setViewportSize({ width: 720, height: 450 });
    assert.equal(await wide(), 0, "1440 px at 200 %");
  });

  test("targets are 24 px at least", async (t) => {
    const s = await stage(t);
    const page = await openPage(s.context, s.url);
    await ready(page);
    const small = await page.evaluate(() =>
      [...document.querySelectorAll("button, a, input, select")]
        .map((e) => ({ e, r: e.getBoundingClientRect() }))
        .filter(({ e, r }) => r.width > 0 && (r.width < 23.5 || r.height < 23.5) && !e.classList.contains("skip"))
        .map(({ e, r }) => `${e.outerHTML.slice(0, 80)} ${r.width}x${r.height}`),
    );
    assert.deepEqual(small, []);
  });
});

describe("hostile text", options, () => {
  test("is text in every field; nothing runs, nothing is blocked by the policy", async (t) => {
    const evil = `<img src=x onerror="window.hit=1"><script>window.hit=1</script>"'\`\${window.hit=1}javascript:window.hit=1`;
    const world = makeWorld({ seed: 3 });
    for (const row of world.rows.values()) {
      row.area = evil;
      for (const [field, v] of Object.entries(row.c)) if (v) row.c[field] = { ...v, v: evil, u: evil, q: `suspect:${evil}` };
    }
    world.books[0].name = evil;
    for (const d of world.dead) Object.assign(d, { reason: evil, segment: evil, body: `${evil}\r${evil}\x00\x1b[31m` });
    const s = await stage(t, { world });
    const page = await openPage(s.context, s.url);
    await ready(page);
    assert.ok((await page.locator(".row").first().textContent()).includes("<script>"));
    await page.locator(".who").first().click();
    await page.waitForSelector(".patient .tiles");
    assert.ok((await page.locator(".patient").textContent()).includes("<script>"));
    await page.goto(`${s.url}#/feeds`);
    await page.locator(".dead tbody button").first().click();
    await page.waitForSelector("dialog[open] textarea");
    assert.ok((await page.locator("dialog .raw").first().textContent()).includes("<script>"));
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.deepEqual(page.faults, []);
  });
});

describe("feeds", options, () => {
  test("open, edit, see the change, resend; discard needs a reason", async (t) => {
    const s = await stage(t);
    const page = await openPage(s.context, `${s.url}#/feeds`);
    await page.waitForSelector(".dead tbody tr");
    const first = s.double.world.dead[0];
    await page.locator(`tr[data-seq="${first.seq}"] button`).click();
    const editor = page.locator("dialog textarea");
    await editor.waitFor();
    await page.waitForSelector("dialog .raw mark");
    await page.getByRole("button", { name: "Resend" }).click();
    await until(async () => /not applied/.test(await page.locator(".said").textContent()), "refused again", 3000);
    await editor.fill((await editor.inputValue()).replace("19550230", "19550228").replace("1,4", "1.4"));
    assert.equal(await page.locator(".diff-out").count(), 4);
    await page.getByRole("button", { name: "Resend" }).click();
    await until(async () => /Accepted/.test(await page.locator(".said").textContent()), "accepted", 3000);
    const sent = s.double.posts.at(-1);
    assert.equal(sent.request.seq, first.seq);
    assert.ok(sent.request.body.includes("\r") && !sent.request.body.includes("\n"), "segments end with CR again");
    await until(async () => (await page.locator("dialog textarea").count()) === 0, "closed letters are not edited", 3000);
    await page.keyboard.press("Escape");
    await until(async () => (await page.locator(`tr[data-seq="${first.seq}"]`).count()) === 0, "left the open ones", 3000);
    const second = s.double.world.dead[1];
    await page.locator(`tr[data-seq="${second.seq}"] button`).click();
    const discard = page.getByRole("button", { name: "Discard" });
    await discard.waitFor();
    assert.ok(await discard.isDisabled());
    await page.locator(".discard input").fill("test message of the vendor");
    await discard.click();
    await until(async () => /Discarded/.test(await page.locator(".said").textContent()), "discarded", 3000);
    assert.equal(s.double.posts.at(-1).request.why, "test message of the vendor");
  });
});
