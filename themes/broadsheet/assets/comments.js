// Loads a comment system when a reader asks for it, and nothing of it before.

for (const box of document.querySelectorAll("[data-embed]")) {
  const button = box.querySelector("button");
  button.hidden = false;
  button.addEventListener("click", () => load(box, button, JSON.parse(box.dataset.embed)));
}

function load(box, button, { script, config }) {
  const ask = button.parentElement;
  const element = document.createElement("script");
  for (const [name, value] of script) element.setAttribute(name, value);
  if (config) follow(config);
  button.disabled = true;
  element.onload = () => {
    ask.remove();
    box.focus();
  };
  element.onerror = () => {
    element.remove();
    button.disabled = false;
    box.querySelector("[role=status]").textContent = box.dataset.failed;
  };
  box.append(element);
}

// Remark42 is told its colours; the others look for themselves.
function follow(config) {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const theme = () => config.theme ?? (dark.matches ? "dark" : "light");
  window.remark_config = { ...config, theme: theme() };
  dark.onchange = () => window.REMARK42?.changeTheme(theme());
}
