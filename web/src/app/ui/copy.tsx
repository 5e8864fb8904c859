import { useState } from "react";
import { useT } from "../i18n";
import { Button } from "./button";

const SAID_MS = 1_600;

/** Text in type of one width, with a button that copies it. */
export function Copyable({ label, text }: { label: string; text: string }) {
  const t = useT();
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <div className="copyable">
      {/* It scrolls, so the keyboard must reach it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre aria-label={label} role="region" tabIndex={0}>
        <code>{text}</code>
      </pre>
      <Button size="small" onClick={() => void copy().catch(() => {})}>
        <span aria-live="polite">{t(isCopied ? "copied" : "copy")}</span>
      </Button>
    </div>
  );
}
