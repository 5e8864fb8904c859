// Calls of the REST API with the types of the contract. The cookie of the login goes by itself.

import type { Routes } from "./routes";
import type { Problem } from "./schema";

type Route = keyof Routes;
type Part<R extends Route, Name extends string> =
  Routes[R] extends Record<Name, infer Value> ? Value : never;
export type AnswerOf<R extends Route> = Part<R, "answer">;

type Needed<R extends Route, Name extends string> =
  Routes[R] extends Record<Name, infer Value> ? { readonly [Member in Name]: Value } : unknown;
/** What a call of this route needs: its `path`, its `body`, and if wanted its `query`. */
export type CallOf<R extends Route> = Needed<R, "path"> &
  Needed<R, "body"> & { readonly query?: Part<R, "query"> };

/** The venue said no, in a problem document. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.name = "Refused";
    this.problem = problem;
  }
}

/** No answer came: a write may have happened. */
export class Unanswered extends Error {
  constructor(cause: unknown) {
    super("no answer", { cause });
    this.name = "Unanswered";
  }
}

const ANSWER_MS = 8_000;

export interface RawAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Asks, and gives whatever was answered. @throws Unanswered */
export async function ask<R extends Route>(
  route: R,
  call: CallOf<R>,
  waitMax = ANSWER_MS,
): Promise<RawAnswer> {
  const [method = "GET", template = ""] = route.split(" ");
  const { path, query, body } = call as {
    path?: Record<string, string>;
    query?: Record<string, string | number>;
    body?: unknown;
  };
  const init: RequestInit = { method, signal: AbortSignal.timeout(waitMax) };
  if (method !== "GET") {
    // The venue takes a cookie for a write only with a body's type that no form can have.
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body ?? {});
  }
  try {
    const response = await fetch(addressOf(template, path ?? {}, query ?? {}), init);
    return { status: response.status, body: await response.json() };
  } catch (error) {
    throw new Unanswered(error);
  }
}

/** Asks, and gives what the contract promises. @throws Refused, Unanswered */
export async function call<R extends Route>(route: R, parts: CallOf<R>): Promise<AnswerOf<R>> {
  const { status, body } = await ask(route, parts);
  if (status >= 400) throw new Refused(problemOf(status, body));
  return body as AnswerOf<R>;
}

export function addressOf(
  template: string,
  path: Readonly<Record<string, string>>,
  query: Readonly<Record<string, string | number>>,
): string {
  const address = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  const wanted = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(wanted.map(([name, value]) => [name, String(value)]));
  return search.size === 0 ? address : `${address}?${search}`;
}

/** A proxy before the venue may answer something else than a problem document. */
function problemOf(status: number, body: unknown): Problem {
  if (typeof body === "object" && body !== null && "code" in body) return body as Problem;
  return { type: "", title: "", status, code: "no_answer", detail: `HTTP ${status}` };
}
