// Numbers, money and times as a reader's language writes them. Decimals stay text: `Intl` takes
// them exactly.

import { places, sign } from "./decimal";

/** `Intl` reads text that is a number as exactly as it stands. */
type Exact = Intl.StringNumericLiteral;

export const NOTHING = "–";

export class Formats {
  readonly locale: string;
  readonly timeZone: string | undefined;
  readonly #numbers = new Map<string, Intl.NumberFormat>();
  readonly #times = new Map<string, Intl.DateTimeFormat>();

  constructor(locale: string, timeZone?: string) {
    this.locale = locale;
    this.timeZone = timeZone;
  }

  /** A decimal with all the places that it has: "1234.50" is "1.234,50" in Portuguese. */
  decimal(text: string | null | undefined): string {
    if (text == null) return NOTHING;
    return this.#fixed(places(text)).format(text as Exact);
  }

  /** A decimal without zeros at its end, but with so many places at least: for averages. */
  trimmed(text: string | null | undefined, placesMin: number): string {
    if (text == null) return NOTHING;
    const options = { minimumFractionDigits: placesMin, maximumFractionDigits: places(text) };
    return this.#number(`${placesMin}to${places(text)}`, options).format(text as Exact);
  }

  /** The same with its sign, for what is a change. */
  signed(text: string | null | undefined): string {
    if (text == null) return NOTHING;
    const key = `signed${places(text)}`;
    const options = { ...fixed(places(text)), signDisplay: "exceptZero" } as const;
    return this.#number(key, options).format(text as Exact);
  }

  /** A percentage that is a percentage already: "1.25" is "+1.25%". */
  percent(text: string | null | undefined): string {
    if (text == null) return NOTHING;
    const number = this.signed(text);
    return this.locale.startsWith("fr") ? `${number} %` : `${number}%`;
  }

  /** A share of a whole, which has no sign: "75.00" is "75.00%". */
  share(text: string): string {
    return this.locale.startsWith("fr") ? `${this.decimal(text)} %` : `${this.decimal(text)}%`;
  }

  /** An amount in a currency; one that `Intl` does not know stands behind its number. */
  money(text: string | null | undefined, currency: string): string {
    if (text == null) return NOTHING;
    return this.#money(text, currency, "auto");
  }

  signedMoney(text: string | null | undefined, currency: string): string {
    if (text == null) return NOTHING;
    return this.#money(text, currency, "exceptZero");
  }

  /** Few digits, for where there is little room: "1.2M". */
  compact(text: string | null | undefined): string {
    if (text == null) return NOTHING;
    const options = { notation: "compact", maximumFractionDigits: 2 } as const;
    return this.#number("compact", options).format(text as Exact);
  }

  integer(value: number): string {
    return this.#fixed(0).format(value);
  }

  time(instant: string | number): string {
    return this.#time("time", { hour: "2-digit", minute: "2-digit", second: "2-digit" }, instant);
  }

  /** As exact as an axis needs it whose marks are `stepSeconds` apart. */
  axisTime(instant: number, stepSeconds: number): string {
    if (stepSeconds < 60) return this.time(instant);
    if (stepSeconds < 86_400) {
      return this.#time("axisTime", { hour: "2-digit", minute: "2-digit" }, instant);
    }
    return this.#time("axisDay", { day: "2-digit", month: "short" }, instant);
  }

  dateTime(instant: string | number): string {
    const options = {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
    } as const;
    return this.#time("dateTime", options, instant);
  }

  /** A business date, "2026-12-01", which has no time zone. */
  date(date: string): string {
    const key = "date";
    let format = this.#times.get(key);
    format ??= new Intl.DateTimeFormat(this.locale, { dateStyle: "medium", timeZone: "UTC" });
    this.#times.set(key, format);
    return format.format(new Date(`${date.slice(0, 10)}T00:00:00Z`));
  }

  /** What parts whole and places in this language: "." or ",". */
  get point(): string {
    const parts = this.#fixed(1).formatToParts(1.5);
    return parts.find((part) => part.type === "decimal")?.value ?? ".";
  }

  #money(text: string, currency: string, signDisplay: "auto" | "exceptZero"): string {
    const scale = places(text);
    if (!/^[A-Z]{3}$/.test(currency)) return `${this.decimal(text)} ${currency}`;
    const options = {
      ...fixed(scale),
      style: "currency",
      currency,
      currencyDisplay: "narrowSymbol",
      signDisplay,
    } as const;
    return this.#number(`${currency}${scale}${signDisplay}`, options).format(text as Exact);
  }

  #fixed(scale: number): Intl.NumberFormat {
    return this.#number(`fixed${scale}`, fixed(scale));
  }

  #number(key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
    let format = this.#numbers.get(key);
    if (format === undefined) {
      format = new Intl.NumberFormat(this.locale, options);
      this.#numbers.set(key, format);
    }
    return format;
  }

  #time(key: string, options: Intl.DateTimeFormatOptions, instant: string | number): string {
    let format = this.#times.get(key);
    if (format === undefined) {
      const zone = this.timeZone === undefined ? {} : { timeZone: this.timeZone };
      format = new Intl.DateTimeFormat(this.locale, { ...options, ...zone, hour12: false });
      this.#times.set(key, format);
    }
    return format.format(typeof instant === "string" ? Date.parse(instant) : instant);
  }
}

function fixed(scale: number) {
  return { minimumFractionDigits: scale, maximumFractionDigits: scale };
}

/** An arrow beside a change: its colour is never all there is. */
export function arrow(change: string | null | undefined): "▲" | "▼" | "" {
  if (change == null) return "";
  const direction = sign(change);
  return direction > 0 ? "▲" : direction < 0 ? "▼" : "";
}
