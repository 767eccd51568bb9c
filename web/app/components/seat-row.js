/** One kind of seat, and how many of it. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { cents, formatMoney } from "../money.js";
import { stepper } from "./stepper.js";

/** @import { SeatType } from "../contract.js" */

const MOST_OF_A_KIND = 20;
const FEW = 10;

export class SeatRow {
  /**
   * @param {SeatType} seatType
   * @param {number} held
   * @param {number} chosen
   * @param {() => void} onchange
   */
  constructor(seatType, held, chosen, onchange) {
    const left = seatType.availableQuantity + held;
    this.seatType = seatType;
    this.most = Math.min(MOST_OF_A_KIND, left);
    const id = `seat-${seatType.id}`;
    this.stepper = this.most
      ? stepper({
          id,
          labelledBy: `${id}-name`,
          name: seatType.name,
          most: this.most,
          value: Math.min(chosen, this.most),
          onchange,
        })
      : null;
    this.element = h(
      "li",
      { class: `seat-row ${this.most ? "" : "seat-row--sold-out"}` },
      h(
        "div",
        { class: "seat-row__what" },
        h("h3", { id: `${id}-name` }, seatType.name),
        h("p", {}, seatType.description),
        this.most > 0 &&
          h("p", { class: left <= FEW ? "seat-row__left seat-row__left--few" : "seat-row__left" }, leftInWords(left)),
      ),
      h(
        "p",
        { class: "seat-row__price" },
        cents(seatType.price) === 0 ? t("seats.free") : formatMoney(seatType.price, seatType.currency),
      ),
      this.stepper?.element ?? h("p", { class: "badge badge--sold-out" }, t("seats.soldOut")),
    );
  }

  get quantity() {
    return this.stepper?.quantity() ?? 0;
  }

  focus() {
    this.element.querySelector("input")?.focus();
  }
}

/** @param {number} left */
function leftInWords(left) {
  return left <= FEW ? t("seats.fewLeft", { count: left }) : t("seats.left", { count: left });
}
