// What a store is to those who watch it: a number that grows, and a call when it did.

export class Emitter {
  #version = 0;
  readonly #watchers = new Set<() => void>();

  /** Grows with every change; equal numbers mean that nothing changed. */
  get version(): number {
    return this.#version;
  }

  subscribe(watcher: () => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  protected changed(): void {
    this.#version += 1;
    for (const watcher of this.#watchers) watcher();
  }
}

/** One value that can be watched. */
export class Cell<T> extends Emitter {
  #value: T;

  constructor(value: T) {
    super();
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set(value: T): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    this.changed();
  }
}
