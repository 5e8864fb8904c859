import { Link } from "wouter";
import { useCell, useTitle } from "../../app/hooks";
import { useT } from "../../app/i18n";
import { useSession } from "../../app/session";
import { settings } from "../../app/settings";
import { Button } from "../../app/ui/button";
import type { Locale } from "../../core/i18n/translate";
import { useTry } from "../../app/try";
import { LadderPicture } from "./picture";
import "./auth.css";

/** What people who read this language trade with. */
const CURRENCIES: Readonly<Record<Locale, string>> = { en: "USD", "pt-BR": "BRL", fr: "EUR" };

/** What a stranger sees first; one click makes a guest and opens the trade screen. */
export default function LandingPage() {
  const t = useT();
  const { beGuest } = useSession();
  const { locale } = useCell(settings);
  const run = useTry();
  useTitle("Rialto");
  const points = [
    ["landingLive", "landingLiveText"],
    ["landingExact", "landingExactText"],
    ["landingFast", "landingFastText"],
  ] as const;
  return (
    <div className="landing">
      <section className="landing-text">
        <h1>{t("landingTitle")}</h1>
        <p className="landing-lead">{t("landingText")}</p>
        <div className="landing-actions">
          <Button
            look="primary"
            size="large"
            disabled={run.isBusy}
            onClick={() => run.start(() => beGuest(CURRENCIES[locale]))}
          >
            {t("tryIt")}
          </Button>
          <Link className="button large" href="/login">
            {t("logIn")}
          </Link>
          <Link className="button large quiet" href="/register">
            {t("register")}
          </Link>
        </div>
        {run.refusal === null ? (
          <p className="faint">{t("tryItNote")}</p>
        ) : (
          <div className="notice bad" role="alert">
            {run.refusal}
          </div>
        )}
      </section>
      <LadderPicture />
      <ul className="landing-points">
        {points.map(([title, text]) => (
          <li key={title}>
            <h2>{t(title)}</h2>
            <p>{t(text)}</p>
          </li>
        ))}
      </ul>
    </div>
  );
}
