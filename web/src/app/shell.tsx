import { type ReactNode, useState } from "react";
import { Link, useLocation } from "wouter";
import { type HotkeyName, keysOf } from "../core/hotkeys";
import { LOCALES, LOCALE_NAMES } from "../core/i18n/translate";
import { CheatSheet, CommandMenu, Keys } from "./commands";
import { Confirm, sure } from "./confirm";
import { ConnectionBadge } from "./connection";
import { ErrorBoundary } from "./error-boundary";
import { useCell, useVersion } from "./hooks";
import { useT } from "./i18n";
import { keyboard, useHotkeys, useKeyboard } from "./keyboard";
import { OwnEvents } from "./own-events";
import { PAGES, linkOf } from "./routes";
import { useSession } from "./session";
import { PALETTES, THEMES, isLight, settings } from "./settings";
import { Toasts } from "./toasts";
import { useAct } from "./try";
import { Button } from "./ui/button";
import { Select } from "./ui/field";
import { HelpIcon, MenuIcon, MoonIcon, SearchIcon, SunIcon, UserIcon } from "./ui/icons";
import { Menu } from "./ui/menu";

type Open = "help" | "commands" | null;

/** The frame around every page: header, what is open over it, messages, and the keys below. */
export function Shell({ children }: { children: ReactNode }) {
  const t = useT();
  const { session } = useSession();
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  useKeyboard();
  useHotkeys({
    help: () => setOpen("help"),
    commands: () => setOpen("commands"),
    theme: toggleTheme,
  });
  return (
    <div className="shell">
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <Header onOpen={setOpen} />
      <main id="content" className="content" tabIndex={-1}>
        <Content>{children}</Content>
      </main>
      {session.state === "in" ? <Footer /> : null}
      {session.state === "in" ? <OwnEvents /> : null}
      <Confirm />
      <Toasts />
      {open === "help" ? <CheatSheet onClose={close} /> : null}
      {open === "commands" ? <CommandMenu onClose={close} /> : null}
    </div>
  );
}

/** What fails on one address is tried anew on the next. */
function Content({ children }: { children: ReactNode }) {
  const [location] = useLocation();
  return <ErrorBoundary of={location}>{children}</ErrorBoundary>;
}

function toggleTheme(): void {
  settings.change({ theme: isLight(settings.value) ? "dark" : "light" });
}

function Header({ onOpen }: { onOpen: (what: Open) => void }) {
  const t = useT();
  const { session } = useSession();
  const light = isLight(useCell(settings));
  const isIn = session.state === "in";
  return (
    <header className="header">
      <Link className="brand" href={isIn ? "/t" : "/"}>
        <Logo />
        Rialto
      </Link>
      {isIn ? <Navigation /> : null}
      <div className="header-end">
        {isIn ? (
          <button type="button" className="find" onClick={() => onOpen("commands")}>
            <SearchIcon />
            <span>{t("search")}</span>
            <Keys of="Ctrl+K" />
          </button>
        ) : null}
        {isIn ? <ConnectionBadge /> : null}
        <Button look="quiet" icon aria-label={t("theme")} onClick={toggleTheme}>
          {light ? <MoonIcon /> : <SunIcon />}
        </Button>
        {isIn ? (
          <Button
            look="quiet"
            icon
            className="help-button"
            aria-label={t("cheatSheet")}
            onClick={() => onOpen("help")}
          >
            <HelpIcon />
          </Button>
        ) : null}
        <PersonMenu />
      </div>
    </header>
  );
}

function Logo() {
  return (
    <svg width="24" height="24" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="var(--accent-fill)" />
      <g fill="none" stroke="#fff" strokeLinecap="round">
        <path d="M6 22c3-8 6.5-12 10-12s7 4 10 12" strokeWidth="2.6" />
        <path d="M5 22.5h22M11 15.5v7M16 10.5v12M21 15.5v7" strokeWidth="2" opacity=".85" />
      </g>
    </svg>
  );
}

/** The pages that this person may open. */
function usePages() {
  const { session } = useSession();
  const isIn = session.state === "in";
  const scopes = isIn ? session.me.scopes : [];
  return PAGES.filter(
    ({ title, scope, isPublic }) =>
      title !== undefined &&
      (isIn || isPublic === true) &&
      (scope === undefined || scopes.includes(scope)),
  );
}

