/** How many seats of each kind are sold, held and left. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { bar, legend } from "./charts.js";
import { figureSection } from "./figure-section.js";

/** @import { SeatFigures } from "./figures.js" */

/** @param {SeatFigures[]} seats */
export function seatsFigure(seats) {
  return figureSection({
    id: "figures-seats",
    heading: t("figures.seats"),
    drawing: [
      ...seats.map((seat) =>
        h("div", { class: "chart-row" }, h("p", { "aria-hidden": "true" }, seat.name), bar(seat.name, parts(seat))),
      ),
      legend(parts()),
    ],
    caption: t("figures.seats.table"),
    head: [t("figures.seat"), t("figures.all"), t("figures.sold"), t("figures.held"), t("figures.left")],
    rows: seats.map(({ name, quantity, sold, held, left }) => ({ name, numbers: [quantity, sold, held, left] })),
  });
}

/** @param {SeatFigures} [seat] */
function parts({ quantity, sold, held, left } = { name: "", quantity: 0, sold: 0, held: 0, left: 0 }) {
  return [
    { name: t("figures.sold"), value: sold, kind: "sold" },
    { name: t("figures.held"), value: held ?? 0, kind: "held" },
    { name: t("figures.left"), value: left ?? Math.max(0, quantity - sold), kind: "left" },
  ];
}
