/** Bars and columns, drawn as SVG; each says in words what it shows. */

import { h, svg } from "../dom.js";
import { formatNumber, t } from "../i18n.js";

/** @typedef {{ name: string, value: number, kind: string }} Part `kind` gives the colour */

const WIDTH = 1000;
const HEIGHT = 28;
const GAP = 3;
const COLUMN = 48;
const COLUMN_GAP = 8;
const TALLEST = 160;

/**
 * @param {string} label
 * @param {Part[]} parts
 */
export function bar(label, parts) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  const words = `${label}: ${parts.map((part) => `${formatNumber(part.value)} ${part.name}`).join(", ")}`;
  let x = 0;
  const drawn = parts
    .filter((part) => part.value > 0)
    .map((part) => {
      const width = (part.value / whole) * WIDTH;
      const rect = svg("rect", {
        x,
        y: 0,
        width: Math.max(width - GAP, 1),
        height: HEIGHT,
        class: `chart__part chart__part--${part.kind}`,
      });
      x += width;
      return rect;
    });
  return svg(
    "svg",
    {
      class: "chart",
      role: "img",
      "aria-label": words,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
    },
    svg("rect", { x: 0, y: 0, width: WIDTH, height: HEIGHT, class: "chart__ground" }),
    ...drawn,
  );
}

/**
 * A column for each value, as high as it is of the greatest. Under a pointer each says what it shows.
 * @param {string} label
 * @param {{ name: string, value: number }[]} values at least one
 */
export function columns(label, values) {
  const most = Math.max(1, ...values.map(({ value }) => value));
  const [first, last] = [values[0]?.name ?? "", values.at(-1)?.name ?? ""];
  const words = t("charts.columns", { label, first, last, most });
  const width = values.length * COLUMN;
  const drawn = values.map(({ name, value }, index) => {
    const [x, height] = [index * COLUMN, (value / most) * TALLEST];
    const size = { x: x + COLUMN_GAP / 2, width: COLUMN - COLUMN_GAP };
    return svg(
      "g",
      {},
      svg("title", {}, `${name}: ${formatNumber(value)}`),
      svg("rect", { ...size, y: 0, height: TALLEST, class: "chart__ground" }),
      svg("rect", { ...size, y: TALLEST - height, height, class: "chart__part--sold" }),
    );
  });
  const picture = { role: "img", "aria-label": words, viewBox: `0 0 ${width} ${TALLEST}`, preserveAspectRatio: "none" };
  return h(
    "div",
    { class: "columns" },
    h("p", { class: "columns__scale", "aria-hidden": "true" }, formatNumber(most)),
    svg("svg", { class: "columns__drawing", width, ...picture }, ...drawn),
    h(
      "p",
      { class: "columns__ends", "aria-hidden": "true" },
      h("span", {}, first),
      first !== last && h("span", {}, last),
    ),
  );
}

/**
 * Which colour is what.
 * @param {Omit<Part, "value">[]} parts
 */
export function legend(parts) {
  return h(
    "ul",
    { class: "legend", "aria-hidden": "true" },
    ...parts.map(({ name, kind }) => h("li", { class: `legend__item legend__item--${kind}` }, name)),
  );
}
