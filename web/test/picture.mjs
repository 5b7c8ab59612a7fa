// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// The picture of the README, from a running demo: `node test/picture.mjs URL FILE.png [HASH] [light]`.
import { openBrowser, openPage, until } from "./browser/browser.mjs";

const [url, file, hash = "", theme = "dark"] = process.argv.slice(2);
if (!url || !file) {
  console.error("usage: node test/picture.mjs URL FILE.png [HASH] [light]");
  process.exit(2);
}
const context = await openBrowser({ viewport: { width: 1720, height: 968 }, colorScheme: theme });
try {
  const page = await openPage(context, url + hash);
  await until(async () => (await page.locator(".row, .books tbody tr").count()) >= 1, "something to see", 60000);
  await page.waitForTimeout(3500); // two values of each stream: ages are then what they are
  await page.screenshot({ path: file });
} finally {
  await context.closeAll();
}
