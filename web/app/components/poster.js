/**
 * Every conference has a poster of its own, drawn from its code: tiles of quarter circles, half circles and dots,
 * always the same for the same code. Pure decoration.
 */

import { svg } from "../dom.js";

const COLOURS = ["ultramarine", "vermilion", "saffron", "mint", "ink"];
const TILE = 40;

/**
 * @param {string} code
 * @param {number} columns
 * @param {number} rows
 */
export function poster(code, columns, rows) {
  const draw = numbersFrom(code.toLowerCase());
  const tiles = Array.from({ length: columns * rows }, (_, index) =>
    tile((index % columns) * TILE, Math.floor(index / columns) * TILE, draw),
  );
  return svg(
    "svg",
    {
      class: "poster",
      viewBox: `0 0 ${columns * TILE} ${rows * TILE}`,
      preserveAspectRatio: "xMidYMid slice",
      "aria-hidden": "true",
      focusable: "false",
    },
    ...tiles,
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {(below: number) => number} draw
 */
function tile(x, y, draw) {
  const ground = draw(COLOURS.length);
  const figure = (ground + 1 + draw(COLOURS.length - 1)) % COLOURS.length;
  const turn = `rotate(${draw(4) * 90} ${x + TILE / 2} ${y + TILE / 2})`;
  return svg(
    "g",
    {},
    svg("rect", { x, y, width: TILE + 0.5, height: TILE + 0.5, class: `poster__${COLOURS[ground]}` }),
    svg("path", { d: shape(x, y, draw(4)), transform: turn, class: `poster__${COLOURS[figure]}` }),
  );
}

/**
 * @param {number} x
 * @param {number} y
 * @param {number} kind
 */
function shape(x, y, kind) {
  const [whole, half, small] = [TILE, TILE / 2, TILE / 4];
  const quarter = `M${x} ${y}h${whole}a${whole} ${whole} 0 0 1-${whole} ${whole}Z`;
  const halfCircle = `M${x} ${y + half}h${whole}a${half} ${half} 0 0 1-${whole} 0Z`;
  const dot = `M${x + small} ${y + half}a${small} ${small} 0 1 1 ${half} 0a${small} ${small} 0 1 1-${half} 0Z`;
  const arc = `a${half} ${half} 0 0 1`;
  const leaf = `M${x} ${y}h${half}${arc} ${half} ${half}v${half}h-${half}${arc}-${half}-${half}Z`;
  return [quarter, halfCircle, dot, leaf][kind] ?? quarter;
}

/**
 * Numbers that depend on nothing but the text (FNV-1a, then xorshift).
 * @param {string} text
 * @returns {(below: number) => number}
 */
function numbersFrom(text) {
  let state = 2166136261;
  for (const character of text) state = Math.imul(state ^ (character.codePointAt(0) ?? 0), 16777619);
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
