import { HotkeyList } from "../../app/commands";
import { useT } from "../../app/i18n";
import { Card } from "../../app/ui/card";

/** All keys, from the table that handles them. */
export function HotkeyCard() {
  const t = useT();
  return (
    <Card title={t("cheatSheet")}>
      <HotkeyList />
    </Card>
  );
}
