// What a form or a "More" link does, done in place. Every page works without this file: it sends
// what the browser would have sent, and takes from the page that comes back what belongs here.
"use strict";

async function pageAt(address, options) {
  const answer = await fetch(address, options);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { page, ok: answer.ok };
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form.act")) return;
  event.preventDefault();
  const body = new URLSearchParams(new FormData(form, event.submitter));
  form.querySelectorAll("button").forEach((button) => { button.disabled = true; });
  let told;
  try {
    told = await pageAt(form.action, { method: "POST", body });
  } catch {
    location.reload(); // the browser says best that the site is away
    return;
  }
  const now = told.page.querySelector("main");
  if (!told.ok) {
    document.querySelector("main").replaceWith(now);
    now.focus();
    return;
  }
  const line = form.closest(".papers > .paper");
  if (line) renewBelow(line, body.get("kind"), now);
  else renewAll(now, form.dataset.subject);
});

// Every part that says so takes the place of what it was.
function renewAll(now, subject) {
  for (const part of now.querySelectorAll("[data-live]")) {
    document.getElementById(part.id)?.replaceChildren(...part.childNodes);
  }
  const same = document.querySelector(`form[data-subject="${CSS.escape(subject)}"] button`);
  (same ?? document.getElementById("notice")).focus();
  watchForTheEnd();
}

const asTheyWere = new WeakMap(); // line -> what stood in it before something was done

// A new ranking replaces what stands below the line that changed it; what was above stays, and
// nothing that is looked at moves.
function renewBelow(line, kind, now) {
  while (line.nextElementSibling) line.nextElementSibling.remove();
  const said = document.createElement("div");
  said.className = "notice";
  said.setAttribute("role", "status");
  if (kind === "undo") {
    putBack(line);
    said.className = "hidden";
    line.append(said);
  } else {
    line.querySelector("[role=status]")?.remove(); // of what was taken back before
    asTheyWere.set(line, [...line.childNodes]);
    if (kind === "dismiss") line.replaceChildren(said);
    else line.querySelector(".doings").replaceWith(said);
  }
  said.append(...now.querySelector("#notice").childNodes);
  line.querySelector("form button").focus();
  append(now);
}

function putBack(line) {
  line.replaceChildren(...asTheyWere.get(line));
  const form = line.querySelector("form.act");
  form.elements.event.value = crypto.getRandomValues(new Uint32Array(2)).join("-"); // a new deed
  form.querySelectorAll("button").forEach((button) => { button.disabled = false; });
}

// Lines of another page that do not stand here yet, and the way to more of them.
function append(page) {
  const here = new Set([...document.querySelectorAll(".paper")].map((line) => line.dataset.name));
  const list = document.querySelector(".papers");
  for (const line of page.querySelectorAll(".papers > .paper")) {
    if (!here.has(line.dataset.name)) list.append(document.importNode(line, true));
  }
  document.querySelector(".more")?.remove();
  const more = page.querySelector(".more");
  if (more) list.after(document.importNode(more, true));
  watchForTheEnd();
}

const end = new IntersectionObserver((seen) => {
  if (seen.some((one) => one.isIntersecting)) more();
}, { rootMargin: "600px" });

function watchForTheEnd() {
  end.disconnect();
  const link = document.querySelector(".more");
  if (link) end.observe(link);
}

let asking = false;
async function more() {
  const link = document.querySelector(".more a");
  if (!link || asking) return;
  asking = true;
  try {
    const told = await pageAt(link.href);
    if (told.ok) append(told.page);
    else end.disconnect(); // the link stays, and says why when it is followed
  } catch {
    end.disconnect();
  } finally {
    asking = false;
  }
}

watchForTheEnd();