function Navigation() {
  const t = useT();
  return (
    <>
      <nav className="navigation" aria-label={t("navigation")}>
        <PageLinks isAside={false} />
      </nav>
      <div className="navigation-phone">
        <Menu button={<MenuIcon />} label={t("menu")}>
          {(close) => (
            <nav className="menu-links" aria-label={t("navigation")}>
              <PageLinks onGo={close} />
            </nav>
          )}
        </Menu>
      </div>
    </>
  );
}

/** Links to the pages of the header, to those beside it, or without `isAside` to all. */
function PageLinks({ onGo, isAside }: { onGo?: () => void; isAside?: boolean }) {
  const t = useT();
  const [location] = useLocation();
  const pages = usePages().filter(
    (page) => isAside === undefined || (page.isAside ?? false) === isAside,
  );
  return pages.map((page) => {
    const link = linkOf(page);
    const isHere = location === link || location.startsWith(`${link}/`);
    return (
      <Link key={link} href={link} aria-current={isHere ? "page" : undefined} onClick={onGo}>
        {page.title === undefined ? null : t(page.title)}
      </Link>
    );
  });
}

function PersonMenu() {
  const t = useT();
  const { session, logOut } = useSession();
  const { isBusy, act } = useAct();
  const isIn = session.state === "in";
  const leave = (close: () => void) => async () => {
    if (isIn && session.me.is_guest && !(await sure(t("logOut"), t("guestLeaves")))) return;
    await logOut();
    close();
  };
  const name = isIn ? (session.me.is_guest ? t("guest") : session.me.display_name) : null;
  return (
    <Menu
      label={name === null ? t("accountMenu") : `${t("accountMenu")}: ${name}`}
      button={
        <>
          <UserIcon />
          {name === null ? null : <span className="person-name">{name}</span>}
        </>
      }
    >
      {(close) => (
        <div className="person-menu">
          {name === null ? null : <p className="dim">{t("loggedInAs", { name })}</p>}
          <nav className="menu-links" aria-label={t("yourPages")}>
            <PageLinks onGo={close} isAside />
          </nav>
          <LookSettings />
          {isIn ? (
            <Button wide disabled={isBusy} onClick={() => act(t("logOut"), leave(close))}>
              {t("logOut")}
            </Button>
          ) : (
            <Link className="button wide" href="/login" onClick={close}>
              {t("logIn")}
            </Link>
          )}
        </div>
      )}
    </Menu>
  );
}

/** Language and colours: what everybody looks for first. */
export function LookSettings() {
  const t = useT();
  const { theme, palette, locale } = useCell(settings);
  const themes = { system: "themeSystem", dark: "themeDark", light: "themeLight" } as const;
  const palettes = { "green-red": "paletteGreenRed", "blue-orange": "paletteBlueOrange" } as const;
  return (
    <>
      <Select
        label={t("language")}
        value={locale}
        options={LOCALES.map((each) => [each, LOCALE_NAMES[each]] as const)}
        onChange={(value) => settings.change({ locale: value })}
      />
      <Select
        label={t("theme")}
        value={theme}
        options={THEMES.map((each) => [each, t(themes[each])] as const)}
        onChange={(value) => settings.change({ theme: value })}
      />
      <Select
        label={t("palette")}
        value={palette}
        options={PALETTES.map((each) => [each, t(palettes[each])] as const)}
        onChange={(value) => settings.change({ palette: value })}
      />
    </>
  );
}

const SHOWN_KEYS: readonly HotkeyName[] = [
  "help",
  "commands",
  "buy",
  "sell",
  "priceUp",
  "priceDown",
  "send",
  "cancelLast",
  "cancelAll",
];

/** The keys that do something on this page. */
function Footer() {
  const t = useT();
  useVersion(keyboard);
  const { keys } = useCell(settings);
  return (
    <footer className="footer">
      {SHOWN_KEYS.filter((name) => keyboard.find(name) !== undefined).map((name) => (
        <span key={name} className="footer-key">
          <Keys of={keysOf(name, keys)} />
          {t(`key_${name}`)}
        </span>
      ))}
    </footer>
  );
}
