// What axe-core finds on a page, by day and by night.
import AxeBuilder from "@axe-core/playwright";
import { expect } from "./test.js";

/** @param {import("./test.js").Page} page */
export async function expectAccessible(page) {
  for (const colorScheme of /** @type {const} */ (["light", "dark"])) {
    await page.emulateMedia({ colorScheme });
    await page.evaluate(async () => {
      const running = document.getAnimations().filter((animation) => animation instanceof CSSTransition);
      await Promise.allSettled(running.map(({ finished }) => finished));
    });
    // The browser's own viewer of PDFs, and what is in the store, are not ours. Nothing but colours differs by night.
    const axe = new AxeBuilder({ page }).exclude("iframe");
    const { violations } = await (colorScheme === "dark" ? axe.withRules(["color-contrast"]) : axe).analyze();
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    const found = serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect(found, `${page.url()}, ${colorScheme}`).toEqual([]);
  }
}
