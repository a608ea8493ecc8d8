// Builds the style sheet and the live session into the folder from which the service serves them, and puts the fonts of
// the station's letters where the station looks for them.
import { build } from "esbuild";
import { copyFile, cp, mkdir } from "node:fs/promises";
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

const station = { ...shared, outdir: here("../../station/static/build") };
await build({ ...station, entryPoints: { station: here("../styles/station.css") } });
await build({
  ...station,
  entryPoints: { station: here("../src/station.tsx") },
  format: "iife",
  jsx: "automatic",
  jsxImportSource: "preact",
});
await cp(here("../../../server/web/static/icon.svg"), `${station.outdir}/icon.svg`);
await cp(here("../../../server/web/static/chevron.svg"), `${station.outdir}/chevron.svg`);
const fonts = here("../../station/static/build/fonts");
const dejavu = here("../node_modules/dejavu-fonts-ttf");
await mkdir(fonts, { recursive: true });
for (const file of ["ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "LICENSE"]) {
  await copyFile(`${dejavu}/${file}`, `${fonts}/${file.split("/").at(-1)}`);
}
