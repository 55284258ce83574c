/** Packs each folder in a folder with npm's simple-scorm-packager; prints the seconds that it took. */
import {readdirSync} from "node:fs";
import {join} from "node:path";
import pack from "simple-scorm-packager";

const [source, out] = process.argv.slice(2);
console.log = () => {}; // it reports every step; only the figure is wanted

const began = performance.now();
for (const name of readdirSync(source).sort()) {
  await new Promise((done) => pack({
    version: "1.2", organization: "Bench", title: name, language: "en", startingPage: "index.html", source: join(source, name),
    package: {version: "1.0.0", zip: true, outputFolder: out},
  }, done));
}
process.stdout.write(JSON.stringify({seconds: (performance.now() - began) / 1000}));
