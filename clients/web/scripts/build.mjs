// Builds the style sheet and the live session into the folder from which the service serves them.
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const shared = {
  bundle: true,
  minify: true,
  outdir: here("../../../server/web/static/build"),
  logLevel: "warning",
  legalComments: "linked",
  external: ["/static/*"],
  target: ["chrome111", "firefox115", "safari16.4"],
};

await build({ ...shared, entryPoints: { app: here("../styles/app.css") } });
await build({
  ...shared,
  entryPoints: { live: here("../src/live.tsx") },
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
});
