import { useSession } from "../../app/session";
import { useT } from "../../app/i18n";
import { Page } from "../../app/ui/page";
import { HotkeyCard } from "./hotkeys";
import { Logins } from "./logins";
import { LookCard, TradingCard } from "./look";
import { PasswordCard } from "./password";
import { LeaveCard } from "./leave";
import "./settings.css";

export default function Settings() {
  const t = useT();
  const { session } = useSession();
  if (session.state !== "in") return null;
  const { me } = session;
  return (
    <Page title={t("settings")}>
      <div className="halves">
        <div className="stack">
          <LookCard />
          <TradingCard />
          {me.is_guest ? null : <PasswordCard name={me.name} />}
        </div>
        <div className="stack">
          <HotkeyCard />
        </div>
      </div>
      <Logins />
      <LeaveCard me={me} />
    </Page>
  );
}
