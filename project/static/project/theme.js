/** Light, dark, or as the system has it: the choice is kept in this browser. */

const KEY = "theme";
const NEXT = { system: "light", light: "dark", dark: "system" };
const LABELS = { system: "Theme: system", light: "Theme: light", dark: "Theme: dark" };

/** Runs the button that goes round the three. */
export function runTheme(button) {
  const set = (theme) => {
    document.documentElement.dataset.theme = theme;
    button.setAttribute("aria-label", LABELS[theme]);
    button.title = LABELS[theme];
  };
  set(kept());
  button.addEventListener("click", () => {
    const theme = NEXT[document.documentElement.dataset.theme];
    set(theme);
    keep(theme);
  });
}

/** Browsers may refuse storage; the choice then lasts as long as the page. */
function kept() {
  try {
    const theme = localStorage.getItem(KEY);
    return theme in NEXT ? theme : "system";
  } catch {
    return "system";
  }
}

function keep(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Refused: see kept().
  }
}
