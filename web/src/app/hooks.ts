// How components watch the stores of the core.

import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import type { Cell, Emitter } from "../core/emitter";
import type { Lease } from "../core/market/market";

/**
 * Renders again when the store changed, at most once in `paceMs` (once a frame without it), and
 * gives its version. Numbers that change all the time are drawn on canvas, not rendered.
 */
export function useVersion(store: Emitter | undefined, paceMs = 0): number {
  const shown = useRef(store?.version ?? 0);
  const subscribe = useCallback(
    (notify: () => void) => {
      if (store === undefined) return () => {};
      let timer: number | undefined;
      const now = () => {
        timer = undefined;
        shown.current = store.version;
        notify();
      };
      shown.current = store.version;
      const stop = store.subscribe(() => {
        timer ??= paceMs === 0 ? requestAnimationFrame(now) : window.setTimeout(now, paceMs);
      });
      return () => {
        stop();
        if (timer === undefined) return;
        // Frames and timeouts are numbered apart: the other one of this number is somebody else's.
        if (paceMs === 0) cancelAnimationFrame(timer);
        else clearTimeout(timer);
      };
    },
    [store, paceMs],
  );
  return useSyncExternalStore(subscribe, () => shown.current);
}

export function useCell<T>(cell: Cell<T>): T {
  const subscribe = useCallback((notify: () => void) => cell.subscribe(notify), [cell]);
  return useSyncExternalStore(subscribe, () => cell.value);
}

/** True once the store has data; renders no more often than that. */
export function useReady(store: (Emitter & { readonly isReady: boolean }) | undefined): boolean {
  const subscribe = useCallback(
    (notify: () => void) => store?.subscribe(notify) ?? (() => {}),
    [store],
  );
  return useSyncExternalStore(subscribe, () => store?.isReady ?? false);
}

/** Holds a store of the market while the component is there; `undefined` at first. */
export function useLease<T>(lease: () => Lease<T>, keys: readonly unknown[]): T | undefined {
  const [store, setStore] = useState<T>();
  // The keys name the store; the function is a new one each time.
  /* oxlint-disable react/exhaustive-deps */
  useEffect(() => {
    const held = lease();
    setStore(() => held.store);
    return () => {
      setStore(undefined);
      held.release();
    };
  }, keys);
  /* oxlint-enable react/exhaustive-deps */
  return store;
}

/** True on a screen that gets the phone's layout. */
export function useIsPhone(): boolean {
  return useMedia("(max-width: 799px)");
}

export function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (notify: () => void) => {
      const list = matchMedia(query);
      list.addEventListener("change", notify);
      return () => list.removeEventListener("change", notify);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}

/** Shows `title` in the tab while the component is there. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title;
    return () => {
      document.title = "Rialto";
    };
  }, [title]);
}
