import type { Key } from "../core/i18n/translate";
import { type Late, type Load, late } from "./late";

interface PageTerms {
  /** As wouter writes paths: `/t/:symbol`. */
  readonly path: string;
  readonly load: Load;
  /** Its name in the header and in the command menu; a page without one is reached otherwise. */
  readonly title?: Key;
  /** Where its link leads, when that is not its path. */
  readonly link?: string;
  /** Shown to strangers as well; without a title, to them alone. */
  readonly isPublic?: boolean;
  /** Shown to whoever has this scope. */
  readonly scope?: string;
  /** Its link stands in the menu of the person, not in the header. */
  readonly isAside?: boolean;
}

export interface Page extends Omit<PageTerms, "load">, Late {}

function page(terms: PageTerms): Page {
  return { ...terms, ...late(terms.load, <div className="page-loading" aria-busy="true" />) };
}

/** All pages, in the order of the header. A page's code is loaded when it is opened. */
export const PAGES: readonly Page[] = [
  page({
    path: "/t/:symbol?",
    link: "/t",
    title: "trade",
    load: () => import("../features/trade/page"),
  }),
  page({ path: "/markets", title: "markets", load: () => import("../features/markets/page") }),
  page({
    path: "/portfolio",
    title: "portfolio",
    load: () => import("../features/portfolio/page"),
  }),
  page({
    path: "/orders/:order?",
    link: "/orders",
    title: "orders",
    load: () => import("../features/orders/page"),
  }),
  page({ path: "/wallet", title: "wallet", load: () => import("../features/wallet/page") }),
  page({
    path: "/leaderboard",
    title: "leaderboard",
    load: () => import("../features/leaderboard/page"),
  }),
  page({
    path: "/admin/:part?",
    link: "/admin",
    title: "admin",
    scope: "admin",
    load: () => import("../features/admin/page"),
  }),
  page({
    path: "/keys",
    title: "keys",
    isAside: true,
    load: () => import("../features/keys/page"),
  }),
  page({
    path: "/settings",
    title: "settings",
    isAside: true,
    load: () => import("../features/settings/page"),
  }),
  page({
    path: "/status",
    title: "status",
    isAside: true,
    isPublic: true,
    load: () => import("../features/status/page"),
  }),
  page({ path: "/login", isPublic: true, load: () => import("../features/auth/login") }),
  page({ path: "/register", isPublic: true, load: () => import("../features/auth/register") }),
  page({ path: "/", isPublic: true, load: () => import("../features/auth/landing") }),
];

export function linkOf(of: Page): string {
  return of.link ?? of.path;
}

export function pageAt(address: string): Page | undefined {
  const first = address.split("/")[1] ?? "";
  return PAGES.find(({ path }) => path.split("/")[1] === first);
}

/** Begins to load the page of an address, while it is still asked who is there. */
export function preload(address: string): void {
  // A page that fails to load says so when it is shown.
  pageAt(address)
    ?.load()
    .catch(() => {});
}
