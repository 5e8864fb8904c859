import { Redirect, Route, Switch } from "wouter";
import { LanguageProvider, useT } from "./i18n";
import { PAGES, type Page, pageAt } from "./routes";
import { type Session, SessionProvider, useSession } from "./session";
import { Shell } from "./shell";
import { Button } from "./ui/button";
import { EmptyState } from "./ui/card";

export function App() {
  return (
    <LanguageProvider>
      <SessionProvider>
        <Shell>
          <Pages />
        </Shell>
      </SessionProvider>
    </LanguageProvider>
  );
}

function Pages() {
  const { session } = useSession();
  return (
    <Switch>
      {PAGES.map((page) => (
        <Route key={page.path} path={page.path}>
          <Guarded page={page} session={session} />
        </Route>
      ))}
      <Route>
        <NotFound />
      </Route>
    </Switch>
  );
}

const opened = pageAt(location.pathname);
/** Where whoever logs in goes: to the address that was opened, if its page is for them alone. */
const wanted = opened === undefined || opened.isPublic ? "/t" : location.pathname;

/** Public pages with a title are for everybody, the others for strangers alone, all else for whoever is in. */
function Guarded({ page, session }: { page: Page; session: Session }) {
  const t = useT();
  const { View } = page;
  if (page.isPublic && page.title !== undefined) return <View />;
  switch (session.state) {
    case "starting":
      return <div className="page-loading" aria-busy="true" />;
    case "offline":
      return <EmptyState title={t("noVenue")}>{t("noVenueHint")}</EmptyState>;
    case "stranger":
      return page.isPublic ? <View /> : <Redirect to="/" replace />;
    case "in": {
      if (page.isPublic) return <Redirect to={wanted} replace />;
      const isAllowed = page.scope === undefined || session.me.scopes.includes(page.scope);
      return isAllowed ? <View /> : <NotFound />;
    }
  }
}

function NotFound() {
  const t = useT();
  return (
    <EmptyState title={t("notFound")}>
      <p>{t("notFoundHint")}</p>
      <Button look="primary" onClick={() => location.assign("/")}>
        {t("goToTrade")}
      </Button>
    </EmptyState>
  );
}
