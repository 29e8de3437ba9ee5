// Keys of the desk. An element with data-key is what that key presses; without this file all of it works by hand.
"use strict";
(() => {
  const root = document.documentElement;
  const keysOn = root.dataset.keys !== "off";
  const form = document.getElementById("decide");
  const status = document.getElementById("status");
  const opened = performance.now();
  const UNSEEN_MS = 300; // a second press of the key that opened this page must not decide a claim unseen
  let chord = "";
  let chosen = form && form.querySelector("button.chosen");
  let passage = 0;
  let row = -1;

  setTimeout(() => root.setAttribute("data-awake", ""), UNSEEN_MS);

  const say = (text) => { status.textContent = text; };
  const find = (key) => document.querySelector(`[data-key="${CSS.escape(key)}"]`);
  const isText = (element) =>
    element.matches("textarea, select, input:not([type=checkbox]):not([type=hidden])");
  const isPressed = (element) => element.closest("a, button, summary, label, select, textarea, input");

  // What a rating still lacks: the field to fill and what to say; nothing when it can be saved.
  function lack(button) {
    const reason = form.elements.reason;
    if (button.hasAttribute("data-differs") && !reason.value)
      return [reason, "differs from the machine. Press 1 to 6 for why; Esc takes another rating"];
    if (button.hasAttribute("data-needs") && !form.elements.conclusion.value.trim())
      return [form.elements.conclusion, "needs one sentence for readers. Write it, then Ctrl+Enter saves"];
    return null;
  }

  // While it is asked why, all reasons stand there with their numbers.
  function spread(isOpen) {
    const reason = form.elements.reason;
    reason.options[0].hidden = isOpen;
    if (isOpen) reason.size = reason.options.length - 1;
    else reason.removeAttribute("size");
  }
  if (form && form.elements.reason) form.elements.reason.addEventListener("blur", () => spread(false));

  function choose(button, [field, said]) {
    if (chosen) chosen.classList.remove("chosen");
    chosen = button;
    chosen.classList.add("chosen");
    say(`${button.textContent.trim()} ${said}.`);
    if (field === form.elements.reason) spread(true);
    field.focus();
  }

  // A wrong key: nothing is saved yet, and nothing may be saved by the next key.
  function unchoose() {
    chosen.classList.remove("chosen");
    chosen = null;
    form.elements.reason.value = "";
    form.elements.reason.blur();
    say("Nothing is decided yet. Press a key from 1 to 7.");
  }

  // In the list of reasons a number takes the reason and goes on to the sentence.
  function takeReason(event) {
    const option = event.target.options[Number(event.key)];
    if (!option || !option.value || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.target.value = option.value;
    if (chosen) say("Write one sentence for readers, then Ctrl+Enter saves.");
    form.elements.conclusion.focus();
  }

  function step(by) {
    const all = [...document.querySelectorAll("[data-passage]")];
    if (!all.length) return;
    passage = (passage + by + all.length) % all.length;
    all[passage].scrollIntoView({ block: "nearest" });
    all[passage].focus();
  }

  function move(by) {
    const rows = [...document.querySelectorAll("[data-row] a")];
    if (!rows.length) return false;
    row = Math.min(rows.length - 1, Math.max(0, row + by));
    rows[row].focus();
    return true;
  }

  function select() {
    const rows = [...document.querySelectorAll("[data-row]")];
    const here = document.activeElement.closest("[data-row]") || rows[row];
    const box = here && here.querySelector("input[type=checkbox]");
    if (!box) { say("Go to a claim with j first. Those that are decided blind cannot be selected."); return; }
    box.checked = !box.checked;
    const count = document.querySelectorAll("[data-row] input:checked").length;
    say(`${count} selected. b decides those together that say the same.`);
  }

  async function copy(button) {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      say("The source's words are copied.");
    } catch {
      say("The browser does not let this page copy.");
    }
  }

  // What a key says that has nothing to press on this page; nobody should wonder whether it was heard.
  const IDLE = {
    Enter: form && "Enter accepts only what the machine is sure of. Press a key from 1 to 7.",
    u: "There is nothing here that u could take back. The queue shows your last decision.",
    r: form && "Nothing was decided before on the same words and the same text of the source.",
  };

  function press(key) {
    if ((key === "j" || key === "k") && move(key === "j" ? 1 : -1)) return true;
    if (key === "[" || key === "]") { step(key === "]" ? 1 : -1); return true; }
    if (key === "x" && document.querySelector("[data-row]")) { select(); return true; }
    const element = find(key);
    if (!element && IDLE[key]) { say(IDLE[key]); return true; }
    if (!element || element.hidden) return false;
    if (isText(element)) {
      element.focus();
    } else {
      if ((element.name === "rating" || element.hasAttribute("data-decides")) && !root.hasAttribute("data-awake")) return true;
      element.click();
    }
    return true;
  }

  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const asksWhy = chosen && form && target === form.elements.reason;
    if (asksWhy && (event.key === "Escape" || event.key === "u")) { event.preventDefault(); unchoose(); return; }
    if (event.key === "Escape" && isText(target)) { target.blur(); return; }
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form && form.contains(target)) {
      event.preventDefault();
      if (chosen) form.requestSubmit(chosen);
      else say("Choose a rating first: Esc, then a key from 1 to 7.");
      return;
    }
    if (form && target === form.elements.reason && /^[1-9]$/.test(event.key)) takeReason(event);
    if (!keysOn || event.repeat || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (isText(target) || (event.key === "Enter" && isPressed(target))) return;
    const key = chord ? `${chord} ${event.key}` : event.key;
    chord = "";
    if (key === "g") { chord = "g"; return; }
    if (press(key)) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const sent = event.target;
    const button = event.submitter;
    if (sent.dataset.sent) { event.preventDefault(); return; }
    if (sent === form && button && button.name === "rating") {
      const lacking = lack(button);
      if (lacking) {
        event.preventDefault();
        choose(button, lacking);
        return;
      }
    }
    if (sent.elements.spent_ms) sent.elements.spent_ms.value = String(Math.round(performance.now() - opened));
    if (sent.hasAttribute("data-takes-note") && form) sent.elements.note.value = form.elements.note.value;
    sent.dataset.sent = "1";
  });

  window.addEventListener("pageshow", () => {
    for (const one of document.forms) delete one.dataset.sent;
  });

  // Where the columns scroll by themselves, the claim and its passage stand in the middle from the start.
  for (const column of document.querySelectorAll(".desk > .essay, .desk > .source")) {
    const mark = column.querySelector("mark.claim, mark.passage");
    if (!mark || column.scrollHeight <= column.clientHeight) continue;
    const below = mark.getBoundingClientRect().top - column.getBoundingClientRect().top;
    if (below > column.clientHeight / 2) column.scrollTop += below - column.clientHeight / 3;
  }

  // Words that are selected in an essay can be added as a claim.
  const marker = document.querySelector("a[data-mark]");
  const essay = document.querySelector(".essay-text .text");
  if (marker && essay) {
    const [plainAddress, plainWords] = [marker.pathname, marker.textContent];
    document.addEventListener("selectionchange", () => {
      const chosen = getSelection();
      const words = essay.contains(chosen.anchorNode) && essay.contains(chosen.focusNode)
        ? chosen.toString().replace(/\s+/g, " ").trim() : "";
      if (!words) return; // a click on the link itself ends the selection
      const fits = words.length <= 1000;
      marker.href = fits ? `${plainAddress}?words=${encodeURIComponent(words)}` : plainAddress;
      marker.textContent = fits ? "Add the selected words as a claim" : plainWords;
    });
  }

  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => copy(button));
  }
})();
