// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// What surrounds every screen: top bar with the truth about the connection, rail, and the bar that says
// when what is shown is not live.
import { useEffect } from "preact/hooks";
import { clockText } from "../state/age";
import {
  board, boardLoaded, change, link, lost, newBuild, problem, refusedCode, setTheme, silentSeconds, theme, view,
  type Theme,
} from "../state/app";
import { second } from "../state/clock";
import { SCREENS, type RailScreen } from "../state/view";
import { chooseLanguage, language, t, type Key } from "../text";
import { showHelp } from "./help";
import { Icon, type IconName } from "./icon";

const RAIL_KEYS: Record<RailScreen, string> = { board: "b", floor: "f", dept: "d", trust: "t", feeds: "i", admin: "a" };

function LinkState() {
  const state = link.value;
  const words = t(`link.${state}` as Key);
  const age = state === "offline" || state === "lagging" ? ` ${t("link.seconds", { n: silentSeconds.value })}` : "";
  return (
    <span class={`pill link-${state}`} data-link={state}>
      <span class="link-dot" aria-hidden="true" />
      {words}
      <span class="tab">{age}</span>
    </span>
  );
}

const THEMES: Theme[] = ["auto", "dark", "light"];
const THEME_ICONS: Record<Theme, IconName> = { auto: "auto", dark: "moon", light: "sun" };

export function TopBar() {
  const other = language.value === "en" ? "zh" : "en";
  const next = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? "auto";
  return (
    <header class="top">
      <a class="brand" href="#/board" aria-label={t("brand.label")}>
        <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M3 19h7l3-10 5 15 3-9h8" fill="none" stroke="currentColor" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round" />
        </svg>
        <span class="brand-name">Pollux</span>
      </a>
      <span class="top-dept">{t("top.department")}</span>
      {board.value.demo && <strong class="demo">{t("top.demo")}</strong>}
      <span class="grow" />
      <span class="pill shadow" title={t("top.shadow_why")}>{t("top.shadow")}</span>
      <LinkState />
      <time class="top-time tab" aria-label={t("top.time")}>
        {second.value ? clockText(second.value, undefined, true) : "--:--:--"}
      </time>
      <button type="button" class="plain" lang={other === "zh" ? "zh-CN" : "en"} onClick={() => void chooseLanguage(other)}>
        {other === "zh" ? "中文" : "English"}
      </button>
      <button type="button" class="plain" onClick={() => setTheme(next)} aria-label={t("top.theme", { to: t(`theme.${theme.value}` as Key) })} title={t("top.theme", { to: t(`theme.${theme.value}` as Key) })}>
        <Icon name={THEME_ICONS[theme.value]} size={18} />
      </button>
      <button type="button" class="plain" onClick={showHelp} aria-label={t("help.title")} title={`${t("help.title")} (?)`}>
        <Icon name="help" size={18} />
      </button>
    </header>
  );
}

export function Rail() {
  return (
    <nav class="rail" aria-label={t("rail.label")}>
      {SCREENS.map((screen) => (
        <a
          key={screen}
          href={`#/${screen}`}
          aria-current={view.value.screen === screen ? "page" : view.value.screen === "patient" && screen === "board" ? "true" : undefined}
          title={`${t(`screen.${screen}` as Key)} (g ${RAIL_KEYS[screen]})`}
          onClick={(event) => {
            event.preventDefault();
            change({ screen });
          }}
        >
          <Icon name={screen} size={22} />
          <span>{t(`screen.${screen}` as Key)}</span>
        </a>
      ))}
    </nav>
  );
}

function bars(): { key: string; look: string; text: string; button?: [string, () => void] }[] {
  const list: ReturnType<typeof bars> = [];
  if (refusedCode.value)
    list.push({ key: "refused", look: "bad", text: t(`refused.${refusedCode.value}` as Key), button: [t("reload"), () => location.reload()] });
  else if (link.value === "offline")
    list.push({ key: "offline", look: "bad", text: t("bar.offline", { n: silentSeconds.value }) });
  else if (link.value === "lagging") list.push({ key: "lagging", look: "warn", text: t("bar.lagging") });
  if (problem.value !== null && boardLoaded.value)
    list.push({ key: "problem", look: "bad", text: t("bar.problem", { what: problem.value }) });
  if (newBuild.value)
    list.push({ key: "build", look: "note", text: t("bar.build"), button: [t("reload"), () => location.reload()] });
  for (const item of lost.value)
    list.push({ key: item.reason, look: "warn", text: t("bar.lost", { n: item.count, what: item.reason }), button: [t("dismiss"), () => (lost.value = lost.value.filter((l) => l !== item))] });
  return list;
}

export function Bars() {
  return (
    <div class="bars">
      {bars().map((bar) => (
        <div key={bar.key} class={`bar bar-${bar.look}`}>
          <Icon name="alert" />
          <span>{bar.text}</span>
          {bar.button && (
            <button type="button" class="small" onClick={bar.button[1]}>
              {bar.button[0]}
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** One polite and one assertive live region for the page; the polite one speaks at most every 5 s. */
export function LiveRegions() {
  const rows = board.value.rows.size;
  useEffect(() => {
    const timer = setTimeout(() => {
      const region = document.getElementById("polite");
      if (region && boardLoaded.value) region.textContent = t("live.rows", { n: rows });
    }, 5000);
    return () => clearTimeout(timer);
  }, [rows]);
  return (
    <>
      <div id="polite" class="unseen" role="status" />
      <div id="assertive" class="unseen" role="alert">
        {link.value === "offline" ? t("live.offline") : ""}
      </div>
    </>
  );
}
