/** A bar that changed lights up softly. In a burst only some do: a flash of everything tells nothing. */

const AT_ONCE = 4;
const LASTS_MS = 1_000;
const LIGHT = [{ opacity: 0.75 }, { opacity: 0 }];

export class Flashes {
  constructor() {
    this.keys = new Set();
    this.running = 0;
    this.calm = matchMedia("(prefers-reduced-motion: reduce)");
  }

  due(key) {
    if (this.keys.size < AT_ONCE) {
      this.keys.add(key);
    }
  }

  /** @param {(key: string) => Element|undefined} barOf */
  draw(barOf) {
    for (const key of this.keys) {
      const bar = barOf(key);
      if (bar && !this.calm.matches && this.running < AT_ONCE) {
        this.light(bar);
      }
    }
    this.keys.clear();
  }

  light(bar) {
    const light = document.createElement("span");
    light.className = "flash";
    bar.append(light);
    this.running += 1;
    const ended = () => {
      this.running -= 1;
      light.remove();
    };
    light.animate(LIGHT, { duration: LASTS_MS, easing: "ease-out" }).finished.then(ended, ended);
  }
}
