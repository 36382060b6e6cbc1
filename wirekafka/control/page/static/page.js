/* The page's script: parts that renew themselves, and buttons that send requests.

   An element with data-live (and an id) is renewed every few seconds from the same address.
   A form or button with data-method and data-path sends a request to the control port:
     data-body     what a button sends
     data-raw      the field of a form that is sent as it is (YAML); else its fields as JSON
     data-wrap     the name of a list that the fields become the only element of
     data-confirm  asked before; data-done is said afterwards
   In a form, data-for and data-not-for name the values of its "effect" that a field is for. */
"use strict";

const EVERY_MS = 2000;
const PAUSES = 20; /* as long as the broker took for the page, so that it never spends more than 5 % on us */
const TOAST_MS = 6000;

document.documentElement.classList.add("js");

const liveButton = document.getElementById("live");
const toasts = document.getElementById("toasts");
const dialog = document.getElementById("confirm");
let renewing = false;
let isPressing = false;
let isLive = true;

// -- live parts ---------------------------------------------------------------------------------

function setLink(isUp) {
  if (liveButton) liveButton.classList.toggle("down", !isUp);
}

function setLive(wanted) {
  isLive = wanted;
  liveButton.setAttribute("aria-pressed", String(wanted));
  try { sessionStorage.setItem("live", wanted ? "on" : "off"); } catch { /* not allowed here */ }
}

async function renew() {
  if (renewing || !document.querySelector("[data-live]")) return;
  renewing = true;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
    setLink(answer.ok);
    if (answer.ok) replaceLive(new DOMParser().parseFromString(await answer.text(), "text/html"));
  } catch {
    setLink(false);
  } finally {
    renewing = false;
  }
}

async function followLive() {
  for (let took = 0; ;) {
    await new Promise((resolve) => setTimeout(resolve, Math.max(EVERY_MS, PAUSES * took)));
    const began = performance.now();
    if (isLive && !document.hidden && !dialog.open) await renew();
    took = performance.now() - began;
  }
}

/* A click is where the pointer goes down and up: what is between must not move or be replaced. */
function replaceLive(fresh) {
  if (isPressing) return;
  for (const old of document.querySelectorAll("[data-live]")) {
    const found = fresh.getElementById(old.id);
    if (!found || found.innerHTML === old.innerHTML || isInUse(old)) continue;
    const focused = old.contains(document.activeElement) ? placeOf(old, document.activeElement) : null;
    const scrolled = [...old.querySelectorAll(".scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
    old.replaceChildren(...found.childNodes);
    old.querySelectorAll(".scroll").forEach((box, place) => {
      if (scrolled[place]) [box.scrollLeft, box.scrollTop] = scrolled[place];
    });
    if (focused) {
      const place = focused() ?? old; // what was pressed has removed itself: the next Tab goes on here
      if (place === old) old.tabIndex = -1;
      place.focus({ preventScroll: true });
    }
  }
}

/* Somebody selects text in it: what is pulled away under the pointer cannot be copied. */
function isInUse(part) {
  const selection = getSelection();
  return !selection.isCollapsed && part.contains(selection.anchorNode);
}

/* The way back to a link or button after its part was renewed. */
function placeOf(part, element) {
  if (element.id) return () => document.getElementById(element.id);
  const all = "a[href], button";
  const same = (one) => one.getAttribute("href") === element.getAttribute("href")
    && one.dataset.path === element.dataset.path && one.dataset.body === element.dataset.body;
  return () => [...part.querySelectorAll(all)].find(same);
}

// -- requests -----------------------------------------------------------------------------------

function say(text, kind) {
  const toast = document.createElement("div");
  toast.className = `toast ${kind}`;
  toast.textContent = text;
  toasts.append(toast);
  setTimeout(() => toast.remove(), TOAST_MS);
}

function confirmed(text) {
  document.getElementById("confirm-text").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    const closed = () => {
      if (dialog.open) return; // the event of the time before, which comes late
      dialog.removeEventListener("close", closed);
      resolve(dialog.returnValue === "yes");
    };
    dialog.addEventListener("close", closed);
  });
}

function fieldsOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!field.name || field.disabled || field.closest("[hidden]")) continue;
    const text = field.value;
    if (text === "" && !("keep" in field.dataset)) continue;
    values[field.name] = field.type === "number" ? Number(text) : text;
  }
  return form.dataset.wrap ? { [form.dataset.wrap]: [values] } : values;
}

function bodyOf(source) {
  if (source.tagName !== "FORM") return source.dataset.body ?? "";
  if (source.dataset.raw) return source.elements[source.dataset.raw].value;
  return JSON.stringify(fieldsOf(source));
}

async function send(source) {
  const { method, path, raw, done } = source.dataset;
  if (source.dataset.confirm && !(await confirmed(source.dataset.confirm))) return;
  const buttons = source.tagName === "FORM" ? [...source.querySelectorAll("button")] : [source];
  buttons.forEach((button) => button.setAttribute("aria-busy", "true"));
  try {
    const body = bodyOf(source);
    const answer = await fetch(path, {
      method,
      headers: { "Content-Type": raw ? "application/yaml" : "application/json" },
      body: body === "" ? undefined : body,
    });
    const told = await answer.json();
    if (answer.ok) succeeded(source, told, done);
    else refused(source, told);
  } catch (error) {
    say(`The broker does not answer: ${error.message}`, "bad");
  } finally {
    buttons.forEach((button) => button.removeAttribute("aria-busy"));
  }
  await renew();
}

function succeeded(source, told, done) {
  mark(source, null);
  say(told.warning ? `${done}: ${told.warning}` : summary(done, told), told.warning ? "warn" : "good");
  if (source.id === "add-fault") source.elements.name.value = "";
}

function summary(done, told) {
  const counts = Object.entries(told)
    .filter(([, value]) => Array.isArray(value) && value.length)
    .map(([name, value]) => `${value.length} ${name.replaceAll("_", " ")}`);
  if (typeof told.records === "number" && told.records) counts.push(`${told.records} records`);
  if (typeof told.offsets === "number" && told.offsets) counts.push(`${told.offsets} offsets`);
  return counts.length ? `${done}: ${counts.join(", ")}` : done;
}

function refused(source, told) {
  mark(source, told.field);
  say(told.hint ? `${told.error} – ${told.hint}` : told.error, "bad");
}

/* The field that is wrong, and no other. */
function mark(source, name) {
  if (source.tagName !== "FORM") return;
  for (const field of source.elements) {
    if (!field.name) continue;
    const isWrong = name !== null && name !== undefined && name.split(".").pop() === field.name;
    if (isWrong) { field.setAttribute("aria-invalid", "true"); field.focus(); }
    else field.removeAttribute("aria-invalid");
  }
}

// -- forms --------------------------------------------------------------------------------------

function showFields(form) {
  const effect = form.elements.effect.value;
  for (const label of form.querySelectorAll("[data-for]")) {
    label.hidden = !label.dataset.for.split(" ").includes(effect);
  }
  for (const label of form.querySelectorAll("[data-not-for]")) {
    label.hidden = label.dataset.notFor.split(" ").includes(effect);
  }
}

document.addEventListener("pointerdown", () => { isPressing = true; });
for (const end of ["pointerup", "pointercancel"]) {
  document.addEventListener(end, () => { isPressing = false; });
}

document.addEventListener("submit", (event) => {
  if (!event.target.dataset.method) return;
  event.preventDefault();
  send(event.target);
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-method]");
  if (button && !button.getAttribute("aria-busy")) send(button);
});

document.addEventListener("change", (event) => {
  if ("submit" in event.target.dataset) event.target.form.requestSubmit();
  if (event.target.name === "view") event.target.form.requestSubmit();
  if (event.target.name === "effect") showFields(event.target.form);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog")) return;
  const search = document.querySelector("[data-search]");
  if (event.key === "/" && search) {
    event.preventDefault();
    search.select();
  } else if (event.key === "l" && liveButton) {
    setLive(!isLive);
  }
});

document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

const faultForm = document.getElementById("add-fault");
if (faultForm) showFields(faultForm);

if (liveButton) {
  let kept = null;
  try { kept = sessionStorage.getItem("live"); } catch { /* not allowed here */ }
  setLive(kept !== "off");
  liveButton.addEventListener("click", () => setLive(!isLive));
  followLive();
}
