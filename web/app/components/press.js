/** Nothing may move under a finger or a mouse button that is down: the press would miss what it was meant for. */

let isPressed = false;

addEventListener("pointerdown", () => (isPressed = true), { capture: true });
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => (isPressed = false), { capture: true });

/**
 * Do something now, or once the press that is going on has done its click.
 * @param {() => unknown} work
 */
export function afterPress(work) {
  if (!isPressed) work();
  else addEventListener("pointerup", () => setTimeout(work), { once: true });
}
