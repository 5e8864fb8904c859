import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Where the venue listens while the page is being worked on. */
const venue = process.env["RIALTO_URL"] ?? "http://127.0.0.1:8080";

/** The venue compares a page's origin with its own, so the proxy speaks with the venue's. */
const proxy = {
  "/v1": { target: venue, changeOrigin: true, ws: true, headers: { Origin: venue } },
  "/health": { target: venue, changeOrigin: true },
  "/ready": { target: venue, changeOrigin: true },
  "/docs": { target: venue, changeOrigin: true },
};

/** No laxer than what the venue sends with the page, so that a breach shows before. */
const policy =
  "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

export default defineConfig({
  plugins: [react()],
  server: { proxy },
  preview: { proxy, headers: { "Content-Security-Policy": policy } },
  build: {
    target: "es2023",
    // Everything is a file of its own: the policy of the page allows no data: addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: true,
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
