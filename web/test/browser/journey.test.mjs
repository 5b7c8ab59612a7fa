// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Goal: what a user sees is what was sent: messages over real MLLP into the real server, pixels in a real
// browser; server stopped, frozen and started again. Oracle: the messages themselves; web 5 and 11.
// Tolerance: times are upper bounds for a busy machine. Needs POLLUX (the binary) and Chromium.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { axeFaults } from "./axe.mjs";
import { executable, openBrowser, openPage, until } from "./browser.mjs";
import { arrival, Pollux, vitals } from "./pollux.mjs";

const binary = process.env.POLLUX;
const options = { skip: !binary ? "needs POLLUX, the program's path" : executable ? false : "needs Chromium", timeout: 180_000 };

const rowOf = (page, name) => page.locator(".row", { hasText: name });
const linkState = (page) => page.locator("[data-link]").getAttribute("data-link");
const cellText = (page, name, column) => rowOf(page, name).locator(`.c-${column}`).textContent();

describe("the served department", options, () => {
  const server = new Pollux(binary);
  let context;
  before(async () => {
    await server.start();
    context = await openBrowser();
  });
  after(async () => {
    await context?.closeAll();
    if (server.process) await server.stop();
    server.remove();
  });

  test("nobody yet: the board says so in words", async () => {
    const page = await openPage(context, server.url);
    await until(async () => /No patients/.test(await page.locator(".empty").textContent()), "words");
    await page.close();
  });

  test("a patient arrives by MLLP; values change without a reload", async () => {
    const page = await openPage(context, server.url);
    await page.waitForSelector(".empty");
    await page.evaluate(() => (window.same = true));
    assert.deepEqual(await server.send(arrival({ n: 1, family: "ALDER", bed: "M01", complaint: "chest pain" })), ["AA"]);
    await rowOf(page, "ALDER").waitFor({ timeout: 5000 });
    assert.match(await cellText(page, "ALDER", "complaint"), /chest pain/);
    assert.match(await cellText(page, "ALDER", "bed"), /M01/);
    await server.send(vitals(1, { hr: 96, rr: 18, spo2: 97, temp: "37.10" }));
    await until(async () => /96/.test(await cellText(page, "ALDER", "hr")), "heart rate");
    const sent = Date.now();
    await server.send(vitals(1, { hr: 131 }));
    await until(async () => /131/.test(await cellText(page, "ALDER", "hr")), "the new heart rate", 5000);
    console.log(`# MLLP send to pixel, seen from the test: ${Date.now() - sent} ms`);
    assert.match(await cellText(page, "ALDER", "temp"), /37\.10|37\.1/);
    assert.ok(await page.evaluate(() => window.same));
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("why this number: down to the bytes that were sent", async () => {
    const page = await openPage(context, server.url);
    await rowOf(page, "ALDER").locator(".c-hr button").click();
    await page.waitForSelector("dialog[open] .why-raw button");
    await page.locator("dialog .why-raw button").first().click();
    const mark = page.locator("dialog .raw mark").first();
    await until(async () => /OBX\|1\|NM\|8867-4/.test(await mark.textContent()) && /131/.test(await mark.textContent()), "the segment is marked");
    await page.close();
  });

  test("hostile HL7 is text; no script runs, no report of the policy", async () => {
    const evil = "<img src=x onerror=window.hit=1><script>window.hit=1</script>";
    const codes = await server.send(arrival({ n: 2, family: `EVIL${evil}`, given: evil, bed: "M02", complaint: evil }));
    assert.deepEqual(codes, ["AA"]);
    const page = await openPage(context, server.url);
    await rowOf(page, "EVIL").waitFor({ timeout: 5000 });
    assert.match(await rowOf(page, "EVIL").textContent(), /<script>/);
    await rowOf(page, "EVIL").locator(".who").click();
    await page.waitForSelector(".patient .tiles");
    await page.waitForTimeout(300);
    assert.equal(await page.evaluate(() => window.hit), undefined);
    assert.deepEqual(page.faults, []);
    await page.close();
  });

  test("a dead letter: open, edit, resend; the books balance", async () => {
    const broken = arrival({ n: 3, family: "MENDED", bed: "M03" }).replace("|19800101|", "|19800230|").replace(/^(MSH(?:\|[^|]*){5}\|)\d+/, "$120261399");
    const [code] = await server.send(broken);
    assert.notEqual(code, "AA", "the message is refused");
    const page = await openPage(context, `${server.url}#/feeds`);
    await page.waitForSelector(".dead tbody tr");
    const seq = await page.locator(".dead tbody tr").first().getAttribute("data-seq");
    await page.locator(".dead tbody button").first().click();
    const editor = page.locator("dialog textarea");
    await editor.waitFor();
    await editor.fill(arrival({ n: 3, family: "MENDED", bed: "M03" }).replace(/\r/g, "\n"));
    await page.getByRole("button", { name: "Resend" }).click();
    await until(async () => /Accepted/.test((await page.locator(".said").textContent()) ?? ""), "accepted");
    await page.keyboard.press("Escape");
    await until(async () => (await page.locator(`tr[data-seq="${seq}"]`).count()) === 0, "no longer open");
    assert.equal(await page.locator(".books .error").count(), 0, "books balance");
    assert.ok((await page.locator(".books .good").count()) >= 1);
    await page.goto(`${server.url}#/board`);
    await rowOf(page, "MENDED").waitFor({ timeout: 5000 });
    await page.close();
  });

  test("axe: board, patient and feeds of the real server", async () => {
    const page = await openPage(context, server.url);
    await rowOf(page, "ALDER").waitFor();
    assert.deepEqual(await axeFaults(page), []);
    await rowOf(page, "ALDER").locator(".who").click();
    await page.waitForSelector(".patient .tiles");
    assert.deepEqual(await axeFaults(page), []);
    await page.goto(`${server.url}#/feeds`);
    await page.waitForSelector(".books tbody tr");
    assert.deepEqual(await axeFaults(page), []);
    await page.close();
  });

  test("the server stands still: LAGGING, OFFLINE, time goes on; it goes on: LIVE", async () => {
    const page = await openPage(context, server.url);
    await rowOf(page, "ALDER").waitFor();
    server.process.kill("SIGSTOP");
    await until(async () => (await linkState(page)) === "lagging", "LAGGING", 6000);
    await until(async () => (await linkState(page)) === "offline", "OFFLINE", 8000);
    const clock = () => page.locator(".top-time").textContent();
    const then = await clock();
    await until(async () => (await clock()) !== then, "ages tick", 4000);
    server.process.kill("SIGCONT");
    await until(async () => (await linkState(page)) === "live", "LIVE", 15000);
    await page.close();
  });

  test("stopped and started: it resumes, and ends like a fresh page", async () => {
    const page = await openPage(context, server.url);
    await rowOf(page, "ALDER").waitFor();
    await server.stop();
    await until(async () => (await linkState(page)) !== "live", "not LIVE", 8000);
    await server.start();
    const from = Date.now();
    await until(async () => (await linkState(page)) === "live", "LIVE again", 15000);
    console.log(`# ready to LIVE: ${Date.now() - from} ms`);
    await server.send(vitals(1, { hr: 88 }), arrival({ n: 4, family: "LATER", bed: "M04" }));
    await rowOf(page, "LATER").waitFor({ timeout: 8000 });
    await until(async () => /88/.test(await cellText(page, "ALDER", "hr")), "values go on");
    const fresh = await openPage(context, server.url);
    await rowOf(fresh, "LATER").waitFor();
    const words = (p) => p.locator(".row").evaluateAll((rows) => rows.map((r) => [...r.querySelectorAll(".v-body, .who-name, .bed")].map((e) => e.textContent).join("|")).sort().join("\n").replace(/\d+:\d\d!?/g, ""));
    await until(async () => (await words(page)) === (await words(fresh)), "equal pages", 8000);
    assert.deepEqual(page.faults, []);
    await page.close();
    await fresh.close();
  });
});
