/** Style sheets that only some pages need. */

import { h } from "./dom.js";

/**
 * Have these style sheets in force, before the page that needs them shows.
 * @param {string[]} names
 */
export async function loadStyles(names) {
  await Promise.all(names.map((name) => load(`/styles/${name}.css`)));
}

/** @param {string} href */
function load(href) {
  if (document.head.querySelector(`link[rel="stylesheet"][href="${href}"]`)) return;
  const link = h("link", { rel: "stylesheet", href });
  return new Promise((resolve, reject) => {
    link.addEventListener("load", resolve);
    link.addEventListener("error", () => {
      link.remove(); // so that trying again loads it again
      reject(new Error(`${href} could not be loaded`));
    });
    document.head.append(link);
  });
}
