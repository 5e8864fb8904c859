import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app";
import { preload } from "./routes";
import { applySettings } from "./settings";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/surfaces.css";
import "./styles/shell.css";

applySettings();
preload(location.pathname);
const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
