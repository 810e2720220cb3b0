// The bar: what the author needs to know about the page and readers of the built site do not see. It is at the bottom
// of the window and can be reduced to a tab.

import { count, element, message, sourceLink } from "./dom.js";
import { recall, remember } from "./storage.js";
import { chooseScheme, currentScheme } from "./color_scheme.js";

const STATES = { draft: "Draft", scheduled: "Scheduled", embargoed: "Embargoed", expired: "Expired" };

const HTML = `
<aside aria-label="Handbill dev server">
  <div class="bar">
    <div class="info">
      <span class="state" role="status"></span>
      <button type="button" class="diagnostics" hidden></button>
      <span class="badges"></span>
      <details class="warnings" name="panel" hidden>
        <summary></summary>
        <div class="panel"><h2>Warnings of this page</h2><ul></ul></div>
      </details>
      <span class="more">
        <span class="length"></span>
        <span class="template"></span>
        <span class="outbox" title="Forms sent to the dev server. Copies are in .handbill/outbox/; nothing was sent to other machines."></span>
      </span>
    </div>
    <div class="tools">
      <details class="clock" name="panel">
        <summary></summary>
        <form class="panel">
          <label for="as-of">Show the site as of</label>
          <input id="as-of" type="datetime-local" required>
          <span class="buttons"><button type="submit">Set</button><button type="button" class="now">Now</button></span>
          <span class="answer" role="status"></span>
        </form>
      </details>
      <button type="button" class="follow" title="Go to the article that is being edited">Follow</button>
      <button type="button" class="phone" title="The width of a phone, 390 px">Phone</button>
      <span class="schemes" role="group" aria-label="Colour scheme">
        <button type="button" value="auto" title="The color scheme of this machine">Auto</button>
        <button type="button" value="light">Light</button>
        <button type="button" value="dark">Dark</button>
      </span>
      <a class="edit">Edit</a>
      <button type="button" class="close" aria-label="Hide the bar" title="Hide">×</button>
    </div>
  </div>
  <button type="button" class="tab" aria-label="Show the bar"></button>
</aside>`;

/**
 * Makes a bar inside `root`. `acts` are the actions of its controls: `setClock(value)`, which may fail,
 * `setFollow(isOn)`, `setPhone(isOn)` and `openDiagnostics()`.
 */
export function makeBar(root, acts, { follow, phone }) {
  root.append(document.createRange().createContextualFragment(HTML));
  const host = root.host;
  const find = (selector) => root.querySelector(selector);
  const set = (name, text) => {
    find(name).textContent = text;
    find(name).hidden = text === "";
  };

  function hide(isHidden) {
    host.toggleAttribute("closed", isHidden);
    remember("bar", isHidden ? "closed" : "open", "localStorage");
  }
  find(".close").onclick = () => {
    hide(true);
    find(".tab").focus();
  };
  find(".tab").onclick = () => {
    hide(false);
    find(".close").focus();
  };
  host.toggleAttribute("closed", recall("bar", "localStorage") === "closed");

  toggle(find(".follow"), follow, acts.setFollow);
  toggle(find(".phone"), phone, acts.setPhone);
  find(".diagnostics").onclick = acts.openDiagnostics;

  function pressScheme() {
    host.setAttribute("scheme", currentScheme());
    root.querySelectorAll(".schemes button").forEach((button) => {
      button.setAttribute("aria-pressed", button.value === currentScheme());
    });
  }
  find(".schemes").onclick = ({ target }) => {
    if (!target.value) return;
    chooseScheme(target.value);
    pressScheme();
  };
  pressScheme();

  const panels = [...root.querySelectorAll("details")];
  const close = () => panels.forEach((panel) => { panel.open = false; });
  addEventListener("pointerdown", (event) => panels.some((panel) => event.composedPath().includes(panel)) || close());
  find(".bar").onkeydown = (event) => {
    const open = panels.find((panel) => panel.open);
    if (event.key !== "Escape" || !open) return;
    event.stopPropagation();
    close();
    open.firstElementChild.focus();
  };

  const setClock = async (value) => {
    find(".answer").textContent = "";
    try {
      await acts.setClock(value);
      close();
    } catch (error) {
      find(".answer").textContent = error.message;
    }
  };
  find("form").onsubmit = (event) => {
    event.preventDefault();
    setClock(find("#as-of").value);
  };
  find(".now").onclick = () => setClock("");

  const bar = {
    /** Shows whether the page is connected to the server. */
    connected(isConnected) {
      host.toggleAttribute("stopped", !isConnected);
      find(".state").textContent = isConnected ? "Live" : "Dev server stopped, waiting…";
    },
    /** Shows the summary of a dismissed overlay. */
    diagnostics: (text) => set(".diagnostics", text),
    /** Shows the properties of this page. */
    about(page) {
      find(".badges").replaceChildren(...(page.badges ?? []).map(({ state, until }) => {
        const text = [STATES[state] ?? state, until && (state === "expired" ? "since" : "until"), until].filter(Boolean).join(" ");
        return element("span", { class: `badge ${state}`, title: `${text}: not in the built site` }, text);
      }));
      const length = [[page.word_count, "word"], [page.reading_time, "minute"]].filter(([number]) => number !== null && number !== undefined);
      set(".length", length.map(([number, noun]) => count(number, noun)).join(", "));
      set(".template", page.template ?? "");
      find(".template").title = `${page.kind ?? "page"}, rendered by ${page.template} from ${page.source ?? "the site"}`;
      set(".outbox", page.outbox ? `${page.outbox} in outbox` : "");
      find(".edit").hidden = !page.edit;
      find(".edit").href = page.edit ?? "";
      find(".edit").title = page.source ?? "";
      const warnings = page.warnings ?? [];
      find(".warnings").hidden = warnings.length === 0;
      find(".warnings summary").textContent = count(warnings.length, "warning");
      find(".warnings ul").replaceChildren(...warnings.map((warning) => element("li", {},
        element("p", {}, message(warning.message)), sourceLink(warning), warning.help && element("p", { class: "help" }, message(warning.help)))));
      find(".clock summary").replaceChildren(element("span", {}, "As of "), page.clock?.fixed ? page.clock.text : "now");
      find(".clock").classList.toggle("fixed", Boolean(page.clock?.fixed));
      if (!find(".clock").open) find("#as-of").value = page.clock?.value ?? "";
    },
  };
  bar.connected(true);
  bar.about({});
  return bar;
}

/** Makes a toggle button. */
function toggle(button, isOn, act) {
  button.setAttribute("aria-pressed", isOn);
  button.onclick = () => {
    const now = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", now);
    act(now);
  };
}
