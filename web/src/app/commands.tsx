import { type KeyboardEvent, type ReactNode, useState } from "react";
import { useLocation } from "wouter";
import {
  HOTKEYS,
  HOTKEY_NAMES,
  type HotkeyGroup,
  type HotkeyName,
  caps,
  keysOf,
} from "../core/hotkeys";
import type { Key } from "../core/i18n/translate";
import { useCell, useVersion } from "./hooks";
import { useT } from "./i18n";
import { keyboard } from "./keyboard";
import { PAGES, linkOf } from "./routes";
import { useSession } from "./session";
import { settings } from "./settings";
import { Dialog } from "./ui/dialog";

const GROUPS: readonly (readonly [HotkeyGroup, Key])[] = [
  ["everywhere", "groupEverywhere"],
  ["order", "groupOrder"],
  ["chart", "groupChart"],
];

export function Keys({ of }: { of: string }): ReactNode {
  return (
    <span className="caps">
      {caps(of).map((part) => (
        <kbd key={part} className="cap">
          {part}
        </kbd>
      ))}
    </span>
  );
}

/** All keys, from the table that handles them. */
export function CheatSheet({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog title={t("cheatSheet")} onClose={onClose} look="wide">
      <HotkeyList />
    </Dialog>
  );
}

interface HotkeyListProps {
  /** What stands at the end of each line; its keys, unless told otherwise. */
  readonly endOf?: (name: HotkeyName) => ReactNode;
}

export function HotkeyList({ endOf }: HotkeyListProps) {
  const t = useT();
  const { keys } = useCell(settings);
  return (
    <div className="cheat-sheet">
      {GROUPS.map(([group, title]) => (
        <section key={group}>
          <h3>{t(title)}</h3>
          <dl>
            {HOTKEY_NAMES.filter((name) => HOTKEYS[name].group === group).map((name) => (
              <div key={name}>
                <dt>{t(`key_${name}`)}</dt>
                <dd>{endOf?.(name) ?? <Keys of={keysOf(name, keys)} />}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </div>
  );
}

interface Command {
  readonly id: string;
  readonly title: string;
  readonly aside: ReactNode;
  readonly run: () => void;
}

function useCommands(): Command[] {
  const t = useT();
  const [, go] = useLocation();
  const { session } = useSession();
  useVersion(keyboard);
  const { keys: chosen } = useCell(settings);
  const venue = session.state === "in" ? session.venue : undefined;
  useVersion(venue?.market.instruments);
  const scopes = session.state === "in" ? session.me.scopes : [];
  const pages = PAGES.filter(
    ({ title, scope }) => title !== undefined && (scope === undefined || scopes.includes(scope)),
  ).map((page): Command => {
    const title = page.title === undefined ? "" : t(page.title);
    return { id: page.path, title, aside: null, run: () => go(linkOf(page)) };
  });
  const keys = HOTKEY_NAMES.filter((name) => name !== "commands" && keyboard.find(name)).map(
    (name): Command => ({
      id: name,
      title: t(`key_${name}`),
      aside: <Keys of={keysOf(name, chosen)} />,
      run: () => void keyboard.find(name)?.(),
    }),
  );
  const symbols = (venue?.market.instruments.list ?? []).map(({ symbol, currency }): Command => ({
    id: `/t/${symbol}`,
    title: symbol,
    aside: <span className="faint">{currency}</span>,
    run: () => go(`/t/${encodeURIComponent(symbol)}`),
  }));
  return [...symbols, ...pages, ...keys];
}

/** Everything there is to do, found by typing. */
export function CommandMenu({ onClose }: { onClose: () => void }) {
  const t = useT();
  const [wanted, setWanted] = useState("");
  const [at, setAt] = useState(0);
  const words = wanted.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fitting = useCommands().filter(({ title }) =>
    words.every((word) => title.toLocaleLowerCase().includes(word)),
  );
  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    // The dialog first gives the focus back to where it was.
    setTimeout(command.run);
  };
  const move = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (event.key === "Enter") run(fitting[at]);
    else if (step !== 0) setAt(Math.min(Math.max(at + step, 0), fitting.length - 1));
    else return;
    event.preventDefault();
  };
  return (
    <Dialog title={t("commands")} onClose={onClose} look="wide">
      <div className="command-menu">
        <div className="input">
          <input
            role="combobox"
            aria-expanded="true"
            aria-controls="command-list"
            aria-activedescendant={fitting[at] === undefined ? undefined : `command-${at}`}
            aria-label={t("commands")}
            placeholder={t("commandsHint")}
            value={wanted}
            onChange={(event) => {
              setWanted(event.target.value);
              setAt(0);
            }}
            onKeyDown={move}
          />
        </div>
        <div id="command-list" role="listbox" aria-label={t("commands")}>
          {fitting.map((command, index) => (
            // The field above has the focus and the keys.
            // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
            <div
              key={command.id}
              id={`command-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={index === at}
              ref={(item) => {
                if (index === at) item?.scrollIntoView({ block: "nearest" });
              }}
              onClick={() => run(command)}
            >
              {command.title}
              {command.aside}
            </div>
          ))}
        </div>
        {fitting.length === 0 ? <p className="faint">{t("commandsNone")}</p> : null}
      </div>
    </Dialog>
  );
}
