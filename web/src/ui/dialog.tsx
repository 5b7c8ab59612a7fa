// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: 2026 The Pollux authors
// A modal dialog at the side of the page: Escape or its button closes it, and focus goes back to where
// it came from.
import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "../text";
import { Icon } from "./icon";

interface Props {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  wide?: boolean;
  back?: HTMLElement | null; // gets the focus afterwards
}

export function Dialog({ title, onClose, children, wide, back }: Props) {
  const ref = useRef<HTMLDialogElement>(null);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    const dialog = ref.current;
    const before = back ?? (document.activeElement as HTMLElement | null);
    const ended = () => close.current();
    dialog?.addEventListener("close", ended);
    if (dialog && !dialog.open) dialog.showModal();
    return () => {
      dialog?.removeEventListener("close", ended);
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      class={wide ? "sheet sheet-wide" : "sheet"}
      aria-label={title}
      onClick={(event) => event.target === ref.current && ref.current?.close()}
    >
      <div class="sheet-in">
        <header class="sheet-head">
          <h2>{title}</h2>
          <button type="button" class="plain" onClick={() => ref.current?.close()} aria-label={t("close")}>
            <Icon name="close" />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
