import { type ComponentType, lazy } from "react";
import type { Key } from "../core/i18n/translate";

export interface Page {
  /** As wouter writes paths: `/t/:symbol`. */
  readonly path: string;
  readonly view: ComponentType;
  /** Its name in the header and in the command menu; a page without one is reached otherwise. */
  readonly title?: Key;
  /** Where its link leads, when that is not its path. */
  readonly link?: string;
  /** Shown to strangers as well. */
  readonly isPublic?: boolean;
  /** Shown to whoever has this scope. */
  readonly scope?: string;
}

/** All pages, in the order of the header. A page's code is loaded when it is opened. */
export const PAGES: readonly Page[] = [
  {
    path: "/t/:symbol?",
    link: "/t",
    title: "trade",
    view: lazy(() => import("../features/trade/page")),
  },
  {
    path: "/login",
    isPublic: true,
    view: lazy(() => import("../features/auth/login")),
  },
  {
    path: "/register",
    isPublic: true,
    view: lazy(() => import("../features/auth/register")),
  },
  {
    path: "/",
    isPublic: true,
    view: lazy(() => import("../features/auth/landing")),
  },
];

export function linkOf(page: Page): string {
  return page.link ?? page.path;
}
