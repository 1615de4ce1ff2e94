// Writes the bill of materials of the program: CycloneDX, in JSON.
//
//   node sbom.mjs ../../target/rollcall.cdx.json
//
// Every package that the program is built of for Linux and macOS, with licence, checksum and what it depends on, and none that only
// tests use; as `Cargo.lock` pins them. The same lock file gives the same bytes. Checked against CycloneDX's own schema.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { Validation } from "@cyclonedx/cyclonedx-library";

const VERSION = "1.6";
const root = new URL("../../", import.meta.url);
const targets = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu", "aarch64-apple-darwin"];
const filter = targets.flatMap((target) => ["--filter-platform", target]);
const options = { encoding: "utf8", cwd: root, maxBuffer: 1 << 28 };
const metadata = JSON.parse(execFileSync("cargo", ["metadata", "--locked", "--format-version", "1", ...filter], options));

const packages = new Map(metadata.packages.map((found) => [found.id, found]));
const needs = new Map(
  metadata.resolve.nodes.map(({ id, deps }) => {
    const built = deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind !== "dev"));
    return [id, built.map(({ pkg }) => pkg)];
  }),
);

/** The packages reached from one, itself included. */
function reached(from, found = new Set()) {
  if (!found.has(from)) {
    found.add(from);
    needs.get(from).forEach((id) => reached(id, found));
  }
  return found;
}

const lock = readFileSync(new URL("Cargo.lock", root), "utf8").split("[[package]]").slice(1);
const locked = new Map(
  lock.map((text) => {
    const value = (key) => text.match(new RegExp(`^${key} = "(.*)"$`, "m"))?.[1];
    return [`${value("name")}@${value("version")}`, value("checksum")];
  }),
);

function component(id) {
  const { name, version, license, description } = packages.get(id);
  if (!locked.has(`${name}@${version}`)) throw new Error(`Cargo.lock does not pin ${name} ${version}`);
  const checksum = locked.get(`${name}@${version}`);
  const purl = `pkg:cargo/${name}@${version}`;
  return {
    type: id === metadata.resolve.root ? "application" : "library",
    "bom-ref": purl,
    name,
    version,
    ...(description && { description: description.trim() }),
    ...(checksum && { hashes: [{ alg: "SHA-256", content: checksum }] }),
    // Older packages write `MIT/Apache-2.0`.
    ...(license && { licenses: [{ expression: license.replaceAll(/\s*\/\s*/g, " OR ") }] }),
    purl,
  };
}

const ids = [...reached(metadata.resolve.root)].sort();
const refs = new Map(ids.map((id) => [id, component(id)["bom-ref"]]));
const bom = {
  $schema: `http://cyclonedx.org/schema/bom-${VERSION}.schema.json`,
  bomFormat: "CycloneDX",
  specVersion: VERSION,
  version: 1,
  metadata: { component: component(metadata.resolve.root) },
  components: ids.filter((id) => id !== metadata.resolve.root).map(component),
  dependencies: ids.map((id) => ({ ref: refs.get(id), dependsOn: [...new Set(needs.get(id).map((need) => refs.get(need)))].sort() })),
};
const text = JSON.stringify(bom, null, 1) + "\n";
const broken = await new Validation.JsonStrictValidator(VERSION).validate(text);
if (broken !== null) throw new Error(`not valid to CycloneDX ${VERSION}: ${JSON.stringify(broken)}`);
writeFileSync(process.argv[2], text);
console.log(`${process.argv[2]}: CycloneDX ${VERSION}, ${bom.components.length} components`);
