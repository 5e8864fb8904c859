import { Component, type ReactNode } from "react";
import { useT } from "./i18n";
import { Button } from "./ui/button";

interface Props {
  /** What is shown: after a failure of one, another one is tried. */
  readonly of: string;
  readonly children: ReactNode;
}

interface State {
  readonly of: string;
  readonly hasFailed: boolean;
}

/** Keeps the failure of one part of the page from taking the rest with it. */
export class ErrorBoundary extends Component<Props, State> {
  override readonly state: State = { of: this.props.of, hasFailed: false };

  static getDerivedStateFromError(): Partial<State> {
    return { hasFailed: true };
  }

  // A key would do the same, and begin anew also what did not fail.
  static getDerivedStateFromProps({ of }: Props, before: State): State | null {
    return of === before.of ? null : { of, hasFailed: false };
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
