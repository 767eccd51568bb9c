/** What is around every page: its texts, which link is the present page, language, colours, being offline. */

import { announce } from "./announce.js";
import { byId } from "./dom.js";
import { language, setLanguage, t } from "./i18n.js";

/** @import { MessageKey } from "./i18n.js" */

/** Put the texts of the present language into the page around the pages. */
export function translateShell() {
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = t(keyOf(element, "data-text"));
  for (const element of document.querySelectorAll("[data-label]")) {
    element.setAttribute("aria-label", t(keyOf(element, "data-label")));
  }
  document.documentElement.dataset.ready = "";
}

/**
 * @param {Element} element
 * @param {string} attribute
 */
function keyOf(element, attribute) {
  return /** @type {MessageKey} */ (element.getAttribute(attribute));
}

/**
 * What is behind each link of the navigation.
 * @type {Record<string, RegExp>}
 */
const AREAS = {
  "/": /^\/($|conferences\/)/,
  "/find-order": /^\/(find-order$|orders\/)/,
  "/organizer": /^\/organizer(\/|$)/,
};

/**
 * Say which of the links leads to where the reader is.
 * @param {string} path
 */
export function markCurrentPage(path) {
  for (const link of document.querySelectorAll(".site-nav a")) {
    if (AREAS[link.getAttribute("href") ?? ""]?.test(path)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
}

/** @param {() => unknown} onChange */
export function startLanguageChoice(onChange) {
  const choice = byId("language", HTMLSelectElement);
  choice.value = language();
  choice.addEventListener("change", async () => {
    await setLanguage(choice.value === "de" ? "de" : "en");
    translateShell();
    await onChange();
  });
}

/** Light, dark, or as the device has it. */
export function startThemeChoice() {
  const root = document.documentElement;
  const choice = byId("theme", HTMLSelectElement);
  choice.value = root.dataset.theme ?? "auto";
  choice.addEventListener("change", () => {
    if (choice.value === "auto") delete root.dataset.theme;
    else root.dataset.theme = choice.value;
    try {
      localStorage.setItem("theme", choice.value);
    } catch {
      // storage is blocked: it holds as long as the page lives
    }
  });
}

/** Say so while there is no network. */
export function startOfflineNotice() {
  const bar = byId("offline", HTMLElement);
  const update = () => {
    if (bar.hidden === navigator.onLine) return;
    bar.hidden = navigator.onLine;
    bar.textContent = t("shell.offline");
    if (navigator.onLine) announce(t("shell.online"));
  };
  addEventListener("online", update);
  addEventListener("offline", update);
  update();
}
