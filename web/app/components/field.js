/** A labelled field that says what is wrong with what was typed into it. */

import { h } from "../dom.js";
import { t } from "../i18n.js";
import { afterPress } from "./press.js";

/** @import { Rule } from "../rules.js" */
/**
 * @typedef {object} FieldOptions
 * @property {string} name as the API calls it
 * @property {string} [id] `name`, unless there are several of the kind
 * @property {string} label
 * @property {string} [hint]
 * @property {string} [value]
 * @property {"text" | "email" | "date" | "number"} [type]
 * @property {number} [rows] makes it a text of several lines
 * @property {boolean} [optional]
 * @property {number} [maxLength]
 * @property {string} [autocomplete]
 * @property {string} [inputMode]
 * @property {string} [className]
 * @property {Rule[]} [rules] looked at in order once it is filled
 */

export class Field {
  /** @param {FieldOptions} options */
  constructor(options) {
    this.name = options.name;
    this.options = options;
    const id = options.id ?? options.name;
    this.control = controlOf(id, options);
    this.fault = h("p", { class: "field__fault", id: `${id}-fault` });
    this.element = h(
      "div",
      { class: `field ${options.className ?? ""}` },
      h(
        "label",
        { for: id },
        options.label,
        options.optional && h("span", { class: "field__optional" }, ` ${t("field.optional")}`),
      ),
      options.hint && h("p", { class: "field__hint", id: `${id}-hint` }, options.hint),
      this.control,
      this.fault,
    );
    this.control.addEventListener("change", () => afterPress(() => this.value && this.check()));
    this.control.addEventListener("input", () => this.control.hasAttribute("aria-invalid") && this.check());
  }

  /** What was typed, without space around it. */
  get value() {
    return this.control.value.trim();
  }

  set value(value) {
    this.control.value = value;
  }

  /** Whether it will do; says why not beside it. */
  check() {
    this.say(this.#fault());
    return !this.control.hasAttribute("aria-invalid");
  }

  /**
   * Say what is wrong; null says that nothing is.
   * @param {string | null} fault
   */
  say(fault) {
    this.fault.textContent = fault ?? "";
    if (fault) this.control.setAttribute("aria-invalid", "true");
    else this.control.removeAttribute("aria-invalid");
  }

  #fault() {
    const { optional = false, rules = [] } = this.options;
    if (!this.value) return optional ? null : t("rule.filled");
    for (const rule of rules) {
      const fault = rule(this.value);
      if (fault) return fault;
    }
    return null;
  }
}

/**
 * @param {string} id
 * @param {FieldOptions} options
 */
function controlOf(
  id,
  { name, hint, value = "", type = "text", rows, optional = false, maxLength, autocomplete, inputMode },
) {
  const attributes = {
    id,
    name,
    maxlength: maxLength,
    autocomplete: autocomplete ?? "off",
    inputmode: inputMode,
    "aria-required": optional ? null : "true",
    "aria-describedby": hint ? `${id}-hint ${id}-fault` : `${id}-fault`,
  };
  return rows ? h("textarea", { ...attributes, rows }, value) : h("input", { ...attributes, type, value });
}
