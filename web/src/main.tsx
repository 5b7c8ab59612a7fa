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

const LATER: Record<"feeds" | "patient" | "trust", () => Promise<ComponentType>> = {
  feeds: () => import("./screen/feeds").then((m) => m.FeedsScreen),
  patient: () => import("./screen/patient").then((m) => m.PatientScreen),
  trust: () => import("./screen/trust").then((m) => m.TrustScreen),
};

/** A screen that is loaded when it is first opened. */
function Loaded({ name }: { name: keyof typeof LATER }) {
  const [Screen, setScreen] = useState<{ of: ComponentType } | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    LATER[name]().then((of) => setScreen({ of }), () => setFailed(true));
  }, []);
  if (failed) return <p class="page error">{t("error.reload")}</p>;
  return Screen ? <Screen.of /> : <p class="page dim">{t("loading")}</p>;
}

function ScreenView() {
  const { screen } = view.value;
  if (screen === "board") return <BoardScreen />;
  if (screen === "feeds" || screen === "patient" || screen === "trust") return <Loaded key={screen} name={screen} />;
  return <Later screen={screen} />;
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
        <ScreenView />
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
