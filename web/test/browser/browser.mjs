// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// Debian's Chromium under playwright-core, with an empty profile, and what every journey needs.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
export const executable = PLACES.find((p) => existsSync(p));

const FLAGS = [
  "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** A browser with one page. Faults of the page (script errors, CSP) are collected in page.faults. */
export async function openBrowser(options = {}) {
  const profile = mkdtempSync(join(tmpdir(), "pollux-web-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: executable,
    args: FLAGS,
    locale: "en-GB",
    viewport: { width: 1600, height: 900 },
    ...options,
  });
  context.closeAll = async () => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  return context;
}

export async function openPage(context, url) {
  const page = await context.newPage();
  page.faults = [];
  page.on("pageerror", (e) => page.faults.push(`script: ${e.message}`));
  await page.exposeFunction("reportFault", (text) => void page.faults.push(text));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (e) =>
      window.reportFault(`CSP: ${e.violatedDirective} ${e.blockedURI}`),
    );
  });
  await page.goto(url);
  return page;
}

/** Waits until check() is true; the page may take its time on a busy machine. */
export async function until(check, what, ms = 15000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`did not happen in ${ms} ms: ${what}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}
