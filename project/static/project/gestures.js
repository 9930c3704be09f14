/**
 * Pan and zoom by pointer, touch, wheel and trackpad.
 *
 * One pointer drags, two pinch; a wheel sideways (or with shift) pans, with ctrl it zooms, as a trackpad's pinch says it. A
 * wheel up or down pans only where there is nothing to scroll.
 */

const DRAG_PX = 5;
const LINE_PX = 16;

export class Gestures {
  /**
   * @param {Element} seen
   * @param {object} page
   * @param {(px: number) => void} page.pan
   * @param {(factor: number, part: number) => void} page.zoom at this part of the width
   */
  constructor(seen, page) {
    this.seen = seen;
    this.page = page;
    this.pointers = new Map();
    this.isDrag = false;
    seen.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    seen.addEventListener("pointerdown", (event) => this.down(event));
    seen.addEventListener("pointermove", (event) => this.moved(event));
    seen.addEventListener("pointerup", (event) => this.up(event));
    seen.addEventListener("pointercancel", (event) => this.up(event));
    seen.addEventListener("click", (event) => this.click(event), { capture: true });
  }

  part(clientX) {
    const { left, width } = this.seen.getBoundingClientRect();
    return (clientX - left) / width;
  }

  wheel(event) {
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE_PX : 1;
    if (event.ctrlKey) {
      event.preventDefault();
      this.page.zoom(Math.exp((-event.deltaY * unit) / 200), this.part(event.clientX));
      return;
    }
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    const root = document.documentElement;
    if (isSideways || root.scrollHeight <= root.clientHeight) {
      event.preventDefault();
      this.page.pan((Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY) * unit);
    }
  }

  down(event) {
    if (event.pointerType === "mouse" && event.button !== 0) {
      return;
    }
    if (this.pointers.size === 0) {
      this.isDrag = false;
    }
    this.pointers.set(event.pointerId, { x: event.clientX, startX: event.clientX });
  }

  moved(event) {
    const pointer = this.pointers.get(event.pointerId);
    if (pointer === undefined) {
      return;
    }
    if (event.pointerType === "mouse" && event.buttons === 0) {
      this.up(event);
      return;
    }
    const before = this.fingers();
    pointer.x = event.clientX;
    if (!this.isDrag && this.pointers.size === 1 && Math.abs(pointer.x - pointer.startX) < DRAG_PX) {
      return;
    }
    if (!this.isDrag) {
      this.isDrag = true;
      this.pointers.forEach((_, id) => this.seen.setPointerCapture(id));
      this.seen.classList.add("dragged");
    }
    this.follow(before, this.fingers());
  }

  /** What stood under the fingers stays under them. */
  follow(before, after) {
    this.page.pan(before.middle - after.middle);
    if (this.pointers.size === 2 && before.apart > 0 && after.apart > 0) {
      this.page.zoom(after.apart / before.apart, this.part(after.middle));
    }
  }

  fingers() {
    const xs = [...this.pointers.values()].map(({ x }) => x);
    return { middle: (Math.min(...xs) + Math.max(...xs)) / 2, apart: Math.max(...xs) - Math.min(...xs) };
  }

  up(event) {
    this.pointers.delete(event.pointerId);
    if (this.pointers.size === 0) {
      this.seen.classList.remove("dragged");
    }
  }

  /** The click that ends a drag opens nothing; one of a key's has no detail, and ends none. */
  click(event) {
    if (this.isDrag && event.detail > 0) {
      this.isDrag = false;
      event.stopPropagation();
      event.preventDefault();
    }
  }
}
