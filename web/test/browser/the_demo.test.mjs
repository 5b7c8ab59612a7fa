// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: the demo, as somebody sees it who has just started it. Oracle: web 3, 4, 8, 10; axe-core.
// Tolerance: none. Needs POLLUX_URL, the address of a running demo, and Chromium.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeFaults } from "./axe.mjs";
import { executable, openBrowser, openPage, until } from "./browser.mjs";

const url = process.env.POLLUX_URL;
const options = { skip: !url ? "needs POLLUX_URL, the address of a demo" : executable ? false : "needs Chromium", timeout: 120_000 };

describe("the demo", options, () => {
  let context;
  before(async () => (context = await openBrowser()));
  after(() => context?.closeAll());

  test("a full department, marked as a demo, changing by itself", async () => {
    const page = await openPage(context, url);
    await until(async () => (await page.locator(".row").count()) >= 10, "ten patients", 60000);
    assert.equal(await page.locator(".demo").textContent(), "DEMO");
    assert.match(await page.locator(".top").textContent(), /SHADOW/);
    assert.equal(await page.locator("[data-link]").getAttribute("data-link"), "live");
    const text = () => page.locator("tbody").textContent();
    const then = await text();
    await until(async () => (await text()) !== then, "something changes", 20000);
    const columns = await page.locator("thead th").count();
    assert.equal(columns, 23);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("every number on the board answers why", async () => {
    const page = await openPage(context, url);
    await page.waitForSelector(".row");
    const board = async () => {
      const document = await page.evaluate(() => fetch("/api/state?topic=board").then((r) => r.json()));
      return new Set(document.rows.flatMap((r) => Object.values(r.c).map((v) => v?.i).filter(Boolean)));
    };
    const unanswered = (ids) => page.evaluate(async (all) => {
      const bad = [];
      for (const id of all) {
        const answer = await fetch(`/api/why/${id}`);
        if (!answer.ok) bad.push(id);
      }
      return bad;
    }, ids);
    const ids = [...(await board())];
    assert.ok(ids.length > 100);
    const failed = await unanswered(ids.slice(0, 600));
    // The department goes on meanwhile: what has left the board may be forgotten, what stands there not.
    const still = await board();
    assert.deepEqual(failed.filter((id) => still.has(id)), []);
    assert.ok(failed.length < 10, `${failed.length} ids were forgotten within seconds`);
    await page.close();
  });

  test("a followed patient: mechanisms, fans, two arms with a difference; trust shows rows", async () => {
    const page = await openPage(context, url);
    const risks = page.locator('[data-cell$="/risk"]:not(.v-empty)');
    await until(async () => (await risks.count()) > 0, "a live twin tells a risk", 90_000);
    const id = (await risks.first().getAttribute("data-cell")).split("/")[0];
    await page.locator(`[data-cell="${id}/name"]`).focus();
    await page.keyboard.press("Enter");
    await page.waitForSelector(".fan");
    assert.equal(await page.locator(".mechanisms li").count(), 7);
    assert.match(await page.locator(".twin-state").innerText(), /D \d/);
    assert.deepEqual(await axeFaults(page), []);
    // a twin that was begun a moment ago is refused until enough was measured: the page says so, ask again
    await until(async () => {
      await page.getByRole("button", { name: "Compare" }).press("Enter");
      await page.waitForSelector(".arms-table, .said.error");
      return (await page.locator(".arms-table").count()) > 0;
    }, "an answer", 60_000);
    assert.equal(await page.locator(".arms-table tbody tr").count(), 2);
    assert.match(await page.locator(".arms-table tbody tr").last().innerText(), /Crystalloid 500 mL 15 min[\s\S]*Δ/);
    await page.goto(`${url}#/trust`);
    await page.waitForSelector(".trust-cells tbody tr");
    assert.ok((await page.locator(".trust-cells tbody tr").count()) >= 5);
    assert.deepEqual(await axeFaults(page), []);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("keyboard only: first patient, a reason, and back", async () => {
    const page = await openPage(context, url);
    await page.waitForSelector(".row");
    // Rows are painted before the keys are listened to: press until a row has the focus, as a person would.
    const inRow = () => page.evaluate(() => Boolean(document.activeElement?.closest(".row")));
    for (let i = 0; i < 50 && !(await inRow()); i++) {
      await page.keyboard.press("j");
      await page.waitForTimeout(100);
    }
    assert.ok(await inRow());
    await page.keyboard.press("Enter");
    await page.waitForSelector(".patient .tiles");
    await page.keyboard.press("Escape");
    for (let i = 0; i < 5; i++) await page.keyboard.press("ArrowRight");
    await page.waitForTimeout(200);
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog[open] .why-node");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    await page.close();
  });
});

describe("the demo, other looks", options, () => {
  for (const colorScheme of ["dark", "light"])
    for (const locale of ["en-GB", "zh-CN"])
      test(`axe: board and feeds, ${colorScheme}, ${locale}`, async (t) => {
        const context = await openBrowser({ colorScheme, locale, reducedMotion: "reduce" });
        t.after(() => context.closeAll());
        const page = await openPage(context, `${url}#/board?area=Resus`);
        await page.waitForSelector(".row, .empty");
        if (locale === "zh-CN") assert.match(await page.locator(".rail").textContent(), /看板/);
        assert.deepEqual(await axeFaults(page), [], "board");
        await page.goto(`${url}#/feeds`);
        await page.waitForSelector(".books tbody tr");
        assert.deepEqual(await axeFaults(page), [], "feeds");
        assert.equal(await page.locator(".books .error").count(), 0, "books balance");
        assert.deepEqual(page.faults, []);
      });
});
