// How long to wait before the next try to connect.

const FIRST_MS = 100;
const FAST_MAX_MS = 1_000;
const SLOW_MAX_MS = 8_000;
/** About a minute of tries each second; after that nobody waits for it any more. */
const FAST_TRIES = 60;

/** `chance` is from 0 to 1: clients of a venue that comes back shall not come all at once. */
export function waitMs(tries: number, chance: number): number {
  const cap = tries < FAST_TRIES ? FAST_MAX_MS : SLOW_MAX_MS;
  const full = Math.min(cap, FIRST_MS * 2 ** Math.min(tries, 10));
  return Math.round(full / 2 + (full / 2) * chance);
}
