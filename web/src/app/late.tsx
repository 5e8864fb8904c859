import { type ComponentType, type ReactNode, useEffect, useState } from "react";

export type Load = () => Promise<{ readonly default: ComponentType }>;

/** A component whose code comes when it is shown, or before. */
export interface Late {
  readonly View: ComponentType;
  /** Begins to load the code, once. A failure is told again to whoever shows it. */
  readonly load: () => Promise<void>;
}

/**
 * Shows `before` until the code is there. React's own `lazy` keeps what came from the screen for
 * up to 300 ms once something else stood in its place.
 */
export function late(source: Load, before: ReactNode): Late {
  let Loaded: ComponentType | null = null;
  let loading: Promise<void> | null = null;
  const load = () => {
    loading ??= source().then(
      (module) => {
        Loaded = module.default;
      },
      (error: unknown) => {
        // The next one to show it tries again.
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  function View() {
    const isThere = Loaded !== null;
    const [state, setState] = useState<boolean | { readonly error: unknown }>(isThere);
    useEffect(() => {
      let isGone = false;
      load().then(
        () => !isGone && setState(true),
        (error: unknown) => !isGone && setState({ error }),
      );
      return () => {
        isGone = true;
      };
    }, []);
    if (typeof state === "object") throw state.error;
    return Loaded === null ? before : <Loaded />;
  }
  return { View, load };
}
