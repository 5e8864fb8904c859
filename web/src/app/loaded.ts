// What pages ask of REST: loaded, kept while it is asked for again, and asked for again when told.

import { useCallback, useEffect, useRef, useState } from "react";
import { Refused, Unanswered } from "../api/client";
import { failureText } from "./try";
import { useFormats, useT } from "./i18n";

export interface Loaded<T> {
  /** `undefined` until the first answer, and once the keys changed. */
  readonly value: T | undefined;
  /** Why the last question failed; a value from before stays. */
  readonly failure: string | null;
  readonly reload: () => void;
}

interface Again {
  /** Something that is another value when it is to be asked for again. */
  readonly changes?: unknown;
  /** History is a moment behind what tells of changes: then it is asked once more. */
  readonly isBehind?: boolean;
  /** Asked for again after so many milliseconds. */
  readonly everyMs?: number | undefined;
}

/** Longer than history takes to know what just happened. */
const BEHIND_MS = 1_000;
/** What the venue could not answer is asked for again by itself. */
const UNANSWERED_MS = 3_000;

/**
 * Loads a value. With other `keys` it is another one, and what was there goes; with other
 * `changes` it is the same one anew, and what was there stays until it comes.
 */
export function useLoaded<T>(
  load: () => Promise<T>,
  keys: readonly unknown[],
  { changes, isBehind, everyMs }: Again = {},
): Loaded<T> {
  const t = useT();
  const formats = useFormats();
  const key = JSON.stringify(keys);
  const [state, setState] = useState<{ key: string; value: T | undefined; error: unknown }>();
  const newest = useRef(load);
  newest.current = load;
  const asker = useRef(() => {});
  const reload = useCallback(() => asker.current(), []);
  useEffect(() => {
    let isWanted = true;
    asker.current = oneAtATime(async () => {
      try {
        const value = await newest.current();
        if (isWanted) setState({ key, value, error: null });
      } catch (error) {
        const kept = (before: typeof state) => (before?.key === key ? before.value : undefined);
        if (isWanted) setState((before) => ({ key, value: kept(before), error }));
      }
    });
    asker.current();
    return () => {
      isWanted = false;
      asker.current = () => {};
    };
  }, [key]);
  const seen = useRef(changes);
  useEffect(() => {
    if (seen.current === changes) return;
    seen.current = changes;
    reload();
  }, [changes, reload]);
  const isUnanswered = isPassing(state?.error);
  useEffect(() => {
    if (!isUnanswered) return;
    const timer = setTimeout(reload, UNANSWERED_MS);
    return () => clearTimeout(timer);
  }, [isUnanswered, state, reload]);
  useEffect(() => {
    if (!isBehind) return;
    const timer = setTimeout(reload, BEHIND_MS);
    return () => clearTimeout(timer);
  }, [isBehind, changes, reload]);
  useEffect(() => {
    if (everyMs === undefined) return;
    const timer = setInterval(() => document.hidden || reload(), everyMs);
    return () => clearInterval(timer);
  }, [everyMs, reload]);
  const isOfKey = state?.key === key;
  const error = isOfKey ? state.error : null;
  return {
    value: isOfKey ? state.value : undefined,
    failure: error === null || error === undefined ? null : failureText(error, t, formats),
    reload,
  };
}

/** What is asked for while it is on its way comes after it, once: slow answers are not lost. */
function oneAtATime(ask: () => Promise<void>): () => void {
  let isAsking = false;
  let isAgain = false;
  const run = async () => {
    isAsking = true;
    do {
      isAgain = false;
      await ask();
    } while (isAgain);
    isAsking = false;
  };
  return () => {
    if (isAsking) isAgain = true;
    else void run();
  };
}

/** Whether it may be answered in a moment, without anybody doing something about it. */
function isPassing(error: unknown): boolean {
  if (error instanceof Refused) return error.problem.status >= 500;
  return error instanceof Unanswered;
}

export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

export interface Paged<Row, With = unknown> extends Loaded<readonly Row[]> {
  /** The first page, with what came beside its rows. */
  readonly first: (Page<Row> & With) | undefined;
  /** Loads what follows; `null` where the list ends. */
  readonly more: (() => void) | null;
}

/**
 * Loads a list page by page. While only its first page is shown, that is asked for again with
 * other `changes`; later ones stay as they are, for the reader is in the past then.
 */
export function usePaged<Row, With>(
  load: (cursor: string | null) => Promise<Page<Row> & With>,
  keys: readonly unknown[],
  again: Again = {},
): Paged<Row, With> {
  const [rest, setRest] = useState<{ of: unknown; rows: readonly Row[]; next: string | null }>();
  const key = JSON.stringify(keys);
  const isFirst = rest?.of !== key;
  const changes = useFrozen(again.changes, !isFirst);
  const everyMs = isFirst ? again.everyMs : undefined;
  const first = useLoaded(() => load(null), keys, { ...again, changes, everyMs });
  const next = isFirst ? (first.value?.next ?? null) : rest.next;
  const isAsking = useRef(false);
  const more = () => {
    if (isAsking.current) return;
    isAsking.current = true;
    load(next)
      .then((page) => {
        const before = isFirst ? [] : rest.rows;
        setRest({ of: key, rows: [...before, ...page.rows], next: page.next });
      })
      // The button stays: another click asks again.
      .catch(() => {})
      .finally(() => {
        isAsking.current = false;
      });
  };
  const rows = first.value === undefined ? undefined : first.value.rows;
  return {
    value: rows === undefined || isFirst ? rows : [...rows, ...rest.rows],
    first: first.value,
    failure: first.failure,
    reload: () => {
      setRest(undefined);
      first.reload();
    },
    more: next === null ? null : more,
  };
}

/** The value of when it was last not frozen. */
function useFrozen<T>(value: T, isFrozen: boolean): T {
  const kept = useRef(value);
  if (!isFrozen) kept.current = value;
  return kept.current;
}
