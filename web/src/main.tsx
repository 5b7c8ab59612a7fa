// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
import { render, type ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { BoardScreen } from "./screen/board";
import { Later } from "./screen/later";
import { change, start, view } from "./state/app";
import { onKeys, startKeys } from "./state/keys";
import { chooseLanguage, preferredLanguage, t, type Key } from "./text";
import { Bars, LiveRegions, Rail, TopBar } from "./ui/frame";
import { Help, showHelp } from "./ui/help";
import { Strip } from "./ui/strip";
import { Why } from "./ui/why";

function FeedsScreen() {
  const [Screen, setScreen] = useState<{ of: ComponentType } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    import("./screen/feeds").then((m) => setScreen({ of: m.FeedsScreen }), () => setFailed(true));
  }, []);
  if (failed) return <p class="page error">{t("error.reload")}</p>;
  return Screen ? <Screen.of /> : <p class="page dim">{t("loading")}</p>;
}

function Frame() {
  const screen = view.value.screen;
  useEffect(() => {
    document.title = `${t(`screen.${screen}` as Key)} · Pollux`;
  });
  return (
    <div class={view.value.wall ? "frame wall" : "frame"}>
      <a class="skip" href="#main" onClick={(event) => {
        event.preventDefault();
        document.getElementById("main")?.focus();
      }}>{t("skip")}</a>
      <TopBar />
      <Rail />
      <main id="main" tabIndex={-1}>
        <Bars />
        <Strip />
        {screen === "board" ? <BoardScreen /> : screen === "feeds" ? <FeedsScreen /> : <Later screen={screen} />}
      </main>
      <LiveRegions />
      <Why />
      <Help />
    </div>
  );
}

async function main(): Promise<void> {
  await chooseLanguage(preferredLanguage());
  startKeys((screen) => change({ screen }));
  onKeys((event) => {
    if (event.key !== "?") return false;
    showHelp();
    return true;
  });
  start();
  const root = document.getElementById("app");
  if (root) render(<Frame />, root);
}

void main();
