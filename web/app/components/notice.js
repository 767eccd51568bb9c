/** A message in the page: what happened and what to do. */

import { h } from "../dom.js";

/** @import { Child } from "../dom.js" */
/** @typedef {"info" | "ok" | "warning" | "danger"} Tone */

/**
 * @param {Tone} tone
 * @param {string} title
 * @param {Child[]} content paragraphs and actions
 */
export function notice(tone, title, ...content) {
  const urgent = tone === "danger" || tone === "warning";
  return h(
    "div",
    { class: `notice notice--${tone}`, role: urgent ? "alert" : "status" },
    h("p", { class: "notice__title" }, title),
    ...content.map((child) => (typeof child === "string" ? h("p", {}, child) : child)),
  );
}
