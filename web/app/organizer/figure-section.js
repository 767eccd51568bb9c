/** A figure with its heading: what is drawn, and beside it the same in a table. */

import { h } from "../dom.js";
import { formatNumber } from "../i18n.js";

/** @import { Child } from "../dom.js" */
/** @typedef {{ name: string, numbers: (number | null)[] }} FigureRow null is shown as unknown */

const ROWS_AT_ONCE = 8;

/**
 * @param {object} figure
 * @param {string} figure.id
 * @param {string} figure.heading
 * @param {Child[]} figure.drawing
 * @param {string} figure.caption of the table
 * @param {string[]} figure.head names of its columns
 * @param {FigureRow[]} figure.rows
 */
export function figureSection({ id, heading, drawing, caption, head, rows }) {
  return h(
    "section",
    { class: "figures", "aria-labelledby": id },
    h("h2", { id }, heading),
    h("div", { class: "halves" }, h("div", {}, ...drawing), table(caption, head, rows)),
  );
}

/**
 * @param {string} caption
 * @param {string[]} head
 * @param {FigureRow[]} rows
 */
function table(caption, head, rows) {
  return h(
    "div",
    { class: `table-scroll ${rows.length > ROWS_AT_ONCE ? "table-scroll--short" : ""}`, tabindex: 0, role: "region", "aria-label": caption },
    h(
      "table",
      { class: "table" },
      h(
        "thead",
        {},
        h("tr", {}, ...head.map((name, index) => h("th", { scope: "col", class: index ? "number" : "" }, name))),
      ),
      h("tbody", {}, ...rows.map(row)),
    ),
  );
}

/** @param {FigureRow} row */
function row({ name, numbers }) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, name),
    ...numbers.map((value) => h("td", { class: "number" }, value === null ? "\u2013" : formatNumber(value))),
  );
}
