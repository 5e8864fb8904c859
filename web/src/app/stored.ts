import { Cell } from "../core/emitter";

/** What was kept: members of any kind, or none. */
export type Kept = Readonly<Record<string, unknown>>;

/**
 * Choices that the browser remembers under a key; `read` makes them from whatever lies there. They
 * are those of all tabs: what one of them changes, the others have.
 */
export class Stored<T extends object> extends Cell<T> {
  readonly #key: string;
  readonly #read: (kept: Kept) => T;

  constructor(key: string, read: (kept: Kept) => T) {
    super(read(keptUnder(key) ?? {}));
    this.#key = key;
    this.#read = read;
    // The browser tells of what other tabs wrote; a key of `null` means that all was removed.
    addEventListener("storage", (event) => {
      if (event.key === key || event.key === null) this.set(read(keptUnder(key) ?? {}));
    });
  }

  change(changes: Partial<T>): void {
    // A tab in the background may not have been told yet what another one changed.
    const kept = keptUnder(this.#key);
    this.set({ ...(kept === null ? this.value : this.#read(kept)), ...changes });
    try {
      localStorage.setItem(this.#key, JSON.stringify(this.value));
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  }
}

/** `null` where nothing lies, or nothing that can be read. */
function keptUnder(key: string): Kept | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? "null");
    return typeof kept === "object" ? (kept as Kept | null) : null;
  } catch {
    // Storage may be switched off, or hold anything: then the defaults do.
    return null;
  }
}

/** The value if it is one of these, else the first of them. */
export function oneOf<T extends string>(values: readonly [T, ...T[]], value: unknown): T {
  return values.find((each) => each === value) ?? values[0];
}
