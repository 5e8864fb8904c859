import { Cell } from "../core/emitter";

/** What was kept: members of any kind, or none. */
export type Kept = Readonly<Record<string, unknown>>;

/** Choices that the browser remembers under a key; `read` makes them from whatever lies there. */
export class Stored<T extends object> extends Cell<T> {
  readonly #key: string;

  constructor(key: string, read: (kept: Kept) => T) {
    super(read(keptUnder(key)));
    this.#key = key;
  }

  change(changes: Partial<T>): void {
    this.set({ ...this.value, ...changes });
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.value));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

function keptUnder(key: string): Kept {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "{}");
    return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
  } catch {
    // Storage may be switched off, or hold anything: then the defaults do.
    return {};
  }
}

/** The value if it is one of these, else the first of them. */
export function oneOf<T extends string>(values: readonly [T, ...T[]], value: unknown): T {
  return values.find((each) => each === value) ?? values[0];
}
