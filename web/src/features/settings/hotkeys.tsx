import { useEffect, useState } from "react";
import { HotkeyList, Keys } from "../../app/commands";
import { useCell } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { settings } from "../../app/settings";
import { Button } from "../../app/ui/button";
import { Card } from "../../app/ui/card";
import { HOTKEYS, type HotkeyName, caps, keysOf, keysPressed, meaningOf } from "../../core/hotkeys";

/** All keys; each is changed by pressing it and then the one that is wanted. */
export function HotkeyCard() {
  const t = useT();
  const { keys } = useCell(settings);
  const [changed, setChanged] = useState<HotkeyName>();
  const [taken, setTaken] = useState<{ readonly keys: string; readonly by: HotkeyName }>();
  useEffect(() => {
    if (changed === undefined) return;
    const take = (event: KeyboardEvent) => {
      const wanted = keysPressed(event);
      if (wanted === null) return;
      // Nobody else is meant by this press.
      event.preventDefault();
      event.stopImmediatePropagation();
      const by = meaningOf(wanted, settings.value.keys);
      setChanged(undefined);
      if (by !== undefined && by !== changed) setTaken({ keys: wanted, by });
      else choose(changed, wanted);
    };
    document.addEventListener("keydown", take, true);
    return () => document.removeEventListener("keydown", take, true);
  }, [changed]);
  const begin = (name: HotkeyName) => {
    setTaken(undefined);
    setChanged(name === changed ? undefined : name);
  };
  return (
    <Card
      title={t("cheatSheet")}
      aside={
        <Button
          size="small"
          disabled={Object.keys(keys).length === 0}
          onClick={() => settings.change({ keys: {} })}
        >
          {t("usualKeys")}
        </Button>
      }
    >
      <p className="card-note hotkeys-note" role="status">
        {taken === undefined
          ? t(changed === undefined ? "keysNote" : "pressKey")
          : t("keyTaken", { keys: caps(taken.keys).join(" "), meaning: t(`key_${taken.by}`) })}
      </p>
      <HotkeyList
        endOf={(name) => (
          <button
            type="button"
            className="hotkey"
            aria-pressed={name === changed}
            onClick={() => begin(name)}
          >
            <span className="heard">{t(`key_${name}`)}</span>
            {name === changed ? t("pressKeyShort") : <Keys of={keysOf(name, keys)} />}
          </button>
        )}
      />
    </Card>
  );
}

/** The usual key is no choice: it is kept by keeping nothing. */
function choose(name: HotkeyName, wanted: string): void {
  const { [name]: _, ...others } = settings.value.keys;
  const isUsual = HOTKEYS[name].keys === wanted;
  settings.change({ keys: isUsual ? others : { ...others, [name]: wanted } });
}
