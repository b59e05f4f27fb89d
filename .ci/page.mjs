// The page of an evidence pack in a browser: nothing on the console, no request, every link
// inside it leads somewhere, nothing wider than a phone, and axe finds nothing serious.
//
// node page.mjs BROWSER PAGE, with puppeteer-core and axe-core in NODE_PATH.
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.env.NODE_PATH + "/");
const puppeteer = require("puppeteer-core");
const axe = require("axe-core");
const [browserPath, page] = process.argv.slice(2);
const address = pathToFileURL(page).href;
const faults = [];

const browser = await puppeteer.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    const tab = await browser.newPage();
    const where = `${scheme}, ${width} wide`;
    tab.on("console", (message) => faults.push(`${where}: console: ${message.text()}`));
    tab.on("pageerror", (error) => faults.push(`${where}: ${error}`));
    tab.on("request", (request) => {
      if (request.url() !== address) faults.push(`${where}: request: ${request.url()}`);
    });
    await tab.setViewport({ width, height: 900 });
    await tab.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await tab.goto(address, { waitUntil: "load" });
    const found = await tab.evaluate(() => {
      const dead = [...document.querySelectorAll("a")].filter(
        (link) => !link.hash || !document.getElementById(link.hash.slice(1)),
      );
      const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
      return {
        dead: dead.map((link) => link.outerHTML),
        twice: ids.filter((id, at) => ids.indexOf(id) !== at),
        wide: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      };
    });
    for (const link of found.dead) faults.push(`${where}: it leads nowhere: ${link}`);
    for (const id of found.twice) faults.push(`${where}: two elements have the id ${id}`);
    if (found.wide > 0) faults.push(`${where}: ${found.wide} pixels too wide`);
    // The page lets no script in; the browser's own tools are another world, but share the page.
    const checker = await browser.newPage();
    await checker.setBypassCSP(true);
    await checker.setViewport({ width, height: 900 });
    await checker.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
    await checker.goto(address, { waitUntil: "load" });
    await checker.evaluate(axe.source);
    const result = await checker.evaluate(() => window.axe.run(document));
    for (const violation of result.violations) {
      const at = violation.nodes.slice(0, 2).map((node) => node.html.slice(0, 160)).join(" ");
      faults.push(`${where}: ${violation.impact}: ${violation.id}: ${violation.help}: ${at}`);
    }
    await checker.close();
    await tab.close();
  }
}
await browser.close();
for (const fault of faults) console.log(fault);
console.log(`${page}: ${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
