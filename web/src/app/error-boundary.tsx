import { Component, type ReactNode } from "react";
import { useT } from "./i18n";
import { Button } from "./ui/button";

interface Props {
  readonly children: ReactNode;
}

/** Keeps the failure of one part of the page from taking the rest with it. */
export class ErrorBoundary extends Component<Props, { readonly hasFailed: boolean }> {
  override readonly state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Broken /> : this.props.children;
  }
}

function Broken() {
  const t = useT();
  return (
    <div className="empty" role="alert">
      <strong>{t("broken")}</strong>
      <p>{t("brokenHint")}</p>
      <Button onClick={() => location.reload()}>{t("reload")}</Button>
    </div>
  );
}
