/**
 * What this tab, or this browser, remembers. Storage may be blocked or full; then everything still works, and is
 * forgotten with the page.
 */

/** A place for JSON values. */
class Store {
  /** @type {Map<string, string>} */
  #instead = new Map();

  /** @param {() => Storage} storage */
  constructor(storage) {
    this.storage = storage;
  }

  /**
   * @param {string} key
   * @returns {unknown} what `set` was given, or null
   */
  get(key) {
    try {
      return JSON.parse(this.#read(key) ?? "null");
    } catch {
      return null; // not ours; as good as nothing
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  set(key, value) {
    const text = JSON.stringify(value);
    this.#instead.set(key, text);
    try {
      this.storage().setItem(key, text);
    } catch {
      // `#instead` has it as long as the page lives
    }
  }

  /** @param {string} key */
  remove(key) {
    this.#instead.delete(key);
    try {
      this.storage().removeItem(key);
    } catch {
      // it was never there
    }
  }

  /** @param {string} key */
  #read(key) {
    try {
      return this.storage().getItem(key) ?? this.#instead.get(key);
    } catch {
      return this.#instead.get(key);
    }
  }
}

/** For as long as the tab is open. */
export const tab = new Store(() => sessionStorage);
