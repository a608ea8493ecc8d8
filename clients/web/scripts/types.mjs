// Compares src/protocol.ts with the Python structs it comes from; with --write it writes the file anew.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const target = fileURLToPath(new URL("../src/protocol.ts", import.meta.url));
const inEnvironment = `${root}.venv/bin/python`;
const python = process.env["PYTHON"] ?? (existsSync(inEnvironment) ? inEnvironment : "python3");

const run = spawnSync(python, [`${root}clients/web/generate_types.py`], {
  encoding: "utf8",
  env: { ...process.env, PYTHONPATH: root },
  stdio: ["ignore", "pipe", "inherit"],
});
if (run.status !== 0) {
  console.error("The types could not be written: is the virtual environment there (make setup)?");
  process.exit(1);
}
if (process.argv.includes("--write")) {
  writeFileSync(target, run.stdout);
} else if (readFileSync(target, "utf8") !== run.stdout) {
  console.error("src/protocol.ts differs from server/protocol: run `npm run types` and look at what changed.");
  process.exit(1);
}
