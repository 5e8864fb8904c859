import type { ButtonHTMLAttributes } from "react";

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: "plain" | "primary" | "quiet" | "danger" | "buy" | "sell";
  readonly size?: "small" | "medium" | "large";
  readonly wide?: boolean;
  /** Only an icon is in it: then `aria-label` names it. */
  readonly icon?: boolean;
}

export function Button(props: ButtonProps) {
  const { look = "plain", size = "medium", wide, icon, className = "", ...rest } = props;
  const classes = ["button", look, size, wide ? "wide" : "", icon ? "icon" : "", className];
  return <button type="button" {...rest} className={classes.filter(Boolean).join(" ")} />;
}
