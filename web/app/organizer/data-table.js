/** A table to search, sort and leaf through, and to take along as CSV. */

import { announce } from "../announce.js";
import { h } from "../dom.js";
import { locale, t } from "../i18n.js";
import { csv, download } from "./csv.js";

/** @import { Child } from "../dom.js" */
/**
 * @template Row
 * @typedef {object} Column
 * @property {string} name
 * @property {(row: Row) => string} text for CSV, for searching, and for sorting unless there is `number`
 * @property {(row: Row) => number} [number] sorts by number
 * @property {(row: Row) => Child} [shown] instead of the text
 */
/**
 * A last column for what can be done with a row; neither searched nor sorted nor taken along.
 * @template Row
 * @typedef {object} Actions
 * @property {string} name
 * @property {(row: Row) => Child} of
 */

const ROWS_PER_PAGE = 25;

/** @template Row */
export class DataTable {
  #query = "";
  #page = 0;
  /** @type {{ column: Column<Row>, descending: boolean } | null} */
  #order = null;
  #found = /** @type {Row[]} */ ([]);

  /**
   * @param {object} options
   * @param {string} options.id
   * @param {string} options.caption
   * @param {Column<Row>[]} options.columns
   * @param {Row[]} options.rows
   * @param {Actions<Row>} [options.actions]
   * @param {string} options.file name of the CSV file
   * @param {string} options.none what to say when there are no rows at all
   */
  constructor({ id, caption, columns, rows, actions, file, none }) {
    this.columns = columns;
    this.actions = actions;
    this.rows = rows;
    this.file = file;
    this.body = h("tbody", {});
    this.headings = columns.map((column) => this.#heading(column));
    this.count = h("p", { class: "table-count", role: "status" });
    this.pages = h("nav", { class: "pager", "aria-label": t("table.pages", { caption }) });
    this.region = h(
      "div",
      { class: "table-scroll", tabindex: 0, role: "region", "aria-label": caption },
      h(
        "table",
        { class: "table", id },
        h("caption", { class: "visually-hidden" }, caption),
        h("thead", {}, h("tr", {}, ...this.headings, actions && h("th", { scope: "col" }, actions.name))),
        this.body,
      ),
    );
    const search = h("input", { id: `${id}-search`, type: "search", autocomplete: "off" });
    search.addEventListener("input", () => this.#search(search.value));
    this.element = rows.length
      ? h(
          "div",
          { class: "data-table" },
          h(
            "div",
            { class: "toolbar" },
            h("div", { class: "field field--search" }, h("label", { for: `${id}-search` }, t("table.search")), search),
            this.count,
            h(
              "button",
              { type: "button", class: "button button--quiet", onclick: () => this.#export() },
              t("table.export"),
            ),
          ),
          this.region,
          this.pages,
        )
      : h("p", { class: "empty" }, none);
    this.#show();
  }

  /** Show the rows as they are now, where something in them has changed. */
  update() {
    this.#show();
    // What was pressed was made anew, or is gone; the focus must not be lost with it.
    if (document.activeElement === document.body) this.region.focus({ preventScroll: true });
  }

  /** @param {Column<Row>} column */
  #heading(column) {
    const button = h("button", { type: "button", class: "sort", onclick: () => this.#sort(column) }, column.name);
    return h("th", { scope: "col", "aria-sort": "none", class: column.number ? "number" : "" }, button);
  }

  /** @param {string} query */
  #search(query) {
    this.#query = query.trim().toLocaleLowerCase(locale());
    this.#page = 0;
    this.#show();
  }

  /** @param {Column<Row>} column */
  #sort(column) {
    this.#order = { column, descending: this.#order?.column === column && !this.#order.descending };
    this.#page = 0;
    this.#show();
  }

  #export() {
    download(
      this.file,
      csv([
        this.columns.map(({ name }) => name),
        ...this.#found.map((row) => this.columns.map(({ text }) => text(row))),
      ]),
    );
    announce(t("table.exported", { count: this.#found.length }));
  }

  #show() {
    this.#found = this.#sorted(this.rows.filter((row) => this.#fits(row)));
    this.#page = Math.min(this.#page, this.#last);
    const from = this.#page * ROWS_PER_PAGE;
    const shown = this.#found.slice(from, from + ROWS_PER_PAGE);
    this.body.replaceChildren(...shown.map((row) => this.#row(row)));
    this.count.textContent = t("table.count", { count: this.#found.length, all: this.rows.length });
    for (const [index, heading] of this.headings.entries()) {
      const isSorted = this.#order?.column === this.columns[index];
      heading.setAttribute("aria-sort", !isSorted ? "none" : this.#order?.descending ? "descending" : "ascending");
    }
    this.#showPages();
  }

  /** @param {Row} row */
  #row(row) {
    const { actions, columns } = this;
    return h("tr", {}, ...columns.map((column) => cell(column, row)), actions && h("td", {}, actions.of(row)));
  }

  /** @param {Row} row */
  #fits(row) {
    if (!this.#query) return true;
    return this.columns.some(({ text }) => text(row).toLocaleLowerCase(locale()).includes(this.#query));
  }

  /** @param {Row[]} rows */
  #sorted(rows) {
    if (!this.#order) return rows;
    const { column, descending } = this.#order;
    const { number, text } = column;
    const collator = new Intl.Collator(locale(), { numeric: true });
    const compare = number
      ? (/** @type {Row} */ one, /** @type {Row} */ other) => number(one) - number(other)
      : (/** @type {Row} */ one, /** @type {Row} */ other) => collator.compare(text(one), text(other));
    return rows.sort((one, other) => (descending ? compare(other, one) : compare(one, other)));
  }

  get #last() {
    return Math.max(0, Math.ceil(this.#found.length / ROWS_PER_PAGE) - 1);
  }

  #showPages() {
    const last = this.#last;
    this.pages.hidden = last === 0;
    const go = (/** @type {string} */ name, /** @type {number} */ page) =>
      h(
        "button",
        {
          type: "button",
          class: "button button--quiet button--small",
          disabled: page < 0 || page > last,
          onclick: () => this.#turn(page),
        },
        name,
      );
    this.pages.replaceChildren(
      go(t("table.previous"), this.#page - 1),
      h("span", {}, t("table.page", { page: this.#page + 1, pages: last + 1 })),
      go(t("table.next"), this.#page + 1),
    );
  }

  /** @param {number} page */
  #turn(page) {
    const isForward = page > this.#page;
    this.#page = page;
    this.#show();
    // The pressed button was made anew: the focus goes to the one in its place, or to the other at an end.
    const [previous, next] = this.pages.querySelectorAll("button");
    const wished = isForward ? next : previous;
    (wished?.disabled ? (isForward ? previous : next) : wished)?.focus();
  }
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {Row} row
 */
function cell({ text, number, shown }, row) {
  return h("td", { class: number ? "number" : "" }, shown ? shown(row) : text(row));
}
