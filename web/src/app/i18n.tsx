import {
  type ReactNode,
  createContext,
  use,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { Formats } from "../core/format";
import { en } from "../core/i18n/en";
import {
  type Dictionary,
  type Translate,
  loadDictionary,
  translator,
} from "../core/i18n/translate";
import { useCell } from "./hooks";
import { settings } from "./settings";

interface Language {
  readonly t: Translate;
  readonly formats: Formats;
}

const LanguageContext = createContext<Language>({
  t: translator(en),
  formats: new Formats("en"),
});

/** Gives texts and formats of the chosen language; nothing is shown before they are loaded. */
export function LanguageProvider({ children }: { children: ReactNode }) {
  const { locale, timeZone } = useCell(settings);
  const [loaded, setLoaded] = useState<{ locale: string; dictionary: Dictionary } | null>(
    locale === "en" ? { locale, dictionary: en } : null,
  );
  useEffect(() => {
    let isWanted = true;
    void loadDictionary(locale).then((dictionary) => {
      if (isWanted) setLoaded({ locale, dictionary });
    });
    return () => {
      isWanted = false;
    };
  }, [locale]);
  const language = useMemo(() => {
    if (loaded === null) return null;
    const zone = timeZone === "" ? undefined : timeZone;
    return { t: translator(loaded.dictionary), formats: new Formats(loaded.locale, zone) };
  }, [loaded, timeZone]);
  return language === null ? null : <LanguageContext value={language}>{children}</LanguageContext>;
}

/** Texts: `t("buy")`, `t("latency", { ms: 3 })`. */
export function useT(): Translate {
  return use(LanguageContext).t;
}

export function useFormats(): Formats {
  return use(LanguageContext).formats;
}

/**
 * Calls `rewrite` when another language writes numbers by the other point: with `retyped`, what
 * stands in fields keeps its value.
 */
export function useRetyping(rewrite: () => void): void {
  const { point } = useFormats();
  const typedBy = useRef(point);
  // Before it is painted: nobody shall send a number that is read by the wrong point.
  useLayoutEffect(() => {
    if (typedBy.current === point) return;
    typedBy.current = point;
    rewrite();
  });
}
