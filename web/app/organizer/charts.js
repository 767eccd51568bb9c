/** Bars of parts, drawn as SVG; each says in words what it shows. */

import { h, svg } from "../dom.js";

/** @typedef {{ name: string, value: number, kind: string }} Part `kind` gives the colour */

const WIDTH = 1000;
const HEIGHT = 28;
const GAP = 3;

/**
 * @param {string} label
 * @param {Part[]} parts
 */
export function bar(label, parts) {
  const whole = parts.reduce((sum, part) => sum + part.value, 0);
  const words = `${label}: ${parts.map((part) => `${part.value} ${part.name}`).join(", ")}`;
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
